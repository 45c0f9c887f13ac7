using Gateway.Views;
using Grains.Facilities;
using Grains.Finding;
using Grains.Placements;
using Microsoft.Data.Sqlite;

namespace Bench;

/// <summary>The same question to SQLite: one table in memory with everything computed beforehand that can be, prepared statements, statistics,
/// and of several ways to narrow the search the one that proved quickest for the kind of question.</summary>
internal sealed class FindSqlite : IDisposable
{
    // Every column that a question touches, so that an index on them never needs the table.
    private const string Columns =
        "z, x, y, age_min, age_max, ages, gender, security, spec, spec_count, siblings, for_crisis, consult, disputed, stale, slack, singles, setting, setting_same, points, facility_id, unit_id";

    // What no question ever finds is left out of the indexes: closed, unknown, full, or with too many holds.
    private const string Usable = "open = 1 AND slack >= 1";

    private readonly SqliteConnection _db = new("Data Source=:memory:");
    private readonly SqliteCommand[] _ways;
    private readonly int[] _quickest = [0, 0];

    public FindSqlite(CapacityView view)
    {
        _db.Open();
        Run($"""
            CREATE TABLE units (id INTEGER PRIMARY KEY, open INTEGER, {Columns.Replace(", ", " , ", StringComparison.Ordinal)});
            CREATE VIRTUAL TABLE places USING rtree(id, x0, x1, y0, y1, z0, z1);
            """);
        Fill(view);
        Run($"""
            CREATE INDEX by_latitude ON units ({Columns}) WHERE {Usable};
            CREATE INDEX by_age ON units (age_min, age_max, {Columns.Replace("age_min, age_max, ", "", StringComparison.Ordinal)}) WHERE {Usable};
            ANALYZE;
            """);
        _ways =
        [
            Prepare("units u INDEXED BY by_latitude", "u.z BETWEEN $z0 AND $z1"),
            Prepare("units u INDEXED BY by_age", "1"),
            Prepare("units u NOT INDEXED", "1"),
            Prepare("places p CROSS JOIN units u ON u.id = p.id", "p.x0 <= $x1 AND p.x1 >= $x0 AND p.y0 <= $y1 AND p.y1 >= $y0 AND p.z0 <= $z1 AND p.z1 >= $z0"),
        ];
    }

    /// <summary>Tries every way on some questions, and keeps the quickest for those with and those without a greatest distance.</summary>
    public void Choose(IEnumerable<FindQuery> questions)
    {
        foreach (var near in new[] { 0, 1 })
        {
            var tried = questions.Where(q => (q.Wanted.MaxDistanceKm is null) == (near == 0)).Take(20).ToArray();
            _quickest[near] = Enumerable.Range(0, _ways.Length).MinBy(way =>
            {
                foreach (var question in tried) Ask(question, _ways[way]);
                var start = System.Diagnostics.Stopwatch.GetTimestamp();
                foreach (var question in tried) Ask(question, _ways[way]);
                return System.Diagnostics.Stopwatch.GetElapsedTime(start);
            });
        }
    }

    public List<(string FacilityId, string UnitId, PlaceGroup Group, int Total, int Metres)> Ask(FindQuery question) =>
        Ask(question, _ways[_quickest[question.Wanted.MaxDistanceKm is null ? 0 : 1]]);

    public void Dispose() => _db.Dispose();

    private static List<(string, string, PlaceGroup, int, int)> Ask(FindQuery question, SqliteCommand command)
    {
        Bind(question.Wanted, command.Parameters);
        var found = new List<(string, string, PlaceGroup, int, int)>(FindQuery.LimitMax);
        using var rows = command.ExecuteReader();
        while (rows.Read()) found.Add((rows.GetString(0), rows.GetString(1), (PlaceGroup)rows.GetInt32(2), rows.GetInt32(3), rows.GetInt32(4)));
        return found;
    }

    private static void Bind(Wanted wanted, SqliteParameterCollection to)
    {
        var child = wanted.Children[0];
        var home = wanted.Home!.Value;
        var box = wanted.MaxDistanceKm + 0.1 ?? 10_000; // A tenth of a kilometre more, for the single precision of an R-tree.
        var specialisms = Enumerable.Range(0, 8).Where(bit => (child.Specialisms.Bits >> bit & 1) == 1).ToArray();
        Set("x", home.X); Set("y", home.Y); Set("z", home.Z);
        Set("x0", home.X - box); Set("x1", home.X + box); Set("y0", home.Y - box); Set("y1", home.Y + box); Set("z0", home.Z - box); Set("z1", home.Z + box);
        Set("max", wanted.MaxDistanceKm * 1000 ?? int.MaxValue);
        Set("low", wanted.AgeLow); Set("high", wanted.AgeHigh);
        Set("girl", child.GenderNeed == GenderNeed.F ? 1 : 0); Set("boy", child.GenderNeed == GenderNeed.M ? 1 : 0);
        Set("basis", wanted.HasSecureBasis ? 1 : 0); Set("security", (int)child.Security);
        Set("beds", wanted.Beds); Set("single", wanted.Infections[0] == InfectionStatus.NotAsked ? 1 : 0); Set("crisis", wanted.Crisis ? 1 : 0);
        Set("excluded", wanted.ExcludedUnits.FirstOrDefault() ?? "");
        Set("asked", specialisms.Length); Set("spec1", specialisms.ElementAtOrDefault(0)); Set("spec2", specialisms.Length > 1 ? specialisms[1] : 31);

        void Set(string name, object value) => to[$"${name}"].Value = value;
    }

