using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Capacity;

/// <summary>The age of each of a unit's facts. A unit is as fresh as its worst fact.</summary>
public readonly record struct Freshnesses(Freshness Beds, Freshness Staffing, Freshness Openness)
{
    public Freshness Worst => (Freshness)Math.Max((int)Beds, Math.Max((int)Staffing, (int)Openness));

    /// <param name="staffing">How the staff is known: where it is not, no report of it is fresh.</param>
    public static Freshnesses At(FacilityState facility, UnitState unit, Basis staffing, DateTimeOffset instant, Policy policy) => new(
        Of(unit.Beds?.FreshAsOf, BedsInterval(policy), instant),
        staffing == Basis.Unknown ? Freshness.Unknown : StaffingOf(unit, instant, policy),
        Of(facility.Openness.FreshAsOf, OpennessInterval(policy), instant));

    /// <summary>The next instant after <paramref name="instant"/> at which a fact turns ageing or stale, or null.</summary>
    public static DateTimeOffset? NextChange(FacilityState facility, UnitState unit, DateTimeOffset instant, Policy policy) => Earliest.Of(
        Boundary(unit.Beds?.FreshAsOf, BedsInterval(policy), instant),
        Boundary(StaffFreshAsOf(unit), policy.Minutes(PolicyNumbers.StaffingInterval), instant),
        Boundary(facility.Openness.FreshAsOf, OpennessInterval(policy), instant));

    private static Freshness StaffingOf(UnitState unit, DateTimeOffset instant, Policy policy)
    {
        var age = unit.Profile.Staffing == StaffingKind.NotStaffBound
            ? Freshness.Fresh : Of(StaffFreshAsOf(unit), policy.Minutes(PolicyNumbers.StaffingInterval), instant);
        if (unit.AbsentSince is not null && unit.Profile.Staffing == StaffingKind.DeclaredOperable && age == Freshness.Fresh) age = Freshness.Ageing;
        return unit.StaffShortSince is null || age == Freshness.Unknown ? age : Freshness.Stale;
    }

    private static DateTimeOffset? StaffFreshAsOf(UnitState unit) => unit.Profile.Staffing switch
    {
        StaffingKind.DeclaredOperable => unit.DeclaredOperable?.FreshAsOf,
        StaffingKind.ShiftRatio => unit.Staff.FreshAsOf,
        _ => null,
    };

    private static Freshness Of(DateTimeOffset? freshAsOf, TimeSpan interval, DateTimeOffset instant) =>
        freshAsOf is not { } since ? Freshness.Unknown
        : instant - since <= interval ? Freshness.Fresh
        : instant - since <= interval * 2 ? Freshness.Ageing
        : Freshness.Stale;

    // At the interval itself a fact is still what it was, so it turns one microsecond later, the smallest step that instants take.
    private static DateTimeOffset? Boundary(DateTimeOffset? freshAsOf, TimeSpan interval, DateTimeOffset instant)
    {
        if (freshAsOf is not { } since) return null;
        var ages = since + interval + TimeSpan.FromMicroseconds(1);
        var stales = ages + interval;
        return instant < ages ? ages : instant < stales ? stales : null;
    }

    private static TimeSpan BedsInterval(Policy policy) =>
        policy.Minutes(policy.Mode == RegionMode.Crisis ? PolicyNumbers.BedsIntervalCrisis : PolicyNumbers.BedsInterval);

    private static TimeSpan OpennessInterval(Policy policy) =>
        policy.Minutes(policy.Mode == RegionMode.Crisis ? PolicyNumbers.OpennessIntervalCrisis : PolicyNumbers.OpennessInterval);
}

/// <summary>The earliest of some instants; null is never.</summary>
internal static class Earliest
{
    public static DateTimeOffset? Of(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    public static DateTimeOffset? Of(DateTimeOffset? a, DateTimeOffset? b, DateTimeOffset? c) => Of(Of(a, b), c);

    /// <summary><paramref name="at"/> when it lies after <paramref name="instant"/>, else never.</summary>
    public static DateTimeOffset? After(DateTimeOffset instant, DateTimeOffset? at) => at > instant ? at : null;
}
