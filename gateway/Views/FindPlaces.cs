using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using Grains.Facilities;
using Grains.Finding;

namespace Gateway.Views;

/// <summary>The search over one view: cells from near to far, a unit that lacks something passed over by its bits, one that cannot come among
/// the best by its merit, and an end where nothing farther away can. Only what is left is held against the rules.</summary>
/// <remarks>It allocates its answer and nothing else; the scratch of a thread is used again.</remarks>
public sealed partial class FindPlaces
{
    [ThreadStatic] private static FindPlaces? _mine;

    private readonly Ranking _best = new(FindQuery.LimitMax);
    private readonly NearToFar _cells = new();
    private readonly MeritScale _scale = new();
    private FindQuery _query = null!;
    private Wanted _wanted = null!;
    private CapacityView _view = null!;
    private ScoreWeights _weights;
    private ulong _asked;
    private GeoPoint _home;
    private bool _fromHome;
    private int _metresMax;

    private ulong _against;
    private bool _singleRoom;
    private bool _everything;

    private FindPlaces() { }

    public static FoundPlaces In(CapacityView view, FindQuery query) => (_mine ??= new()).Run(view, query);

    private FoundPlaces Run(CapacityView view, FindQuery query)
    {
        (_view, _query, _wanted) = (view, query, query.Wanted);
        _weights = ScoreWeights.Of(view.Policy);
        _asked = FitBits.AskedBy(_wanted);
        _fromHome = _wanted.Home is not null;
        _home = _wanted.Home.GetValueOrDefault();
        _metresMax = !_fromHome ? int.MaxValue : _wanted.MaxDistanceKm * 1000 ?? int.MaxValue;
        _against = Marks.AgainstBy(_wanted);
        _singleRoom = AsksSingleRoom(_wanted);
        _everything = query.Filter.IsEverything;
        _scale.Set(_wanted, _weights);
        _best.Clear(view.Cells, query.Limit);
        _near.Clear(view.Cells, query.Explain ? FindQuery.MissesMax : 0);
        Array.Clear(_excluded);
        Search();
        var answer = new FoundPlaces(Places(), Exclusions(), Misses(), view.Position, view.EvaluatedAt);
        _best.Clear([], 0); // The view is not kept alive by a thread that once looked into it.
        _near.Clear([], 0);
        (_view, _query, _wanted) = (null!, null!, null!);
        return answer;
    }

    private void Search()
    {
        _cells.Sort(_view.Bounds.AsSpan(), _wanted.Home);
        var (explain, done, from) = (_query.Explain, false, -1);
        for (var i = 0; i < _view.Cells.Length; i++)
        {
            if (_cells.MetresFrom(i) is var metres && metres != from)
            {
                from = metres;
                _scale.From(metres);
                done = metres > _metresMax || _best.Worst < Rank(PlaceGroup.Ready, _scale.Most);
            }
            if (explain) Explain(_cells.At(i), _cells.MetresAt(i));
            else if (done) return;
            else Search(_cells.At(i));
        }
    }

    private void Search(int index)
    {
        var (scale, most) = (_scale, _view.Bounds[index].Most);
        var least = scale.PointsFor(_best.Worst);
        if (MeritScale.PointsOf(most) < least) return;
        var cell = _view.Cells[index];
        var (fits, merits) = (cell.Fits, cell.Merits);
        var (asked, needed) = (Vector256.Create(_asked), Vector256.Create(scale.NeededFor(_best.Worst, most)));
        for (var row = 0; row < merits.Length && MeritScale.PointsOf(merits[row]) >= least; row += Vector256<ulong>.Count)
        {
            var missing = Vector256.AndNot(asked, Vector256.Create(fits, row)) | Vector256.AndNot(needed, Vector256.Create(merits, row));
            for (var some = Vector256.Equals(missing, Vector256<ulong>.Zero).ExtractMostSignificantBits(); some != 0; some &= some - 1)
            {
                var fitting = row + BitOperations.TrailingZeroCount(some);
                if (scale.RankAtBest(merits[fitting]) <= _best.Worst) Weigh(cell, index, fitting);
            }
        }
    }

    private void Weigh(Cell cell, int index, int row)
    {
        var metres = _fromHome ? _home.MetresTo(cell.Points[row]) : 0;
        if (metres > _metresMax || _scale.RankAtBest(metres, cell.Merits[row]) > _best.Worst) return;
        var unit = With(cell, row, metres);
        var rank = Rank(PlaceGroups.Of(_wanted, unit), Score.Of(_wanted, unit, _weights).Total);
        if (rank > _best.Worst || !(_everything || _query.Filter.Fits(cell.Units[row]))) return;
        if (First(cell, row, missing: 0) != Exclusion.None) return;
        _best.Add(rank, index, row);
    }

    // What the filter says first of a unit that is near enough. The bits know all of it but these three, which have their places in its order.
    private Exclusion First(Cell cell, int row, ulong missing)
    {
        var first = FitBits.First(missing);
        if (first is not Exclusion.None and <= Exclusion.CohortMismatch) return first;
        if (_against != 0 && IsKeptApart(cell, row)) return Exclusion.KeepApartChildPresent;
        if (_against != 0 && IsExcluded(cell, row)) return Exclusion.UnitExcluded;
        if (first is not Exclusion.None and <= Exclusion.NotEnoughBeds) return first;
        return _singleRoom && HardFilter.Applies(Exclusion.NotEnoughSingleRooms, _wanted, cell.Candidates[row]) ? Exclusion.NotEnoughSingleRooms : first;
    }

    private bool IsExcluded(Cell cell, int row) => (cell.Marks[row] & _against) != 0 && _wanted.Excludes(cell.Units[row].FacilityId, cell.Units[row].UnitId);

    private bool IsKeptApart(Cell cell, int row) => (cell.Marks[row] & _against) != 0
        && Facility.IsPresentOrExpected(cell.Facilities[row].State, cell.Units[row].UnitId, _wanted.KeepApartFrom, _view.EvaluatedAt);

    private Candidate With(Cell cell, int row) => With(cell, row, _fromHome ? _home.MetresTo(cell.Points[row]) : 0);

    private Candidate With(Cell cell, int row, int metres) => cell.Candidates[row] with
    {
        HomeMetres = _fromHome ? metres : null,
        SchoolMetres = _wanted.School?.MetresTo(cell.Points[row]),
    };

    private Candidate Asked(Cell cell, int row) => With(cell, row) with
    {
        Excluded = IsExcluded(cell, row),
        KeepApart = IsKeptApart(cell, row),
    };

    private static bool AsksSingleRoom(Wanted wanted)
    {
        for (var cohort = Cohort.Regular; cohort <= Cohort.Confirmed; cohort++)
            if (wanted.FitsCohort(cohort) == CohortFit.SingleRoom) return true;
        return false;
    }

    /// <summary>Groups first, then the total; the lower the better.</summary>
    internal static long Rank(PlaceGroup group, int total) => ((long)group << 32) + MeritScale.TotalMax - total;

    private ImmutableArray<Place> Places()
    {
        var places = ImmutableArray.CreateBuilder<Place>(_best.Count);
        for (var i = 0; i < _best.Count; i++)
        {
            var (cell, row) = _best[i];
            var unit = With(cell, row);
            places.Add(new(cell.Facilities[row], cell.Units[row], PlaceGroups.Of(_wanted, unit), Score.Of(_wanted, unit, _weights), unit.HomeMetres));
        }
        return places.MoveToImmutable();
    }
}
