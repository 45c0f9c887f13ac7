using Grains.Facilities;

namespace Grains.Spec.Facilities;

/// <summary>A group staffed by ratio, as domain 4 has it: one for three children, two for eight, three for twelve; one at night for twelve.</summary>
internal static class StaffWords
{
    public static readonly RatioTable Table = new([new(1, 3), new(2, 8), new(3, 12)], [new(1, 3), new(2, 8), new(3, 12)], [new(1, 12)]);

    public static UnitProfile ByRatio => FacilityWords.Group with { Staffing = StaffingKind.ShiftRatio, Ratio = Table };

    /// <summary>The Saturday of <see cref="At.Noon"/>.</summary>
    public static readonly DateOnly Today = new(2026, 11, 21);

    public static readonly Shift[] AllShifts = [Shift.Day, Shift.Evening, Shift.Night];

    /// <summary>Three by day and in the evening, one at night, on every day.</summary>
    public static FacilityEvent.StandardRosterSet Standard(int day = 3, int evening = 3, int night = 1, DateTimeOffset? asOf = null) => new(
        FacilityWords.Unit,
        [new(Shift.Day, StaffFunction.Pedagogical, day), new(Shift.Evening, StaffFunction.Pedagogical, evening), new(Shift.Night, StaffFunction.NightWatch, night)], asOf ?? At.Noon);

    public static FacilityEvent.RosterSet Rostered(Shift shift, int planned, DateOnly? date = null, StaffFunction function = StaffFunction.Pedagogical, DateTimeOffset? asOf = null) =>
        new(FacilityWords.Unit, date ?? Today, shift, [new(function, planned)], asOf ?? At.Noon);

    public static Absence Away(Shift shift, int count = 1, StaffFunction function = StaffFunction.Pedagogical, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        new(FacilityWords.Unit, function, [shift], from ?? At.Noon, until, count, AbsenceReason.Ill);

    public static FacilityEvent.AbsenceReported Reported(string id, Absence absence, DateTimeOffset? asOf = null) => new(id, absence, asOf ?? At.Noon);

    public static FacilityCommand.ReportAbsence Report(string id, Absence absence, DateTimeOffset? asOf = null) => new(id, absence, asOf ?? At.Noon);

    /// <summary>Open, with children present, staffed by ratio and by the standard roster alone.</summary>
    public static FacilityEvent[] Staffed(int occupied = 0, params FacilityEvent[] more) => FacilityWords.Open(occupied, ByRatio).And([Standard(), .. more]);
}
