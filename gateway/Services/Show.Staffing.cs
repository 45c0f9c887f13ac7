using Gateway.Views;
using Grains.Capacity;
using Grains.Kernel;
using Plek.V1;
using Own = Grains.Facilities;

namespace Gateway.Services;

// Rosters, absences and forecasts. Always exact: whoever may not see exact numbers may not call.
internal static partial class Show
{
    public static UnitStaffing Staffing(Own.FacilityState facility, UnitEntry entry, DateTimeOffset instant, Policy policy)
    {
        var unit = entry.Unit;
        return new()
        {
            UnitId = entry.UnitId,
            Staffing = Words<Plek.V1.StaffingKind, Own.StaffingKind>.ToWire(unit.Profile.Staffing),
            Ratio = { Steps(unit.Profile.Ratio) },
            Standard = { unit.Staff.Standard.Select(line => new StandardStaff { Shift = Shift(line.Shift), Function = Function(line.Function), Planned = line.Planned }) },
            Rosters = { unit.Staff.Rosters.Select(roster => Roster(roster, policy)) },
            Absences = { unit.Staff.Absences.Where(known => !(known.Absence.Until <= instant)).Select(known => Absence(known.Id, known.Absence)) },
            Forecast = { Forecast(facility, entry.UnitId, instant, policy) },
            Age = Staffing(unit, entry.Capacity),
        };
    }

    public static IEnumerable<Plek.V1.ForecastShift> Forecast(Own.FacilityState facility, string unitId, DateTimeOffset instant, Policy policy) =>
        Grains.Capacity.Forecast.Of(facility, unitId, instant, policy).Select(Forecast);

    public static ShiftRef Shift(ShiftSpan span) => new()
    {
        Date = $"{span.Key.Date:yyyy-MM-dd}",
        Shift = Shift(span.Key.Shift),
        StartsAt = span.Start.ToWire(),
        EndsAt = span.End.ToWire(),
    };

    private static Plek.V1.ForecastShift Forecast(Grains.Capacity.ForecastShift shift)
    {
        var shown = new Plek.V1.ForecastShift
        {
            Shift = Shift(shift.Staff.Span),
            Planned = shift.Staff.Planned,
            Moved = shift.Staff.Moved,
            Absent = shift.Staff.Absent,
            Surplus = shift.Staff.Surplus,
            Present = shift.Staff.Present,
            Basis = Words<Plek.V1.Basis, Own.Basis>.ToWire(shift.Staff.Basis),
            Blocked = shift.Blocked,
            Operable = shift.Operable,
            Occupied = shift.Occupied,
            Held = shift.Held,
            Shortfall = shift.Shortfall,
        };
        if (shift.Staffed is { } staffed) shown.Staffed = staffed;
        return shown;
    }

    private static IEnumerable<RatioStep> Steps(Own.RatioTable? table) => table is null ? [] :
        from shift in Enum.GetValues<Own.Shift>()
        from step in table[shift]
        select new RatioStep { Shift = Shift(shift), MinStaff = step.MinStaff, MaxChildren = step.MaxChildren };

    private static Roster Roster(Own.Roster roster, Policy policy) => new()
    {
        Shift = Shift(ShiftCalendar.Of(policy).At(roster.Key)),
        Lines =
        {
            roster.Lines.Select(line => new RosterLine
            {
                Function = Function(line.Function),
                Planned = line.Planned,
                BorrowedIn = line.BorrowedIn,
                LentOut = line.LentOut,
                RedeployedIn = line.RedeployedIn,
                RedeployedOut = line.RedeployedOut,
            }),
        },
        AsOf = roster.AsOf.ToWire(),
    };

    private static Absence Absence(string id, Own.Absence absence) => new()
    {
        AbsenceId = id,
        UnitId = absence.UnitId,
        Function = Function(absence.Function),
        Shifts = { absence.Shifts.Select(Shift) },
        From = absence.From.ToWire(),
        Until = absence.Until.ToWire(),
        Count = absence.Count,
        Reason = Words<Plek.V1.AbsenceReason, Own.AbsenceReason>.ToWire(absence.Reason),
        ExpectedReturn = absence.ExpectedReturn.ToWire(),
    };

    private static Plek.V1.Shift Shift(Own.Shift shift) => Words<Plek.V1.Shift, Own.Shift>.ToWire(shift);

    private static Plek.V1.StaffFunction Function(Own.StaffFunction function) => Words<Plek.V1.StaffFunction, Own.StaffFunction>.ToWire(function);
}
