using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Capacity;

/// <summary>A unit in one shift to come, as far as it is known now (domain 4).</summary>
/// <param name="Staffed">For how many children there is staff in this shift alone; null where staff does not bind, or is not known (then Unknown).</param>
/// <param name="Held">As now.</param>
public readonly record struct ForecastShift(ShiftStaff Staff, int? Staffed, int Licensed, int Blocked, int Occupied, int Held)
{
    public ShiftKey Key => Staff.Span.Key;
    public int Operable => Math.Max(0, Math.Min(Licensed - Blocked, Staffed ?? int.MaxValue));
    public int Shortfall => Math.Max(0, Occupied + Held - Operable);
}

/// <summary>What the next shifts look like, each by its own staff.</summary>
public static class Forecast
{
    /// <summary>A week.</summary>
    public const int Shifts = 21;

    /// <summary>The shift that runs now and those that follow it.</summary>
    /// <exception cref="KeyNotFoundException">The facility has no such unit.</exception>
    public static ImmutableArray<ForecastShift> Of(FacilityState facility, string unitId, DateTimeOffset instant, Policy policy)
    {
        var walk = new Walk(facility, unitId, instant, policy);
        var shifts = ImmutableArray.CreateBuilder<ForecastShift>(Shifts);
        for (var i = 0; i < Shifts; i++) shifts.Add(walk.Next());
        return shifts.MoveToImmutable();
    }

    /// <summary>The first shift with a shortfall, or null. Where staff or children are not known nobody can tell.</summary>
    public static ForecastShift? FirstShort(FacilityState facility, string unitId, DateTimeOffset instant, Policy policy)
    {
        var unit = facility.Units[unitId];
        if (unit.Beds is null) return null;
        var walk = new Walk(facility, unitId, instant, policy);
        for (var i = 0; i < Shifts; i++)
        {
            var shift = walk.Next();
            if (shift.Shortfall > 0 && !(shift.Staffed is null && unit.Profile.Staffing != StaffingKind.NotStaffBound)) return shift;
        }
        return null;
    }

    private struct Walk(FacilityState facility, string unitId, DateTimeOffset instant, Policy policy)
    {
        private readonly UnitState _unit = facility.Units[unitId];
        private readonly ShiftCalendar _calendar = ShiftCalendar.Of(policy);
        private readonly int _held = UnitCapacity.HeldAt(facility, unitId, instant).Beds;
        private ShiftCalendar.Following _shifts = ShiftCalendar.Of(policy).After(instant);

        // The unit's own, picked out once: every shift looks at each of them.
        private readonly Block[] _blocks = [.. facility.Blocks.Values.Where(block => block.UnitId == unitId)];
        private readonly Occupancy[] _stays = [.. facility.Occupancies.Values.Where(stay => stay.UnitId == unitId)];

        public ForecastShift Next()
        {
            var span = _shifts.Next();
            var staff = Staffing.In(_unit, span, _calendar);
            var begin = span.Start > instant ? span.Start : instant;
            return new(staff, Staffing.Supported(_unit, staff), _unit.Licensed, Blocked(begin, span.End), Occupied(begin), _held);
        }

        private readonly int Blocked(DateTimeOffset begin, DateTimeOffset end)
        {
            var beds = 0;
            foreach (var block in _blocks)
                if (block.From < end && !(block.Until <= begin)) beds += block.Beds;
            return Math.Min(beds, _unit.Licensed);
        }

        // A child whose planned end has passed is still in, and nobody knows until when.
        private readonly int Occupied(DateTimeOffset begin)
        {
            var children = _unit.Beds?.OtherOccupied ?? 0;
            foreach (var stay in _stays)
                if (stay.PlannedEnd is not { } end || end > begin || end <= instant) children++;
            return children;
        }
    }
}
