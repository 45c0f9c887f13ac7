using Grains.Facilities;
using Grains.Kernel;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Facilities;

/// <summary>What a provider reports: beds, declared numbers, openness, crisis use, blocks, and that nothing changed.</summary>
public sealed class ReportSpec
{
    [Fact]
    public void Records_children_present_and_how_many_of_them_it_knows() => TheGroup
        .Given(Registered().And(Moved("ann", At.Hours(-5)))).When(Report(7)).Then(new FacilityEvent.BedsReported(Unit, 7, 1, null, At.Noon));

    [Fact]
    public void Counts_a_child_who_left_after_the_moment_of_the_report() => TheGroup
        .Given(Registered().And(Moved("ann", At.Hours(-5)), new FacilityEvent.OccupancyEnded("stay-ann", At.Hours(-1))))
        .When(Report(7, asOf: At.Hours(-2))).Then(new FacilityEvent.BedsReported(Unit, 7, 1, null, At.Hours(-2)));

    [Fact]
    public void Does_not_count_a_child_who_came_after_the_moment_of_the_report() => TheGroup
        .Given(Registered().And(Moved("ann", At.Hours(-1)))).When(Report(7, asOf: At.Hours(-2)))
        .Then(new FacilityEvent.BedsReported(Unit, 7, 0, null, At.Hours(-2)));

    [Fact]
    public void Refuses_a_report_from_the_future() => TheGroup
        .Given(Open()).When(Report(7, asOf: At.Minutes(6))).ThenRefused(Reason.OccurredInFuture, ("at_most", "2026-11-21T12:05:00.000000Z"));

    [Fact]
    public void Takes_a_report_a_little_ahead_of_our_clock_as_of_now() => TheGroup
        .Given(Open()).When(Report(7, asOf: At.Minutes(5))).Then(new FacilityEvent.BedsReported(Unit, 7, 0, null, At.Noon));

    [Fact]
    public void Refuses_a_report_of_an_unknown_unit() => TheGroup.Given(Open()).When(Report(7) with { UnitId = "groep-9" }).ThenRefused(Reason.UnknownUnit);

    [Fact]
    public void Refuses_fewer_children_than_are_placed_there() => TheGroup
        .Given(Open().And(Moved("ann", At.Hours(-5)), Moved("bob", At.Hours(-5)))).When(Report(1)).ThenRefused(Reason.BelowKnownPlacements, ("known", "2"));

    [Fact]
    public void Counts_a_child_from_the_very_moment_it_moved_in() => TheGroup
        .Given(Open().And(Moved("ann", At.Noon))).When(Report(0)).ThenRefused(Reason.BelowKnownPlacements, ("known", "1"));

    [Fact]
    public void Accepts_half_as_many_again_as_are_licensed() => TheGroup
        .Given(Registered()).When(Report(15)).Then(new FacilityEvent.BedsReported(Unit, 15, 0, null, At.Noon));

    [Fact]
    public void Refuses_more_than_that_unless_the_reporter_stands_by_it()
    {
        TheGroup.Given(Registered()).When(Report(16)).ThenRefused(Reason.Impossible, ("at_most", "15"));
        TheGroup.Given(Registered()).When(Report(16, confirmed: true)).Then(new FacilityEvent.BedsReported(Unit, 16, 0, null, At.Noon));
    }

    [Fact]
    public void Judges_a_number_by_the_licence_reported_with_it() => TheGroup
        .Given(Registered()).When(Report(7, licensed: 4)).ThenRefused(Reason.Impossible, ("at_most", "6"));

    [Fact]
    public void The_same_report_again_changes_nothing() => TheGroup.Given(Open(occupied: 7)).When(Report(7)).ThenNothing();

    [Fact]
    public void A_late_report_corrects_the_past_only()
    {
        var outcome = TheGroup.Given(Open(occupied: 7)).When(Report(3, asOf: At.Hours(-1), licensed: 5));
        outcome.Then(new FacilityEvent.BedsReported(Unit, 3, 0, 5, At.Hours(-1)));
        Assert.Equal((7, 10), (outcome.State.Units[Unit].Beds!.OtherOccupied, outcome.State.Units[Unit].Licensed));
    }

    [Fact]
    public void Of_two_reports_of_one_moment_the_last_recorded_wins() =>
        Assert.Equal(4, TheGroup.Given(Open(occupied: 7)).When(Report(4)).State.Units[Unit].Beds!.OtherOccupied);

    [Fact]
    public void A_reported_licence_stands_until_the_description_changes()
    {
        FacilityEvent[] reported = Open().And(new FacilityEvent.BedsReported(Unit, 0, 0, 8, At.Noon));
        Assert.Equal(8, TheGroup.Given(reported.And(new FacilityEvent.UnitChanged(Unit, Group with { Name = "Anders" }))).State.Units[Unit].Licensed);
        Assert.Equal(9, TheGroup.Given(reported.And(new FacilityEvent.UnitChanged(Unit, Group with { Licensed = 9 }))).State.Units[Unit].Licensed);
    }

    [Fact]
    public void A_child_who_turns_out_to_have_been_counted_already_is_not_counted_twice()
    {
        var state = TheGroup.Given(Open(occupied: 7).And(Moved("ann", At.Hours(-1)))).State;
        Assert.Equal((6, 1), (state.Units[Unit].Beds!.OtherOccupied, state.Occupancies.Count));
    }

