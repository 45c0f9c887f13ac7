using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Facilities;

// Rosters and absences: what is said of a unit's staff, and what the state keeps of it.
public static partial class Facility
{
    private static Decision<FacilityEvent> SetRoster(FacilityState state, FacilityCommand.SetRoster c, Context context)
    {
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        var fact = new FacilityEvent.RosterSet(c.UnitId, c.Date, c.Shift, c.Planned, context.NoLaterThanNow(c.AsOf));
        return unit.Staff.RosterOf(new(c.Date, c.Shift)) is { } known && known.AsOf == fact.AsOf && IsPlanned(known.Lines, c.Planned) && unit.StaffShortSince is null
            ? Already : Accept(fact);
    }

    private static bool IsPlanned(ImmutableArray<RosterLine> lines, ImmutableArray<PlannedStaff> planned) =>
        lines.Where(line => line.Planned > 0).Select(line => new PlannedStaff(line.Function, line.Planned)).SequenceEqual(
            planned.Where(line => line.Planned > 0).OrderBy(line => line.Function));

    private static Decision<FacilityEvent> SetStandardRoster(FacilityState state, FacilityCommand.SetStandardRoster c, Context context)
    {
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        var fact = new FacilityEvent.StandardRosterSet(c.UnitId, c.Planned, context.NoLaterThanNow(c.AsOf));
        return unit.Staff.StandardAsOf == fact.AsOf && unit.Staff.Standard.SequenceEqual(InOrder(c.Planned)) && unit.StaffShortSince is null ? Already : Accept(fact);
    }

    private static Decision<FacilityEvent> ReportAbsence(FacilityState state, FacilityCommand.ReportAbsence c, Context context)
    {
        if (!state.Units.TryGetValue(c.Absence.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        if (UnitOfAbsence(state, c.AbsenceId) is { } unitId && unitId != c.Absence.UnitId) return Refuse(Reason.AbsenceExists);
        var known = unit.Staff.Find(c.AbsenceId);
        if (known is null && unit.Staff.Absences.Length >= FacilityLimits.AbsencesMax) return Refuse(Reason.TooManyAbsences, ("at_most", Text(FacilityLimits.AbsencesMax)));
        var asOf = context.NoLaterThanNow(c.AsOf);
        return known is not null && known.AsOf == asOf && known.Absence == c.Absence ? Already : Accept(new FacilityEvent.AbsenceReported(c.AbsenceId, c.Absence, asOf));
    }

    private static Decision<FacilityEvent> EndAbsence(FacilityState state, FacilityCommand.EndAbsence c, Context context)
    {
        if (UnitOfAbsence(state, c.AbsenceId) is not { } unitId) return Refuse(Reason.UnknownAbsence);
        var at = context.NoLaterThanNow(c.At);
        return state.Units[unitId].Staff.Find(c.AbsenceId)!.Absence.Until <= at ? Already : Accept(new FacilityEvent.AbsenceEnded(c.AbsenceId, at));
    }

    private static string? UnitOfAbsence(FacilityState state, string absenceId)
    {
        foreach (var (unitId, unit) in state.Units)
            if (unit.Staff.Find(absenceId) is not null) return unitId;
        return null;
    }

    private static UnitState Planned(UnitState unit, FacilityEvent.RosterSet f)
    {
        var key = new ShiftKey(f.Date, f.Shift);
        var known = unit.Staff.RosterOf(key);
        if (f.AsOf < known?.AsOf) return unit;
        var roster = new Roster(key, Lines(known?.Lines ?? [], f.Planned), f.AsOf);
        var others = known is null ? unit.Staff.Rosters : unit.Staff.Rosters.Remove(known);
        return Said(unit, unit.Staff with { Rosters = others.Insert(~others.BinarySearch(roster, ByShift), roster) }, f.AsOf);
    }

    private static readonly Comparer<Roster> ByShift = Comparer<Roster>.Create((a, b) => a.Key.CompareTo(b.Key));

    // Whoever is borrowed or lent in a shift stays so when its plan is made anew.
    private static ImmutableArray<RosterLine> Lines(ImmutableArray<RosterLine> known, ImmutableArray<PlannedStaff> planned)
    {
        var lines = known.Select(line => line with { Planned = 0 }).ToDictionary(line => line.Function);
        foreach (var (function, count) in planned) lines[function] = lines.GetValueOrDefault(function, new(function, 0)) with { Planned = count };
        return [.. lines.Values.Where(line => line != new RosterLine(line.Function, 0)).OrderBy(line => line.Function)];
    }

    private static UnitState Planned(UnitState unit, FacilityEvent.StandardRosterSet f) => f.AsOf < unit.Staff.StandardAsOf
        ? unit
        : Said(unit, unit.Staff with { Standard = InOrder(f.Planned), StandardAsOf = f.AsOf }, f.AsOf);

    private static ImmutableArray<StandardStaff> InOrder(ImmutableArray<StandardStaff> planned) =>
        [.. planned.Where(line => line.Planned > 0).OrderBy(line => (line.Shift, line.Function))];

    private static UnitState Absent(UnitState unit, FacilityEvent.AbsenceReported f)
    {
        if (f.AsOf < unit.Staff.Find(f.AbsenceId)?.AsOf) return unit;
        var next = Said(unit, With(unit.Staff, new(f.AbsenceId, f.Absence, f.AsOf)), f.AsOf);
        return unit.Profile.Staffing == StaffingKind.DeclaredOperable && !(f.AsOf < unit.DeclaredOperable?.AsOf)
            ? next with { AbsentSince = Later(f.AsOf, unit.AbsentSince) } : next;
    }

    // An end is about one absence by name, so it ends it whatever clock it was said by; the newer moment stays for a correction to be compared with.
    private static UnitState Back(UnitState unit, FacilityEvent.AbsenceEnded f)
    {
        var known = unit.Staff.Find(f.AbsenceId)!;
        return Said(unit, With(unit.Staff, known with { Absence = known.Absence with { Until = f.At }, AsOf = Later(f.At, known.AsOf) }), f.At);
    }

    private static UnitStaff With(UnitStaff staff, ReportedAbsence absence)
    {
        var others = staff.Find(absence.Id) is { } known ? staff.Absences.Remove(known) : staff.Absences;
        return staff with { Absences = others.Insert(~others.BinarySearch(absence, ById), absence) };
    }

    private static readonly Comparer<ReportedAbsence> ById = Comparer<ReportedAbsence>.Create((a, b) => string.CompareOrdinal(a.Id, b.Id));

    /// <summary>Staffing was reported as of a moment; what has been over for long by then is let go.</summary>
    private static UnitState Said(UnitState unit, UnitStaff staff, DateTimeOffset asOf)
    {
        var newest = Later(asOf, staff.AsOf);
        var (overAt, overOn) = (newest.AddDays(-FacilityLimits.StaffDaysMax), Amsterdam.DayOf(newest).AddDays(-FacilityLimits.StaffDaysMax));
        return unit with
        {
            Staff = staff with
            {
                Rosters = staff.Rosters.RemoveAll(roster => roster.Key.Date < overOn),
                Absences = staff.Absences.RemoveAll(absence => absence.Absence.Until <= overAt),
                AsOf = newest,
                FreshAsOf = Later(asOf, staff.FreshAsOf),
            },
            StaffShortSince = unit.Profile.Staffing == StaffingKind.DeclaredOperable || asOf < unit.StaffShortSince ? unit.StaffShortSince : null,
        };
    }
}