    // LIMIT -1 keeps SQLite from merging the levels, which would compute the distance again wherever it is used.
    // Weights are the defaults; the parts that only the unit decides (freshness, accuracy) stand in the column "points".
    private SqliteCommand Prepare(string from, string narrow)
    {
        var command = _db.CreateCommand();
        command.CommandText = $"""
            SELECT facility_id, unit_id, grp,
                   CASE $asked WHEN 0 THEN CASE spec_count WHEN 0 THEN 3000 ELSE 2000 END
                               ELSE 3000 * ((spec >> $spec1 & 1) + (spec >> $spec2 & 1)) / $asked END
                   + 2000 * max(0, 60000 - metres) / 60000
                   + CASE security WHEN $security THEN setting_same ELSE setting END
                   + 1000 * max(0, 20 - max(abs(2 * $low - ages), abs(2 * $high - ages))) / 20
                   + points + 500 * min(2, slack - $beds) AS total,
                   metres
            FROM (SELECT *, CAST(sqrt(squared) * (1 + squared / 40589749.88120464 / 24 + 3 * (squared / 40589749.88120464) * (squared / 40589749.88120464) / 640) * 1000 AS INTEGER) AS metres
                  FROM (SELECT u.facility_id, u.unit_id, u.spec, u.spec_count, u.security, u.setting, u.setting_same, u.ages, u.points, u.slack,
                               (u.x - $x) * (u.x - $x) + (u.y - $y) * (u.y - $y) + (u.z - $z) * (u.z - $z) AS squared,
                               CASE WHEN u.disputed THEN 3 WHEN u.stale THEN 2 WHEN $crisis AND u.consult THEN 1 ELSE 0 END AS grp
                        FROM {from}
                        WHERE {narrow} AND u.open = 1 AND u.slack >= 1 AND u.slack >= $beds AND u.age_min <= $low AND u.age_max >= $high
                          AND (u.for_crisis OR NOT $crisis) AND (u.gender NOT IN (1, 2) OR (u.gender = 1 AND $girl) OR (u.gender = 2 AND $boy))
                          AND (u.security <> 2 OR $basis) AND (NOT $single OR u.singles >= $beds) AND ($beds = 1 OR u.siblings) AND u.unit_id <> $excluded LIMIT -1) LIMIT -1)
            WHERE metres <= $max
            ORDER BY grp, total DESC, unit_id, facility_id LIMIT 20
            """;
        foreach (var name in "x y z x0 x1 y0 y1 z0 z1 max low high girl boy basis security beds single crisis excluded asked spec1 spec2".Split(' '))
            command.Parameters.AddWithValue($"${name}", 0);
        command.Prepare();
        return command;
    }

    private void Fill(CapacityView view)
    {
        using var all = _db.BeginTransaction();
        using var unit = _db.CreateCommand();
        unit.CommandText = $"INSERT INTO units VALUES ($id, $open, {string.Join(", ", Columns.Split(", ").Select(c => $"${c}"))})";
        using var place = _db.CreateCommand();
        place.CommandText = "INSERT INTO places VALUES ($id, $x, $x, $y, $y, $z, $z)";
        var weights = ScoreWeights.Of(view.Policy);
        var anyone = new Wanted([new(10, GenderNeed.Any, Security.Open, default)], [InfectionStatus.NoSymptoms], false, false, Urgency.Immediate, [], [], null, null, null);
        var id = 0;
        foreach (var facility in view.Facilities)
            foreach (var entry in facility.Units)
            {
                var candidate = Candidate.Of(facility.State, entry.UnitId, anyone, view.EvaluatedAt, view.Policy);
                var same = Score.Of(anyone with { Children = [new(10, GenderNeed.Any, candidate.Security, default)] }, candidate, weights);
                var other = Score.Of(anyone with { Children = [new(10, GenderNeed.Any, candidate.Security == Security.Open ? Security.SemiSecure : Security.Open, default)] }, candidate, weights);
                id++;
                Insert(place, ("id", id), ("x", facility.Point.X), ("y", facility.Point.Y), ("z", facility.Point.Z));
                Insert(unit,
                    ("id", id), ("open", candidate is { Unknown: false, TooManyHolds: false, Openness: Openness.Open or Openness.Limited } ? 1 : 0),
                    ("z", facility.Point.Z), ("x", facility.Point.X), ("y", facility.Point.Y), ("age_min", candidate.AgeMin), ("age_max", candidate.AgeMax),
                    ("ages", candidate.AgeMin + candidate.AgeMax), ("gender", (int)candidate.GenderPolicy), ("security", (int)candidate.Security),
                    ("spec", (int)candidate.Specialisms.Bits), ("spec_count", candidate.Specialisms.Count), ("siblings", candidate.SiblingsPossible ? 1 : 0),
                    ("for_crisis", candidate.CrisisUse == CrisisUse.NotForCrisis ? 0 : 1), ("consult", candidate.CrisisUse == CrisisUse.AfterConsultation ? 1 : 0),
                    ("disputed", candidate.Disputed ? 1 : 0), ("stale", candidate.Freshness == Freshness.Stale ? 1 : 0), ("slack", candidate.Slack),
                    ("singles", candidate.SingleRooms), ("setting", other.Setting), ("setting_same", same.Setting), ("points", same.Freshness + same.Accuracy),
                    ("facility_id", facility.Id), ("unit_id", entry.UnitId));
            }
        all.Commit();
    }

    private static void Insert(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> values)
    {
        command.Parameters.Clear();
        foreach (var (name, value) in values) command.Parameters.AddWithValue($"${name}", value);
        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = _db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
