using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Facilities;

/// <summary>What becomes of a hold: consent, refusal, release, its end by time, admission.</summary>
public sealed class HoldLifeSpec
{
    [Fact]
    public void Consent_turns_the_end_of_the_hold_into_the_arrival_deadline() => TheGroup
        .Given(Open().And(Held())).When(new FacilityCommand.ConsentHold("r1", 1, Urgency.Today)).Then(Consented());

    [Fact]
    public void Consent_to_what_was_consented_to_changes_nothing() => TheGroup
        .Given(Open().And(Held(), Consented())).When(new FacilityCommand.ConsentHold("r1", 1, Urgency.Today)).ThenNothing();

    [Fact]
    public void Refuses_consent_to_a_hold_that_was_never_made() => TheGroup
        .Given(Open()).When(new FacilityCommand.ConsentHold("r1", 1, Urgency.Today)).ThenRefused(Reason.UnknownHold);

    [Fact]
    public void Refuses_consent_at_the_very_end_of_the_hold() => TheGroup
        .Given(Open().And(Held())).At(At.Hours(2)).When(new FacilityCommand.ConsentHold("r1", 1, Urgency.Today)).ThenRefused(Reason.HoldEnded);

    [Fact]
    public void Refuses_consent_to_a_hold_that_is_over() => TheGroup
        .Given(Open().And(Held(), Over(HoldEnd.Released))).When(new FacilityCommand.ConsentHold("r1", 1, Urgency.Today)).ThenRefused(Reason.HoldEnded);

    [Fact]
    public void A_refusal_gives_the_bed_back() => TheGroup
        .Given(Open().And(Held())).When(new FacilityCommand.RefuseHold("r1", 1, RefusalCode.GroupSafety)).Then(Over(HoldEnd.Refused, RefusalCode.GroupSafety));

    [Fact]
    public void A_bed_that_is_not_there_makes_the_unit_disputed()
    {
        var unit = TheGroup.Given(Open().And(Held())).When(new FacilityCommand.RefuseHold("r1", 1, RefusalCode.NoBedInReality)).State.Units[Unit];
        Assert.Equal(At.Noon, unit.DisputedSince);
        Assert.Equal([false], unit.LastAttempts.ToArray());
    }

    [Fact]
    public void Want_of_staff_makes_staffing_stale_until_it_is_reported()
    {
        var after = Open(unit: Declared).And(new FacilityEvent.OperableDeclared(Unit, 8, At.Noon), Held(), Over(HoldEnd.Refused, RefusalCode.StaffShortage));
        TheGroup.Given(after).When(Hold("r2")).ThenRefused(Reason.UnitStale);
        TheGroup.Given(after.And(new FacilityEvent.UnchangedConfirmed(Unit, At.Noon))).When(Hold("r2")).ThenRefused(Reason.UnitStale);
        TheGroup.Given(after.And(new FacilityEvent.OperableDeclared(Unit, 5, At.Noon))).When(Hold("r2")).Then(Held("r2"));
    }

    [Fact]
    public void Accuracy_looks_at_the_last_twenty_attempts()
    {
        FacilityEvent[] attempts = [.. Enumerable.Range(1, 21).SelectMany(i => new FacilityEvent[] { Held($"r{i}"), i == 1
            ? Over(HoldEnd.Refused, RefusalCode.NoBedInReality, "r1") : Consented($"r{i}") })];
        var unit = TheGroup.Given(Open().And(attempts)).State.Units[Unit];
        Assert.Equal(Enumerable.Repeat(true, 20), unit.LastAttempts.AsEnumerable());
    }

    [Fact]
    public void Refuses_a_refusal_after_consent() => TheGroup
        .Given(Open().And(Held(), Consented())).When(new FacilityCommand.RefuseHold("r1", 1, RefusalCode.Other)).ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void Refuses_a_refusal_at_the_very_end_of_the_hold() => TheGroup
        .Given(Open().And(Held())).At(At.Hours(2)).When(new FacilityCommand.RefuseHold("r1", 1, RefusalCode.Other)).ThenRefused(Reason.HoldEnded);

    [Fact]
    public void Releases_a_hold_that_was_consented_to() => TheGroup
        .Given(Open().And(Held(), Consented())).When(new FacilityCommand.ReleaseHold("r1", 1)).Then(Over(HoldEnd.Released));

    [Fact]
    public void Releasing_what_is_over_changes_nothing() => TheGroup
        .Given(Open().And(Held(), Over(HoldEnd.Expired))).When(new FacilityCommand.ReleaseHold("r1", 1)).ThenNothing();

    [Fact]
    public void Refuses_to_release_a_hold_that_was_never_made() => TheGroup
        .Given(Open()).When(new FacilityCommand.ReleaseHold("r1", 1)).ThenRefused(Reason.UnknownHold);

    [Fact]
    public void A_hold_ends_by_time_at_its_end_however_late_the_clock_comes() => TheGroup
        .Given(Open().And(Held())).At(At.Hours(3)).When(new FacilityCommand.EndHoldByTime("r1", 1))
        .Then(Over(HoldEnd.Expired) with { At = At.Hours(2) });

