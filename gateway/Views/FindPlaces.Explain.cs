using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Finding;

namespace Gateway.Views;

// What excludes the units that do not fit, and which of them come nearest. Every unit is looked at: the nearest miss may be the farthest away.
public sealed partial class FindPlaces
{
    private readonly Ranking _near = new(FindQuery.MissesMax);
    private readonly int[] _excluded = new int[(int)Exclusion.TooFar + 1];

    private void Explain(int cell, int metres)
    {
        var columns = _view.Cells[cell];
        var beyond = metres > _metresMax;
        if (beyond && FitBits.MissAtLeast(0, tooFar: true, metres, _near.Worst) > _near.Worst) return;
        for (var row = 0; row < columns.Count; row++)
        {
            if (!_everything && !_query.Filter.Fits(columns.Units[row])) continue;
            var missing = _asked & ~columns.Fits[row];
            var tooFar = beyond || (_metresMax != int.MaxValue && _home.MetresTo(columns.Points[row]) > _metresMax);
            if (missing != 0 || tooFar || _against != 0 || _singleRoom) Explain(cell, row, missing, tooFar, metres);
            else if (_scale.RankAtBest(columns.Merits[row]) <= _best.Worst) Weigh(columns, cell, row);
        }
    }

    private void Explain(int cell, int row, ulong missing, bool tooFar, int metres)
    {
        if (!tooFar)
        {
            var first = First(_view.Cells[cell], row, missing);
            if (first == Exclusion.None)
            {
                Weigh(_view.Cells[cell], cell, row);
                return;
            }
            _excluded[(int)first]++;
        }
        if (FitBits.MissAtLeast(missing, tooFar, metres, _near.Worst) <= _near.Worst) _near.Add(FitBits.Rank(NearestMiss.Of(_wanted, Asked(_view.Cells[cell], row))), cell, row);
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
            var (cell, row) = _near[i];
            var unit = Asked(cell, row);
            misses.Add(new(
                cell.Facilities[row], cell.Units[row], NearestMiss.Of(_wanted, unit),
                NearestMiss.Blockers(_wanted, unit, BedsBack(cell.Facilities[row], cell.Units[row]), StaffMissing(cell.Units[row])), unit.HomeMetres));
        }
        return misses.MoveToImmutable();
    }

    /// <summary>When a block ends that leaves beds enough, as far as is known now.</summary>
    private DateTimeOffset? BedsBack(FacilityEntry facility, UnitEntry unit) => facility.State.Blocks.Values
        .Where(block => block.UnitId == unit.UnitId && block.Until > _view.EvaluatedAt)
        .Select(block => block.Until)
        .Order()
        .FirstOrDefault(until => UnitCapacity.At(facility.State, unit.UnitId, until!.Value, _view.Policy).Slack >= _wanted.Beds);

    /// <summary>What staff would open beds enough, where the beds themselves are there.</summary>
    private StaffMissing? StaffMissing(UnitEntry unit)
    {
        var (capacity, children) = (unit.Capacity, unit.Capacity.Occupied + unit.Capacity.Held + _wanted.Beds);
        return capacity.Licensed - capacity.Blocked < children ? null
            : Staffing.Missing(unit.Unit, _view.EvaluatedAt, children, ShiftCalendar.Of(_view.Policy));
    }
}
