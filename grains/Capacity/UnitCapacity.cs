using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Capacity;

/// <summary>What a unit can take at one instant (domain 4): a function of its facility's events and that instant, nothing else.</summary>
/// <param name="Staffed">Children whom the staff can take; null for unbounded, or as long as nobody has declared it (then <paramref name="Basis"/> is Unknown).</param>
/// <param name="SingleRooms">Single rooms that no child and no hold takes.</param>
/// <param name="Basis">The weakest way in which one of its facts is known.</param>
/// <param name="StaffingBasis">Assumed where a shift of the next 24 hours goes by the standard roster, Unknown where one has neither.</param>
/// <param name="ShortShift">The first shift of the next 24 hours that has staff for fewer children than are in and held, or null.</param>
/// <param name="BedsAsOf">From when the number of children dates, confirmed or changed since; null when it was never reported.</param>
public readonly record struct UnitCapacity(
    CapacityKind Kind, Cohort Cohort, Openness Openness, CrisisUse CrisisUse, Basis Basis, bool Disputed, Freshnesses Freshnesses,
    int Licensed, int Blocked, int? Staffed, int Occupied, int Held, int SingleRooms, DateTimeOffset? BedsAsOf, Basis StaffingBasis, ShiftSpan? ShortShift)
{
    public int Operable => Math.Max(0, Math.Min(Licensed - Blocked, Staffed ?? int.MaxValue));

    /// <summary>May be negative, and is always shown.</summary>
    public int Slack => Operable - Occupied - Held;

    public int Shortfall => Math.Max(0, -Slack);

    /// <summary>What the reports say is free, whether or not it can be held. Shown beside a Disputed unit.</summary>
    public int Claimed => Math.Max(0, Slack);

    public int Available => Openness is Openness.Open or Openness.Limited && !Disputed && Basis != Basis.Unknown ? Claimed : 0;
    public int CrisisAvailable => CrisisUse == CrisisUse.Allowed ? Available : 0;
    public int AfterConsultationAvailable => CrisisUse == CrisisUse.AfterConsultation ? Available : 0;

    public Freshness Freshness => Freshnesses.Worst;

    /// <exception cref="KeyNotFoundException">The facility has no such unit.</exception>
    public static UnitCapacity At(FacilityState facility, string unitId, DateTimeOffset instant, Policy policy)
    {
        var unit = facility.Units[unitId];
        var (present, singlesTaken) = Present(facility, unitId);
        var (held, singlesHeld) = HeldAt(facility, unitId, instant);
        var occupied = present + (unit.Beds?.OtherOccupied ?? 0);
        var calendar = ShiftCalendar.Of(policy);
        var (staffed, staffing) = Staffing.At(unit, instant, calendar);
        var freshnesses = Freshnesses.At(facility, unit, staffing, instant, policy);
        return new(
            unit.Profile.CapacityKind, unit.Cohort, facility.Openness.At(instant), unit.CrisisUse?.ValueAt(instant) ?? CrisisUse.AfterConsultation,
            BasisOf(unit, staffing, freshnesses), unit.DisputedSince is not null, freshnesses,
            unit.Licensed, BlockedAt(facility, unitId, unit.Licensed, instant), staffed,
            occupied, held, Math.Max(0, unit.Profile.SingleRooms - singlesTaken - singlesHeld), unit.Beds?.FreshAsOf, staffing,
            staffed < occupied + held ? Staffing.FirstShort(unit, instant, occupied + held, calendar) : null);
    }

    /// <summary>The next instant after <paramref name="instant"/> at which the unit's capacity changes without any event, or null for never.</summary>
    public static DateTimeOffset? ValidUntil(FacilityState facility, string unitId, DateTimeOffset instant, Policy policy)
    {
        var unit = facility.Units[unitId];
        var next = Freshnesses.NextChange(facility, unit, instant, policy);
        next = Earliest.Of(next, Staffing.NextChange(unit, instant, ShiftCalendar.Of(policy)));
        next = Earliest.Of(next, Earliest.After(instant, facility.Openness.ExpectedReopening), Earliest.After(instant, unit.CrisisUse?.Until));
        foreach (var (_, block) in facility.Blocks)
            if (block.UnitId == unitId) next = Earliest.Of(next, Earliest.After(instant, block.From), Earliest.After(instant, block.Until));
        foreach (var (_, hold) in facility.Holds)
            if (hold.UnitId == unitId && hold.State == HoldState.Active) next = Earliest.Of(next, Earliest.After(instant, hold.Until));
        return next;
    }

    /// <summary>When blocks that end by themselves will have given <paramref name="beds"/> beds back, or null when they never do.</summary>
    public static DateTimeOffset? BlocksGiveBack(FacilityState facility, string unitId, DateTimeOffset instant, int beds)
    {
        var back = 0;
        foreach (var block in facility.Blocks.Values.Where(block => block.UnitId == unitId && block.ActiveAt(instant) && block.Until is not null).OrderBy(block => block.Until))
        {
            back += block.Beds;
            if (back >= beds) return block.Until;
        }
        return null;
    }

    private static (int Present, int SingleRooms) Present(FacilityState facility, string unitId)
    {
        var (present, singles) = (0, 0);
        foreach (var (_, stay) in facility.Occupancies)
        {
            if (stay.UnitId != unitId) continue;
            present++;
            if (stay.SingleRoom) singles++;
        }
        return (present, singles);
    }

    internal static (int Beds, int SingleRooms) HeldAt(FacilityState facility, string unitId, DateTimeOffset instant)
    {
        var (beds, singles) = (0, 0);
        foreach (var (_, hold) in facility.Holds)
        {
            if (hold.UnitId != unitId || !hold.KeepsBedsAt(instant)) continue;
            beds += hold.Beds;
            if (hold.SingleRoom) singles += hold.Beds;
        }
        return (beds, singles);
    }

    private static int BlockedAt(FacilityState facility, string unitId, int licensed, DateTimeOffset instant)
    {
        var beds = 0;
        foreach (var (_, block) in facility.Blocks)
            if (block.UnitId == unitId && block.ActiveAt(instant)) beds += block.Beds;
        return Math.Min(beds, licensed);
    }

    private static Basis BasisOf(UnitState unit, Basis staffing, Freshnesses freshnesses) =>
        freshnesses.Worst == Freshness.Unknown ? Basis.Unknown
        : unit.DisputedSince is not null ? Basis.Disputed
        : unit.Beds is { } beds ? (Basis)Math.Max((int)beds.Basis, (int)staffing) : Basis.Unknown;
}