    [Fact]
    public void The_clock_ends_no_hold_before_its_time() => TheGroup
        .Given(Open().And(Held())).When(new FacilityCommand.EndHoldByTime("r1", 1)).ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void The_clock_never_ends_what_was_consented_to() => TheGroup
        .Given(Open().And(Held(), Consented())).At(At.Hours(720)).When(new FacilityCommand.EndHoldByTime("r1", 1))
        .ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void Admits_every_child_held_for_at_once() => TheGroup
        .Given(Open().And(Held("r1", "ann", "bob"), Consented())).When(Admit(Admission("ann"), Admission("bob")))
        .Then(new FacilityEvent.HoldConsumed("r1", 1, At.Noon), Moved("ann", At.Noon, "r1"), Moved("bob", At.Noon, "r1"));

    [Fact]
    public void Admits_after_the_arrival_deadline() => TheGroup
        .Given(Open().And(Held(), Consented())).At(At.Hours(72)).When(Admit())
        .Then(new FacilityEvent.HoldConsumed("r1", 1, At.Noon), Moved("ann", At.Noon, "r1"));

    [Fact]
    public void Admits_into_a_facility_that_stopped_admissions_after_consent() => TheGroup
        .Given(Open().And(Held(), Consented(), new FacilityEvent.OpennessSet(Openness.AdmissionStop, OpennessReason.Staff, null, null, At.Noon))).When(Admit())
        .Then(new FacilityEvent.HoldConsumed("r1", 1, At.Noon), Moved("ann", At.Noon, "r1"));

    [Fact]
    public void Refuses_to_admit_without_a_hold() => TheGroup.Given(Open()).When(Admit()).ThenRefused(Reason.UnknownHold);

    [Fact]
    public void Refuses_to_admit_after_the_hold_was_given_up() => TheGroup
        .Given(Open().And(Held(), Consented(), Over(HoldEnd.Released))).When(Admit()).ThenRefused(Reason.HoldEnded);

    [Fact]
    public void Refuses_to_admit_before_consent() => TheGroup.Given(Open().And(Held())).When(Admit()).ThenRefused(Reason.HoldNotConsented);

    [Fact]
    public void Refuses_to_admit_other_children_than_were_held_for() => TheGroup
        .Given(Open().And(Held(), Consented())).When(Admit(Admission("bob"))).ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void Refuses_a_secure_group_whose_legal_basis_is_gone() => TheGroup
        .Given(Open(unit: Group with { Security = Security.Secure }).And(Held(), Consented())).When(Admit()).ThenRefused(Reason.LegalBasisMissing);

    [Fact]
    public void Refuses_a_child_whose_infection_was_not_asked_again() => TheGroup
        .Given(Open().And(Held(), Consented())).When(Admit(Admission("ann", InfectionStatus.NotAsked))).ThenRefused(Reason.InfectionNotAsked);

    [Fact]
    public void Refuses_at_the_door_what_the_cohort_does_not_take() => TheGroup
        .Given(Open().And(Held(), Consented())).When(Admit(Admission("ann", InfectionStatus.Confirmed))).ThenRefused(Reason.CohortMismatch);

    [Fact]
    public void Refuses_an_arrival_in_the_future() => TheGroup
        .Given(Open().And(Held(), Consented())).When(Admit() with { At = At.Minutes(6) })
        .ThenRefused(Reason.OccurredInFuture, ("at_most", "2026-11-21T12:05:00.000000Z"));

    [Fact]
    public void An_arrival_a_little_ahead_of_our_clock_counts_as_now() => TheGroup
        .Given(Open().And(Held(), Consented())).When(Admit() with { At = At.Minutes(5) })
        .Then(new FacilityEvent.HoldConsumed("r1", 1, At.Noon), Moved("ann", At.Noon, "r1"));

    [Fact]
    public void Ends_the_stay_of_a_request() => TheGroup
        .Given(Open().And(Moved("ann", At.Hours(-5), "r1"))).When(new FacilityCommand.EndOccupancy("stay-ann", "r1", At.Noon))
        .Then(new FacilityEvent.OccupancyEnded("stay-ann", At.Noon));

    [Fact]
    public void Refuses_to_end_the_stay_of_a_request_without_that_request() => TheGroup
        .Given(Open().And(Moved("ann", At.Hours(-5), "r1"))).When(new FacilityCommand.EndOccupancy("stay-ann", null, At.Noon))
        .ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void Refuses_to_end_an_unknown_stay() => TheGroup
        .Given(Open()).When(new FacilityCommand.EndOccupancy("stay-ann", null, At.Noon)).ThenRefused(Reason.UnknownOccupancy);

    [Fact]
    public void Refuses_a_stay_that_ends_before_it_began() => TheGroup
        .Given(Open().And(Moved("ann", At.Hours(-5)))).When(new FacilityCommand.EndOccupancy("stay-ann", null, At.Hours(-6)))
        .ThenRefused(Reason.Impossible, ("at_least", "2026-11-21T07:00:00.000000Z"));

    [Fact]
    public void Ending_a_stay_twice_changes_nothing() => TheGroup
        .Given(Open().And(Moved("ann", At.Hours(-5)), new FacilityEvent.OccupancyEnded("stay-ann", At.Hours(-1))))
        .When(new FacilityCommand.EndOccupancy("stay-ann", null, At.Noon)).ThenNothing();

    [Fact]
    public void Is_due_when_the_first_hold_that_nobody_answered_ends()
    {
        var state = TheGroup.Given(Open().And(Held("r1"), Held("r2") with { Until = At.Hours(1) }, Held("r3") with { Until = At.Minutes(5) }, Consented("r3"))).State;
        Assert.Equal(At.Hours(1), Facility.Decider.Due(state, Policy.Default, At.Noon));
        Assert.Null(Facility.Decider.Due(TheGroup.Given(Open()).State, Policy.Default, At.Noon));
    }
}
