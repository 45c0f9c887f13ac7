using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Spec.Facilities;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;
using static Grains.Spec.Facilities.StaffWords;

namespace Grains.Spec.Capacity;

/// <summary>For how many children there is staff, by domain 4.</summary>
public sealed class StaffingSpec
{
    // The domain's own vectors: Licensed 10, Blocked 1, Occupied 6, Held 1 (Consented).
    [Theory]
    [InlineData(0, 0, 0, 12, 9, 2, 0, null)]
    [InlineData(1, 0, 0, 8, 8, 1, 0, null)]
    [InlineData(2, 0, 0, 3, 3, 0, 4, Shift.Evening)]
    [InlineData(2, 1, 0, 8, 8, 1, 0, null)]
    [InlineData(0, 0, 1, 0, 0, 0, 7, Shift.Night)]
    public void Counts_as_the_domain_does(int evening, int borrowed, int night, int staffed, int operable, int available, int shortfall, Shift? shortShift)
    {
        var history = Staffed(occupied: 6).And(new FacilityEvent.BlockSet("b1", new(Unit, 1, BlockReason.Defect, At.Noon, null, At.Noon)), Held(), Consented());
        if (evening > 0) history = history.And(Reported("e", Away(Shift.Evening, evening)));
        if (night > 0) history = history.And(Reported("n", Away(Shift.Night, night, StaffFunction.NightWatch)));
        var state = Borrowed(TheGroup.Given(history).State, borrowed);

        var capacity = UnitCapacity.At(state, Unit, At.Noon, Policy.Default);
        Assert.Equal((staffed, operable, 6, 1, available, shortfall), (capacity.Staffed, capacity.Operable, capacity.Occupied, capacity.Held, capacity.Available, capacity.Shortfall));
        Assert.Equal(operable - 7, capacity.Slack);
        Assert.Equal(shortShift, capacity.ShortShift?.Key.Shift);
    }

    // 6 are in, 1 is held, 1 asks: with one in the evening there is staff for 3, with two for 8; at noon tonight's and tomorrow's day and evening count.
    [Theory]
    [InlineData(2, 8, Shift.Evening, 1, 1)]
    [InlineData(3, 8, Shift.Evening, 2, 1)]
    [InlineData(1, 9, Shift.Evening, 1, 1)]
    public void Says_how_much_staff_would_do_for_one_child_more(int absent, int children, Shift shift, int staff, int shifts)
    {
        var state = TheGroup.Given(Staffed(occupied: 6).And(Held(), Consented(), Reported("e", Away(Shift.Evening, absent)))).State;

        var missing = Staffing.Missing(state.Units[Unit], At.Noon, children, ShiftCalendar.Of(Policy.Default))!.Value;

        Assert.Equal((shift, staff, shifts), (missing.First.Key.Shift, missing.Staff, missing.Shifts));
    }

    [Fact]
    public void Where_no_step_is_enough_staff_is_not_what_is_missing() =>
        Assert.Null(Staffing.Missing(TheGroup.Given(Staffed(occupied: 6)).State.Units[Unit], At.Noon, 13, ShiftCalendar.Of(Policy.Default)));

    [Fact]
    public void Lent_and_redeployed_staff_is_counted_where_it_works()
    {
        RosterLine[] lines = [new(StaffFunction.Pedagogical, 3, BorrowedIn: 1, LentOut: 2), new(StaffFunction.Nurse, 1, RedeployedIn: 2, RedeployedOut: 1)];
        Assert.Equal([2, 2], lines.Select(line => line.Expected));
        var state = WithLines(TheGroup.Given(Staffed()).State, Shift.Day, [.. lines]);
        var staff = In(state, new(Today, Shift.Day));
        Assert.Equal((4, 0, 0, 4), (staff.Planned, staff.Moved, staff.Absent, staff.Present));
    }

    [Fact]
    public void Without_rosters_the_standard_one_counts_and_says_that_it_is_assumed()
    {
        var capacity = Of(Staffed());
        Assert.Equal((12, Basis.Assumed, Basis.Assumed, 10), (capacity.Staffed, capacity.StaffingBasis, capacity.Basis, capacity.Available));
    }

    [Fact]
    public void With_a_roster_for_every_shift_of_the_next_day_it_is_reported()
    {
        var rostered = new[] { Today, Today.AddDays(1) }.SelectMany(date => AllShifts.Select(shift => (FacilityEvent)Rostered(shift, 2, date))).ToArray();
        Assert.Equal((8, Basis.Reported), (Of(Staffed(0, rostered)).Staffed, Of(Staffed(0, rostered)).Basis));
    }

