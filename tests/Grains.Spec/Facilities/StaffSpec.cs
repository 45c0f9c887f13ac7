using Grains.Facilities;
using Grains.Kernel;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;
using static Grains.Spec.Facilities.StaffWords;

namespace Grains.Spec.Facilities;

/// <summary>Rosters and absences as they are said, corrected, ended and let go.</summary>
public sealed class StaffSpec
{
    private static readonly Absence Evening = Away(Shift.Evening);

    [Fact]
    public void An_absence_is_reported_with_its_moment() =>
        TheGroup.Given(Staffed()).When(Report("a1", Evening, At.Minutes(-3))).Then(new FacilityEvent.AbsenceReported("a1", Evening, At.Minutes(-3)));

    [Fact]
    public void It_is_never_refused_for_exceeding_the_roster() =>
        TheGroup.Given(Staffed()).When(Report("a1", Evening with { Count = 100 })).Then(new FacilityEvent.AbsenceReported("a1", Evening with { Count = 100 }, At.Noon));

    [Fact]
    public void The_same_id_again_corrects_it()
    {
        var outcome = TheGroup.Given(Staffed(0, Reported("a1", Evening))).At(At.Minutes(10)).When(Report("a1", Evening with { Count = 2 }, At.Minutes(10)));
        outcome.Then(new FacilityEvent.AbsenceReported("a1", Evening with { Count = 2 }, At.Minutes(10)));
        Assert.Equal([2], outcome.State.Units[Unit].Staff.Absences.Select(absence => absence.Absence.Count));
    }

    [Fact]
    public void A_correction_that_is_older_than_what_is_known_changes_the_past_alone()
    {
        var given = TheGroup.Given(Staffed(0, Reported("a1", Evening)));
        var outcome = given.When(Report("a1", Evening with { Count = 2 }, At.Minutes(-10)));
        Assert.Equal((1, given.State), (outcome.Decision.Events.Length, outcome.State));
    }

    [Fact] public void Said_twice_it_is_so_already() => TheGroup.Given(Staffed(0, Reported("a1", Evening))).When(Report("a1", Evening)).ThenNothing();

    [Fact] public void Refuses_an_unknown_unit() => TheGroup.Given(Staffed()).When(Report("a1", Evening with { UnitId = "other" })).ThenRefused(Reason.UnknownUnit);

    [Fact]
    public void Refuses_an_id_that_stands_for_another_units_absence() =>
        TheGroup.Given(Staffed(0, new FacilityEvent.UnitAdded("groep-2", ByRatio), Reported("a1", Evening))).When(Report("a1", Evening with { UnitId = "groep-2" }))
            .ThenRefused(Reason.AbsenceExists);

    [Fact]
    public void Refuses_one_absence_more_than_a_unit_keeps()
    {
        var many = Enumerable.Range(1, FacilityLimits.AbsencesMax).Select(i => (FacilityEvent)Reported($"a{i}", Evening)).ToArray();
        TheGroup.Given(Staffed(0, many)).When(Report("one-more", Evening)).ThenRefused(Reason.TooManyAbsences, ("at_most", "200"));
        Assert.Null(TheGroup.Given(Staffed(0, many)).When(Report("a7", Evening with { Count = 2 })).Decision.Refusal);
    }

    [Fact]
    public void Ended_it_no_longer_counts_in_shifts_that_begin_later()
    {
        var outcome = TheGroup.Given(Staffed(0, Reported("a1", Evening))).At(At.Hours(1)).When(new FacilityCommand.EndAbsence("a1", At.Hours(1)));
        outcome.Then(new FacilityEvent.AbsenceEnded("a1", At.Hours(1)));
        Assert.Equal(12, Grains.Capacity.UnitCapacity.At(outcome.State, Unit, At.Hours(1), Policy.Default).Staffed);
    }

    [Fact]
    public void Ended_no_later_than_it_began_it_never_was()
    {
        var day = Away(Shift.Day, from: At.Noon);
        var state = TheGroup.Given(Staffed(0, Reported("a1", day), new FacilityEvent.AbsenceEnded("a1", At.Minutes(-5)))).State;
        Assert.Equal(12, Grains.Capacity.UnitCapacity.At(state, Unit, At.Noon, Policy.Default).Staffed);
    }

    [Fact] public void Ending_what_is_over_changes_nothing() => TheGroup.Given(Staffed(0, Reported("a1", Evening with { Until = At.Minutes(-5) }))).When(new FacilityCommand.EndAbsence("a1", At.Noon)).ThenNothing();

