namespace Gateway.Replay.Desk;

/// <summary>The days on which hospitals admitted people from the ten municipalities (<c>samples/zuid-holland-zuid</c>): the pattern in which
/// requests for a place come, and of the weeks in which staff is ill.</summary>
internal sealed class Admissions
{
    public const string File = "admissions-2020-02-27_2024-02-27.csv.gz";

    // 3 requests for 8 admissions: 4,873 admissions in four years become 457 requests a year. Statistics Netherlands counts 8,695 youths in
    // half a year whose care with residence began (cbs-jeugdzorg-kerncijfers, first half of 2021); 2.6 % of the people live here: 458 a year.
    private const int RequestsPer = 3;
    private const int AdmissionsPer = 8;

    private const int IllnessDays = 7; // How long an admission says that many are ill.

    private readonly Dictionary<(DateOnly Date, string Municipality), int> _onDay;

    private Admissions(Dictionary<(DateOnly, string), int> onDay) => _onDay = onDay;

    public DateOnly First => _onDay.Keys.Min(key => key.Date);

    public DateOnly Last => _onDay.Keys.Max(key => key.Date);

    public static Admissions Read(string path) =>
        new(Table.Read(path).ToDictionary(row => (row.Date("date"), row["gm_code"]), row => row.Whole("admissions_on_date_of_admission") ?? 0));

    /// <summary>The requests of the first <paramref name="days"/>, by date and then municipality: of each municipality as many as the factor makes of
    /// all its admissions so far, less those that came before.</summary>
    public IEnumerable<Arrival> Arrivals(int days)
    {
        var admitted = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var ((date, municipality), number) in _onDay.Where(day => day.Key.Date < First.AddDays(days)).OrderBy(day => day.Key.Date).ThenBy(day => day.Key.Municipality, StringComparer.Ordinal))
        {
            var before = admitted.GetValueOrDefault(municipality);
            admitted[municipality] = before + number;
            for (var i = before * RequestsPer / AdmissionsPer; i < (before + number) * RequestsPer / AdmissionsPer; i++) yield return new(date, municipality);
        }
    }

    /// <summary>Admissions from a municipality on this day and the six before it.</summary>
    public int InWeek(DateOnly last, string municipality) => Enumerable.Range(0, IllnessDays).Sum(day => _onDay.GetValueOrDefault((last.AddDays(-day), municipality)));
}

/// <param name="Municipality">CBS code.</param>
internal sealed record Arrival(DateOnly Date, string Municipality);