    [Fact]
    public void Without_roster_and_standard_a_unit_is_unknown_and_never_silently_full()
    {
        var capacity = Of(Open(unit: ByRatio).And(Rostered(Shift.Day, 3)));
        Assert.Equal((null, Basis.Unknown, Freshness.Unknown, 0, 10), (capacity.Staffed, capacity.Basis, capacity.Freshness, capacity.Available, capacity.Slack));
    }

    [Fact]
    public void A_roster_of_its_own_replaces_the_standard_one_in_its_shift_alone() =>
        Assert.Equal((3, 12), (Of(Staffed(0, Rostered(Shift.Evening, 1))).Staffed, Of(Staffed(0, Rostered(Shift.Evening, 1, Today.AddDays(2)))).Staffed));

    [Fact]
    public void Trainees_do_not_count_unless_the_region_says_so()
    {
        var state = TheGroup.Given(Staffed(0, Rostered(Shift.Evening, 2, function: StaffFunction.TraineeFlex))).State;
        Assert.Equal(0, UnitCapacity.At(state, Unit, At.Noon, Policy.Default).Staffed);
        Assert.Equal(8, UnitCapacity.At(state, Unit, At.Noon, Policies.With(PolicyNumbers.CountsForRatio[(int)StaffFunction.TraineeFlex], 1)).Staffed);
        Assert.Equal(12, Of(Staffed(0, Reported("a", Away(Shift.Evening, 2, StaffFunction.TraineeFlex)))).Staffed);
    }

    [Fact]
    public void An_absence_beyond_the_roster_leaves_nobody_and_shows_the_surplus()
    {
        var state = TheGroup.Given(Staffed(0, Reported("a", Away(Shift.Evening, 5)))).State;
        var staff = In(state, new(Today, Shift.Evening));
        Assert.Equal((3, 5, 0, 2), (staff.Planned, staff.Absent, staff.Present, staff.Surplus));
    }

    // At noon the day shift runs until 14:00, the evening from 14:00 to 22:00, the night from 22:00 to 6:00, and tomorrow's day until 14:00 (UTC).
    [Theory]
    [InlineData(0, 2, 12)] // Only in the day shift that runs: its evening is not named.
    [InlineData(2, 3, 8)]
    [InlineData(9, 11, 8)] // One hour of the evening is all of it.
    [InlineData(10, 20, 12)] // From its very end on.
    [InlineData(-3, 2, 12)] // Until its very beginning.
    [InlineData(24, 30, 12)] // Tomorrow evening begins after the 24 hours.
    [InlineData(-50, null, 8)] // Without end it counts until it is ended.
    public void An_absence_counts_in_the_named_shifts_that_it_overlaps(int from, int? until, int staffed) =>
        Assert.Equal(staffed, Of(Staffed(0, Reported("a", Away(Shift.Evening, 1, from: At.Hours(from), until: until is { } hours ? At.Hours(hours) : null)))).Staffed);

    // [t, t + 24 h): tomorrow's evening starts at 14:00, so it counts from just after 14:00 today; this one counts until it ends at 22:00.
    [Fact]
    public void A_shift_counts_from_24_hours_before_its_start_until_its_end()
    {
        var history = Staffed(0, Rostered(Shift.Evening, 1), Rostered(Shift.Evening, 2, Today.AddDays(1)));
        var (start, end) = (At.Hours(2), At.Hours(10));
        Assert.Equal(
            [12, 3, 3, 3, 8],
            new[] { At.Hours(-22), At.Hours(-22).AddMicroseconds(1), start, end.AddMicroseconds(-1), end }.Select(at => Of(history, at).Staffed));
    }

    // 24 elapsed hours: on the day of 23 hours they reach an hour further by the clock, on the day of 25 an hour less.
    [Theory]
    [InlineData("2027-03-27T06:00Z", 8)] // 07:00, the day of 23 hours follows: until 08:00 tomorrow, so into tomorrow's day shift.
    [InlineData("2027-03-28T04:59Z", 8)]
    [InlineData("2027-10-30T05:00Z", 12)] // 07:00, the day of 25 hours follows: until 06:00 tomorrow, before tomorrow's day shift.
    [InlineData("2027-10-30T06:00Z", 12)] // 08:00, until 07:00.
    [InlineData("2027-10-30T06:01Z", 8)]
    public void The_next_24_hours_are_elapsed_ones_through_both_clock_changes(string at, int staffed)
    {
        var instant = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var history = Staffed(0, Rostered(Shift.Day, 2, new(2027, 3, 28)), Rostered(Shift.Day, 2, new(2027, 10, 31)));
        Assert.Equal(staffed, Of(history, instant).Staffed);
    }