    [Fact] public void Refuses_to_end_an_absence_that_it_does_not_know() => TheGroup.Given(Staffed()).When(new FacilityCommand.EndAbsence("a1", At.Noon)).ThenRefused(Reason.UnknownAbsence);

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Refuses_a_moment_that_lies_further_ahead_than_clocks_differ(int minutes, bool refused)
    {
        FacilityCommand[] reports =
        [
            Report("a1", Evening, At.Minutes(minutes)), new FacilityCommand.EndAbsence("a2", At.Minutes(minutes)),
            new FacilityCommand.SetRoster(Unit, Today, Shift.Day, [new(StaffFunction.Nurse, 2)], At.Minutes(minutes)), new FacilityCommand.SetStandardRoster(Unit, [], At.Minutes(minutes)),
        ];
        foreach (var report in reports)
            Assert.Equal(refused ? Reason.OccurredInFuture : null, TheGroup.Given(Staffed(0, Reported("a2", Evening))).When(report).Decision.Refusal?.Reason);
    }

    [Fact]
    public void A_roster_plans_a_shift_anew_and_keeps_who_is_borrowed()
    {
        var given = TheGroup.Given(Staffed(0, Rostered(Shift.Day, 3)));
        var outcome = given.At(At.Hours(1)).When(new FacilityCommand.SetRoster(Unit, Today, Shift.Day, [new(StaffFunction.Nurse, 1), new(StaffFunction.Pedagogical, 0)], At.Hours(1)));
        Assert.Equal([new RosterLine(StaffFunction.Nurse, 1)], outcome.State.Units[Unit].Staff.RosterOf(new(Today, Shift.Day))!.Lines.AsEnumerable());

        var unit = given.State.Units[Unit];
        var borrowed = given with { State = given.State with { Units = given.State.Units.SetItem(Unit, unit with { Staff = unit.Staff with { Rosters = [new(new(Today, Shift.Day), [new(StaffFunction.Pedagogical, 3, BorrowedIn: 1)], At.Noon)] } }) } };
        var planned = borrowed.When(new FacilityCommand.SetRoster(Unit, Today, Shift.Day, [], At.Noon)).State;
        Assert.Equal([new RosterLine(StaffFunction.Pedagogical, 0, BorrowedIn: 1)], planned.Units[Unit].Staff.RosterOf(new(Today, Shift.Day))!.Lines.AsEnumerable());
    }

    [Fact]
    public void The_same_roster_of_the_same_moment_is_so_already()
    {
        TheGroup.Given(Staffed(0, Rostered(Shift.Day, 3))).When(new FacilityCommand.SetRoster(Unit, Today, Shift.Day, [new(StaffFunction.Pedagogical, 3)], At.Noon)).ThenNothing();
        TheGroup.Given(Staffed()).When(new FacilityCommand.SetStandardRoster(Unit, Standard().Planned, At.Noon)).ThenNothing();
    }

    [Fact]
    public void A_roster_that_is_older_than_what_is_known_changes_the_past_alone()
    {
        var given = TheGroup.Given(Staffed(0, Rostered(Shift.Day, 3)));
        FacilityCommand[] late = [new FacilityCommand.SetRoster(Unit, Today, Shift.Day, [], At.Minutes(-1)), new FacilityCommand.SetStandardRoster(Unit, [], At.Minutes(-1))];
        Assert.All(late, report => Assert.Equal((1, given.State), (given.When(report).Decision.Events.Length, given.When(report).State)));
    }

    [Fact]
    public void Staff_that_is_reported_after_a_refusal_for_want_of_it_counts_again()
    {
        var refused = Staffed(0, Held(), Over(HoldEnd.Refused, RefusalCode.StaffShortage));
        Assert.Equal(At.Noon, TheGroup.Given(refused).State.Units[Unit].StaffShortSince);
        Assert.Equal(At.Noon, TheGroup.Given(refused.And(new FacilityEvent.BedsReported(Unit, 0, 0, null, At.Noon))).State.Units[Unit].StaffShortSince);
        Assert.Null(TheGroup.Given(refused.And(Rostered(Shift.Day, 3))).State.Units[Unit].StaffShortSince);
    }

    [Fact]
    public void What_is_over_for_a_week_is_let_go_when_something_newer_is_said()
    {
        var old = Staffed(0, Rostered(Shift.Day, 3), Reported("over", Evening with { Until = At.Hours(1) }), Reported("open", Evening));
        var state = TheGroup.Given(old.And(Rostered(Shift.Day, 2, Today.AddDays(8), asOf: At.Hours(24 * 8)))).State;
        Assert.Equal([Today.AddDays(8)], state.Units[Unit].Staff.Rosters.Select(roster => roster.Key.Date));
        Assert.Equal(["open"], state.Units[Unit].Staff.Absences.Select(absence => absence.Id));
    }

    // A report that says nothing newer keeps what is there: what counts never depends on the order in which late words come.
    [Fact]
    public void A_late_report_lets_nothing_go() => Assert.Single(
        TheGroup.Given(Staffed(0, Reported("over", Evening with { Until = At.Hours(-24 * 6) }), Rostered(Shift.Day, 1, asOf: At.Hours(-24 * 9)))).State.Units[Unit].Staff.Absences);
}
