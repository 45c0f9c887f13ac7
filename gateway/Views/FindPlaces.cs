using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Finding;

namespace Gateway.Views;

/// <summary>The search over one view: cells from near to far, units that lack a bit passed over eight bytes at a time, and an end as soon as
/// nothing farther away can come among the best.</summary>
/// <remarks>It allocates its answer and nothing else; the scratch of a thread is used again.</remarks>
public sealed class FindPlaces
{
    [ThreadStatic] private static FindPlaces? _mine;

    private readonly Ranking<Best> _best = new(FindQuery.LimitMax);
    private readonly Ranking<Near> _near = new(FindQuery.MissesMax);
    private readonly int[] _excluded = new int[(int)Exclusion.TooFar + 1];
    private readonly NearToFar _cells = new();
    private FindQuery _query = null!;
    private Wanted _wanted = null!;
    private CapacityView _view = null!;
    private ScoreWeights _weights;
    private ulong _asked;
    private bool _singled;

    private FindPlaces() { }

    public static FoundPlaces In(CapacityView view, FindQuery query) => (_mine ??= new()).Run(view, query);

    private FoundPlaces Run(CapacityView view, FindQuery query)
    {
        (_view, _query, _wanted) = (view, query, query.Wanted);
        _weights = ScoreWeights.Of(view.Policy);
        _asked = FitBits.AskedBy(_wanted);
        _singled = !_wanted.ExcludedUnits.IsEmpty || !_wanted.KeepApartFrom.IsEmpty;
        _best.Clear(query.Limit);
        _near.Clear(FindQuery.MissesMax);
        Array.Clear(_excluded);
        if (query.Explain) Explain();
        else Search();
        var answer = new FoundPlaces(Places(), Exclusions(), Misses(), view.Position, view.EvaluatedAt);
        _best.Clear(0); // The view is not kept alive by a thread that once looked into it.
        _near.Clear(0);
        _view = null!;
        return answer;
    }

    private void Search()
    {
        _cells.Sort(_view.Cells, _wanted.Home);
        var farthest = _wanted.Home is null ? int.MaxValue : _wanted.MaxDistanceKm * 1000 ?? int.MaxValue;
        for (var i = 0; i < _view.Cells.Length; i++)
        {
            var metres = _cells.MetresAtLeast(i);
            if (metres > farthest || _best.Beats(BestPossible(metres))) return;
            Search(_view.Cells[_cells.At(i)]);
        }
    }

    private void Search(Cell cell)
    {
        var (fits, asked) = (cell.Fits, _asked);
        for (var row = 0; row < fits.Length; row++)
            if ((asked & ~fits[row]) == 0) Rank(cell, row);
    }

    // Every unit is looked at: the nearest miss may be the farthest away.
    private void Explain()
    {
        foreach (var cell in _view.Cells)
            for (var row = 0; row < cell.Fits.Length; row++)
            {
                if (!_query.Filter.IsEverything && !_query.Filter.Fits(cell.Units[row])) continue;
                var missing = _asked & ~cell.Fits[row];
                if (missing != 0) Miss(cell, row, missing);
                else if (!Rank(cell, row)) Miss(cell, row, 0);
            }
    }

    /// <returns>False when the unit does not fit, as far as that was found out: a unit too weak to be among the best was not asked everything.</returns>
    private bool Rank(Cell cell, int row)
    {
        var unit = With(cell, row);
        if (unit.HomeMetres > _wanted.MaxDistanceKm * 1000) return false;
        var group = PlaceGroups.Of(_wanted, unit);
        if (!_query.Explain && _best.Beats(Rank(group, Highest))) return true;
        var score = Score.Of(_wanted, unit, _weights);
        var rank = Rank(group, score.Total);
        if (!_query.Explain && _best.Beats(rank)) return true;
        if (!_query.Filter.Fits(cell.Units[row]) || HardFilter.First(_wanted, Asked(cell, row, unit)) != Exclusion.None) return false;
        _best.Add(rank, cell.Units[row], new(cell.Facilities[row], group, score, unit.HomeMetres));
        return true;
    }