    [Fact]
    public void Rosters_over_the_end_of_a_month_and_a_leap_day_count_on_their_dates()
    {
        var history = Staffed(0, Rostered(Shift.Night, 0, new(2026, 11, 30), StaffFunction.NightWatch), Rostered(Shift.Night, 0, new(2028, 2, 29), StaffFunction.NightWatch));
        DateTimeOffset Midday(int year, int month, int day) => new(year, month, day, 11, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            [12, 0, 12, 12, 0, 12],
            new[] { Midday(2026, 11, 29), Midday(2026, 11, 30), Midday(2026, 12, 1), Midday(2028, 2, 28), Midday(2028, 2, 29), Midday(2028, 3, 1) }.Select(at => Of(history, at).Staffed));
    }

    [Fact]
    public void Is_valid_until_a_shift_ends_or_comes_into_the_24_hours()
    {
        var state = TheGroup.Given(Staffed()).State;
        var policy = Policies.With(PolicyNumbers.StaffingInterval, 10_080);
        var found = new List<DateTimeOffset>();
        for (var at = At.Noon; found.Count < 4; found.Add(at)) at = UnitCapacity.ValidUntil(state, Unit, at, policy)!.Value;
        Assert.Equal([At.Hours(2), At.Hours(2).AddMicroseconds(1), At.Hours(10), At.Hours(10).AddMicroseconds(1)], found);
    }

    [Theory]
    [InlineData(12, 0, Freshness.Fresh)]
    [InlineData(12, 1, Freshness.Ageing)]
    [InlineData(24, 1, Freshness.Stale)]
    public void Staffing_ages_from_the_last_roster_or_absence(int hours, int microseconds, Freshness expected)
    {
        var (at, aging) = (At.Hours(1), At.Hours(1 + hours).AddMicroseconds(microseconds));
        foreach (var report in new FacilityEvent[] { Standard(asOf: at), Rostered(Shift.Day, 3, asOf: at), Reported("a", Away(Shift.Day), at), new FacilityEvent.UnchangedConfirmed(Unit, at) })
            Assert.Equal(expected, Of(Staffed().And(report), aging).Freshnesses.Staffing);
    }

    [Fact]
    public void Beyond_a_declared_number_an_absence_leaves_the_number_and_makes_it_ageing_at_once()
    {
        var declared = Open(unit: Declared).And(new FacilityEvent.OperableDeclared(Unit, 6, At.Noon));
        var absent = declared.And(Reported("a", Away(Shift.Day), At.Minutes(5)));
        Assert.Equal((6, Freshness.Ageing), (Of(absent, At.Minutes(5)).Staffed, Of(absent, At.Minutes(5)).Freshnesses.Staffing));
        Assert.Equal(Freshness.Fresh, Of(declared.And(Reported("a", Away(Shift.Day), At.Minutes(-5))), At.Minutes(5)).Freshnesses.Staffing);
        Assert.Equal(Freshness.Fresh, Of(absent.And(new FacilityEvent.OperableDeclared(Unit, 5, At.Minutes(6))), At.Minutes(6)).Freshnesses.Staffing);
        Assert.Equal(Freshness.Fresh, Of(absent.And(new FacilityEvent.UnchangedConfirmed(Unit, At.Minutes(6))), At.Minutes(6)).Freshnesses.Staffing);
        Assert.Equal(Freshness.Stale, Of(absent, At.Hours(25)).Freshnesses.Staffing);
    }

    private static FacilityState Borrowed(FacilityState state, int borrowed) =>
        borrowed == 0 ? state : WithLines(state, Shift.Evening, new RosterLine(StaffFunction.Pedagogical, 3, BorrowedIn: borrowed));

    // Nothing borrows yet; the state carries it.
    private static FacilityState WithLines(FacilityState state, Shift shift, params ImmutableArray<RosterLine> lines)
    {
        var unit = state.Units[Unit];
        return state with { Units = state.Units.SetItem(Unit, unit with { Staff = unit.Staff with { Rosters = [new(new(Today, shift), lines, At.Noon)] } }) };
    }

    private static ShiftStaff In(FacilityState state, ShiftKey key)
    {
        var calendar = ShiftCalendar.Of(Policy.Default);
        return Staffing.In(state.Units[Unit], calendar.At(key), calendar);
    }

    private static UnitCapacity Of(FacilityEvent[] history, DateTimeOffset? at = null) =>
        UnitCapacity.At(TheGroup.Given(history).State, Unit, at ?? At.Noon, Policy.Default);
}