    [Fact]
    public void A_child_who_turns_out_to_have_left_before_the_report_leaves_the_reported_number_as_it_is()
    {
        var report = new FacilityEvent.BedsReported(Unit, 7, 1, null, At.Noon);
        var state = TheGroup.Given(Registered().And(Moved("ann", At.Hours(-5)), report, new FacilityEvent.OccupancyEnded("stay-ann", At.Hours(-1)))).State;
        Assert.Equal((7, 0), (state.Units[Unit].Beds!.OtherOccupied, state.Occupancies.Count));
    }

    [Fact]
    public void Only_a_report_of_the_dispute_or_later_ends_it()
    {
        var disputed = Open().And(Held(), Over(HoldEnd.Refused, RefusalCode.NoBedInReality) with { At = At.Hours(1) });
        Assert.NotNull(After(new FacilityEvent.UnchangedConfirmed(Unit, At.Hours(2))));
        Assert.NotNull(After(new FacilityEvent.BedsReported(Unit, 5, 0, null, At.Minutes(59))));
        Assert.Null(After(new FacilityEvent.BedsReported(Unit, 5, 0, null, At.Hours(1))));

        DateTimeOffset? After(FacilityEvent fact) => TheGroup.Given(disputed.And(fact)).State.Units[Unit].DisputedSince;
    }

    [Fact]
    public void Declares_how_many_children_the_staff_can_take() => TheGroup
        .Given(Registered(Declared)).When(new FacilityCommand.DeclareOperable(Unit, 6, At.Noon)).Then(new FacilityEvent.OperableDeclared(Unit, 6, At.Noon));

    [Fact]
    public void Refuses_a_declaration_for_a_unit_that_is_not_staffed_so() => TheGroup
        .Given(Registered()).When(new FacilityCommand.DeclareOperable(Unit, 6, At.Noon)).ThenRefused(Reason.NotDeclaredOperable);

    [Fact]
    public void A_late_declaration_leaves_the_present() => Assert.Equal(6, TheGroup
        .Given(Registered(Declared).And(new FacilityEvent.OperableDeclared(Unit, 6, At.Noon), new FacilityEvent.OperableDeclared(Unit, 2, At.Hours(-1))))
        .State.Units[Unit].DeclaredOperable!.Operable);

    [Fact]
    public void Confirming_changes_freshness_alone()
    {
        var given = TheGroup.Given(Open(occupied: 7, unit: Declared).And(new FacilityEvent.OperableDeclared(Unit, 6, At.Noon))).At(At.Hours(3));
        var outcome = given.When(new FacilityCommand.ConfirmUnchanged(null, At.Hours(3)));
        outcome.Then(new FacilityEvent.UnchangedConfirmed(Unit, At.Hours(3)));

        var (before, after) = (given.State, outcome.State);
        var unit = after.Units[Unit];
        Assert.Equal(At.Hours(3), unit.Beds!.FreshAsOf);
        Assert.Equal(At.Hours(3), unit.DeclaredOperable!.FreshAsOf);
        Assert.Equal(At.Hours(3), after.Openness.FreshAsOf);
        Assert.Equal(before.Openness, after.Openness with { FreshAsOf = At.Noon });
        Assert.Equal(before.Units[Unit], unit with
        {
            Beds = unit.Beds with { FreshAsOf = At.Noon },
            DeclaredOperable = unit.DeclaredOperable with { FreshAsOf = At.Noon },
        });
    }

    [Fact]
    public void What_was_never_reported_cannot_be_confirmed() => TheGroup
        .Given(Registered(Declared)).When(new FacilityCommand.ConfirmUnchanged(Unit, At.Noon)).ThenNothing();

    [Fact]
    public void Refuses_to_confirm_an_unknown_unit() => TheGroup
        .Given(Open()).When(new FacilityCommand.ConfirmUnchanged("groep-9", At.Noon)).ThenRefused(Reason.UnknownUnit);

    [Fact]
    public void Says_on_whose_word_a_unit_is_not_for_crisis() => TheGroup
        .Given(Registered()).When(new FacilityCommand.SetCrisisUse(Unit, CrisisUse.NotForCrisis, At.Hours(48), Sentence))
        .Then(new FacilityEvent.CrisisUseSet(Unit, new(CrisisUse.NotForCrisis, "desk-1", At.Noon, At.Hours(48), Sentence)));

    [Fact]
    public void The_same_word_on_crisis_use_changes_nothing() => TheGroup
        .Given(Open()).When(new FacilityCommand.SetCrisisUse(Unit, CrisisUse.Allowed, null, null)).ThenNothing();

    [Fact]
    public void Refuses_crisis_use_of_an_unknown_unit() => TheGroup
        .Given(Open()).When(new FacilityCommand.SetCrisisUse("groep-9", CrisisUse.Allowed, null, null)).ThenRefused(Reason.UnknownUnit);

    [Fact]
    public void Marks_a_facility_as_crucial_once()
    {
        TheGroup.Given(Open()).When(new FacilityCommand.SetCrucial(true)).Then(new FacilityEvent.CrucialSet(true));
        TheGroup.Given(Open().And(new FacilityEvent.CrucialSet(true))).When(new FacilityCommand.SetCrucial(true)).ThenNothing();
    }
}
