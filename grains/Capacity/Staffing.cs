using Grains.Facilities;

namespace Grains.Capacity;

/// <summary>For how many children there is staff, by the unit's ratio table, rosters and absences (domain 4).</summary>
public static class Staffing
{
    /// <summary>What counts now is the worst shift of the next day: elapsed time, whatever the clock does meanwhile.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromHours(24);

    // Instants count in whole microseconds, and a shift is in [t, t + 24 h) only when it starts before the end.
    private static readonly TimeSpan Entering = Horizon - TimeSpan.FromMicroseconds(1);

    /// <summary>The staff of one shift. Functions that do not count are left out.</summary>
    public static ShiftStaff In(UnitState unit, in ShiftSpan span, ShiftCalendar calendar)
    {
        var (staff, planned, moved, absent) = (unit.Staff, 0, 0, 0);
        var basis = Basis.Unknown;
        if (staff.RosterOf(span.Key) is { } roster)
        {
            basis = Basis.Reported;
            foreach (var line in roster.Lines)
            {
                if (!calendar.Counts(line.Function)) continue;
                planned += line.Planned;
                moved += line.Expected - line.Planned;
            }
        }
        else if (staff.StandardAsOf is not null)
        {
            basis = Basis.Assumed;
            foreach (var line in staff.Standard)
                if (line.Shift == span.Key.Shift && calendar.Counts(line.Function)) planned += line.Planned;
        }
        foreach (var known in staff.Absences)
            if (calendar.Counts(known.Absence.Function) && known.Absence.CountsIn(span.Key.Shift, span.Start, span.End)) absent += known.Absence.Count;
        return new(span, planned, moved, absent, basis);
    }

    /// <summary>For how many children a unit has staff in one shift; null where that is not bound or not known.</summary>
    public static int? Supported(UnitState unit, in ShiftStaff staff) => unit.Profile.Staffing switch
    {
        StaffingKind.DeclaredOperable => unit.DeclaredOperable?.Operable,
        StaffingKind.ShiftRatio when staff.Basis != Basis.Unknown => unit.Profile.Ratio!.Supported(staff.Span.Key.Shift, staff.Present),
        _ => null,
    };

    /// <summary>For how many children there is staff over the next 24 hours, and how that is known.</summary>
    /// <returns>Null for unbounded; null and Unknown when it was never said, or a shift has neither roster nor standard.</returns>
    public static (int? Children, Basis Basis) At(UnitState unit, DateTimeOffset instant, ShiftCalendar calendar)
    {
        switch (unit.Profile.Staffing)
        {
            case StaffingKind.NotStaffBound: return (null, Basis.Reported);
            case StaffingKind.DeclaredOperable: return unit.DeclaredOperable is { } declared ? (declared.Operable, Basis.Reported) : (null, Basis.Unknown);
        }
        var (least, basis) = (int.MaxValue, Basis.Reported);
        var shifts = calendar.After(instant);
        for (var span = shifts.Next(); span.Start < instant + Horizon; span = shifts.Next())
        {
            var staff = In(unit, span, calendar);
            if (Supported(unit, staff) is not { } children) return (null, Basis.Unknown);
            least = Math.Min(least, children);
            if (staff.Basis > basis) basis = staff.Basis;
        }
        return least == int.MaxValue ? (null, Basis.Unknown) : (least, basis);
    }

    /// <summary>The first shift of the next 24 hours that has staff for fewer than so many children, or null.</summary>
    public static ShiftSpan? FirstShort(UnitState unit, DateTimeOffset instant, int children, ShiftCalendar calendar)
    {
        if (unit.Profile.Staffing != StaffingKind.ShiftRatio) return null;
        var shifts = calendar.After(instant);
        for (var span = shifts.Next(); span.Start < instant + Horizon; span = shifts.Next())
            if (Supported(unit, In(unit, span, calendar)) < children) return span;
        return null;
    }

    /// <summary>What staff the next 24 hours lack for so many children, or null where none does, or none would do.</summary>
    public static StaffMissing? Missing(UnitState unit, DateTimeOffset instant, int children, ShiftCalendar calendar)
    {
        if (unit.Profile.Staffing != StaffingKind.ShiftRatio) return null;
        StaffMissing? missing = null;
        var shifts = calendar.After(instant);
        for (var span = shifts.Next(); span.Start < instant + Horizon; span = shifts.Next())
        {
            var staff = In(unit, span, calendar);
            if (!(Supported(unit, staff) < children)) continue;
            if (unit.Profile.Ratio!.StaffFor(span.Key.Shift, children) is not { } enough) return null;
            missing = missing is { } first ? first with { Shifts = first.Shifts + 1 } : new(span, enough - staff.Present, 1);
        }
        return missing;
    }

    /// <summary>The next instant at which a shift leaves the 24 hours or comes into them, or null where shifts do not matter.
    /// An absence needs no instant of its own: it counts in whole shifts, however much of them it covers.</summary>
    public static DateTimeOffset? NextChange(UnitState unit, DateTimeOffset instant, ShiftCalendar calendar)
    {
        if (unit.Profile.Staffing != StaffingKind.ShiftRatio) return null;
        var shifts = calendar.After(instant);
        DateTimeOffset? next = null;
        while (true)
        {
            var span = shifts.Next();
            var enters = span.Start - Entering;
            next = Earliest.Of(next, span.End);
            if (enters > instant) return Earliest.Of(next, enters);
        }
    }
}

/// <param name="First">The first shift that is short.</param>
/// <param name="Staff">How many more would do in it.</param>
/// <param name="Shifts">How many shifts are short, the first one included.</param>
public readonly record struct StaffMissing(ShiftSpan First, int Staff, int Shifts);

/// <summary>Counts of one shift.</summary>
/// <param name="Moved">Borrowed and redeployed in, less lent and redeployed out.</param>
/// <param name="Absent">All absences that name the shift and overlap it, also where they exceed the roster.</param>
/// <param name="Basis">Reported with a roster of its own, Assumed by the standard one, Unknown without either.</param>
public readonly record struct ShiftStaff(ShiftSpan Span, int Planned, int Moved, int Absent, Basis Basis)
{
    public int Present => Math.Max(0, Planned - Absent + Moved);

    /// <summary>Absences beyond everybody who would be there.</summary>
    public int Surplus => Math.Max(0, Absent - Math.Max(0, Planned + Moved));
}