    private void Miss(Cell cell, int row, ulong missing)
    {
        var unit = With(cell, row);
        if (_singled) unit = Asked(cell, row, unit);
        if (!(unit.HomeMetres > _wanted.MaxDistanceKm * 1000)) _excluded[(int)First(missing, unit)]++;
        if (_near.Beats(Distance(FitBits.Count(missing), 0, 0))) return;
        var miss = NearestMiss.Of(_wanted, unit);
        _near.Add(Distance(miss.Blockers, miss.Gap, miss.Metres), cell.Units[row], new(cell.Facilities[row], miss, unit));
    }

    // Up to the cohort the bits know everything that the filter asks.
    private Exclusion First(ulong missing, in Candidate unit) =>
        FitBits.First(missing) is var first and not Exclusion.None and <= Exclusion.CohortMismatch ? first : HardFilter.First(_wanted, unit);

    private Candidate With(Cell cell, int row) => cell.Candidates[row] with
    {
        HomeMetres = _wanted.Home?.MetresTo(cell.Points[row]),
        SchoolMetres = _wanted.School?.MetresTo(cell.Points[row]),
    };

    private Candidate Asked(Cell cell, int row, in Candidate unit) => !_singled ? unit : unit with
    {
        Excluded = _wanted.ExcludedUnits.Contains(cell.Units[row].UnitId),
        KeepApart = Facility.IsPresentOrExpected(cell.Facilities[row].State, cell.Units[row].UnitId, _wanted.KeepApartFrom, _view.EvaluatedAt),
    };

    private const int Highest = 1 << 20; // Above every total: seven weights of at most 100 points, in hundredths.

    private static long Rank(PlaceGroup group, int total) => ((long)group << 32) + Highest - total;

    private static long Distance(int blockers, int gap, int metres) => ((long)blockers << 58) + ((long)Math.Min(gap, (1 << 26) - 1) << 32) + metres;

    private long BestPossible(int metres)
    {
        var all = _weights.Specialism + _weights.Setting + _weights.GroupFit + _weights.Freshness + _weights.Accuracy + _weights.Slack;
        if (_wanted.Home is null) return Rank(PlaceGroup.Ready, all);
        var nearest = new Candidate { HomeMetres = Math.Max(0, metres), SchoolMetres = _wanted.School is null ? null : 0 };
        return Rank(PlaceGroup.Ready, all + Score.NearnessOf(nearest, _weights.Nearness));
    }

    private ImmutableArray<Place> Places()
    {
        var places = ImmutableArray.CreateBuilder<Place>(_best.Count);
        for (var i = 0; i < _best.Count; i++)
        {
            var (unit, best) = _best[i];
            places.Add(new(best.Facility, unit, best.Group, best.Score, best.HomeMetres));
        }
        return places.MoveToImmutable();
    }

    private ImmutableArray<ExclusionCount> Exclusions()
    {
        if (!_query.Explain) return [];
        var counts = ImmutableArray.CreateBuilder<ExclusionCount>();
        for (var reason = Exclusion.NotOpen; reason <= Exclusion.TooFar; reason++)
            if (_excluded[(int)reason] is var units and > 0) counts.Add(new(reason, units));
        return counts.DrainToImmutable();
    }

    private ImmutableArray<MissedPlace> Misses()
    {
        var misses = ImmutableArray.CreateBuilder<MissedPlace>(_near.Count);
        for (var i = 0; i < _near.Count; i++)
        {
            var (unit, near) = _near[i];
            var candidate = near.Candidate;
            misses.Add(new(near.Facility, unit, near.Miss, NearestMiss.Blockers(_wanted, candidate, BedsBack(near.Facility, unit)), candidate.HomeMetres));
        }
        return misses.MoveToImmutable();
    }

    /// <summary>When a block ends that leaves beds enough, as far as is known now.</summary>
    private DateTimeOffset? BedsBack(FacilityEntry facility, UnitEntry unit) => facility.State.Blocks.Values
        .Where(block => block.UnitId == unit.UnitId && block.Until > _view.EvaluatedAt)
        .Select(block => block.Until)
        .Order()
        .FirstOrDefault(until => UnitCapacity.At(facility.State, unit.UnitId, until!.Value, _view.Policy).Slack >= _wanted.Beds);

    private readonly record struct Best(FacilityEntry Facility, PlaceGroup Group, Score Score, int? HomeMetres);

    private readonly record struct Near(FacilityEntry Facility, Miss Miss, Candidate Candidate);
}
