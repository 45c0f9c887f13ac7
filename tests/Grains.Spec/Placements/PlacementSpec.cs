using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

public sealed class PlacementSpec
{
    [Fact]
    public void Is_the_desks_from_the_first_moment() => Request
        .Given().When(Submit)
        .Then(new PlacementEvent.Submitted(["ann", "bea"], Facts, Infection, Referrer, true, null, [], [], "CrisisDesk", In(TimeSpan.FromMinutes(30))));

    [Fact]
    public void Belongs_to_who_takes_it_up() => Request
        .Given(Received).When(new PlacementCommand.StartTriage())
        .Then(new PlacementEvent.TriageStarted("desk-1", In(TimeSpan.FromMinutes(30))));

    [Fact]
    public void Derives_its_urgency_at_triage() => Request
        .Given(InTriage).When(Triage)
        .Then(new PlacementEvent.Triaged(
            Facts, Infection, Urgency.Within48h, Urgency.Within48h, null, CrisisGrade.Urgent, Triage.Alternatives, In(TimeSpan.FromHours(24))));

    [Fact]
    public void Takes_the_desks_urgency_with_its_reason() => Request
        .Given(InTriage).When(Triage with { Override = Urgency.Immediate, OverrideReason = Words })
        .Then(new PlacementEvent.Triaged(
            Facts, Infection, Urgency.Immediate, Urgency.Within48h, Words, CrisisGrade.Urgent, Triage.Alternatives, In(TimeSpan.FromHours(1))));

    [Fact]
    public void Refuses_the_desks_urgency_without_a_reason() => Request
        .Given(InTriage).When(Triage with { Override = Urgency.Planned }).ThenRefused(Reason.ReasonMissing);

    [Fact]
    public void Needs_no_reason_to_confirm_the_table() =>
        Assert.Null(Request.Given(InTriage).When(Triage with { Override = Urgency.Within48h }).Decision.Refusal);

    [Fact]
    public void Offers_one_bed_per_child() => Request
        .Given(Searching).When(Offer())
        .Then(new PlacementEvent.Offered(1, "facility-1", "unit-1", 2, In(TimeSpan.FromHours(8)), ["unit-2", "unit-1"], Words));

    [Fact] public void Refuses_to_count_an_attempt_twice() => Request.Given(Searching).When(Offer(2)).ThenRefused(Reason.StaleAttempt, ("attempt", "1"));

    [Theory, InlineData(0), InlineData(2)]
    public void Refuses_a_word_about_another_attempt(int attempt)
    {
        PlacementCommand[] words =
        [
            new PlacementCommand.Consent(attempt, Intake), new PlacementCommand.Refuse(attempt, RefusalCode.Other, null),
            new PlacementCommand.WithdrawOffer(attempt, Words), new PlacementCommand.HoldEnded(attempt, AttemptEnd.Revoked),
        ];
        foreach (var word in words) Request.Given(Offered).When(word).ThenRefused(Reason.StaleAttempt, ("attempt", "1"));
        foreach (var word in new PlacementCommand[] { new PlacementCommand.Depart(attempt, Transport.Own), Admit(attempt), new PlacementCommand.ArrivalFailed(attempt, Words) })
            Request.Given(Agreed).When(word).ThenRefused(Reason.StaleAttempt, ("attempt", "1"));
    }

    [Fact]
    public void Is_agreed_up_to_the_last_instant_of_its_hold() => Request
        .Given(Offered).At(Noon.AddHours(8).AddMicroseconds(-1)).When(new PlacementCommand.Consent(1, Intake))
        .Then(new PlacementEvent.Consented(1, Intake, new(Noon.AddHours(32).AddMicroseconds(-1), Noon.AddHours(8).AddMicroseconds(-1))));

    [Fact]
    public void Is_not_agreed_once_the_hold_has_ended() => Request
        .Given(Offered).At(Noon.AddHours(8)).When(new PlacementCommand.Consent(1, Intake)).ThenRefused(Reason.HoldEnded);

    [Theory]
    [InlineData(RefusalCode.NoBedInReality, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.StaffShortage, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.GroupComposition, true, 7, PlacementPhase.Searching)]
    [InlineData(RefusalCode.DoesNotFitProfile, true, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.GroupSafety, true, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.InfectionRisk, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.NotForCrisis, true, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.NoLegalBasis, false, null, PlacementPhase.InTriage)]
    [InlineData(RefusalCode.ParentsRefuse, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.ChildRefuses, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.TooFar, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.NoAnswer, false, null, PlacementPhase.Searching)]
    [InlineData(RefusalCode.Other, false, null, PlacementPhase.Searching)]
    public void Remembers_what_a_refusal_means(RefusalCode code, bool excluded, int? days, PlacementPhase next)
    {
        var state = Request.Given(Offered).When(new PlacementCommand.Refuse(1, code, null)).State;

        Assert.Equal(next, state.Phase);
        Assert.Equal(excluded, state.Excluded.ContainsKey("facility-1/unit-1"));
        Assert.Equal(excluded, state.ExcludedAt(Noon.AddDays(7).AddMicroseconds(-1)).Contains("facility-1/unit-1"));
        Assert.Equal(excluded && days is null, state.ExcludedAt(Noon.AddDays(7)).Contains("facility-1/unit-1"));
        Assert.Equal(AttemptEnd.Refused, state.Past[1].End);
        Assert.Null(state.Live);
    }

    [Fact]
    public void Keeps_the_longer_of_two_exclusions()
    {
        PlacementEvent[] excludedForGood = [.. Offered, new PlacementEvent.AttemptOver(1, AttemptEnd.Refused, RefusalCode.GroupSafety, null, true, null, false, In(TimeSpan.FromHours(24)))];
        PlacementEvent[] offeredAgain = [.. excludedForGood, new PlacementEvent.Offered(2, "facility-1", "unit-1", 2, In(TimeSpan.FromHours(8)), [], null)];
        Assert.Null(Request.Given(offeredAgain).When(new PlacementCommand.Refuse(2, RefusalCode.GroupComposition, null)).State.Excluded["facility-1/unit-1"]);
    }

    [Theory, InlineData(AttemptEnd.Expired), InlineData(AttemptEnd.Revoked)]
    public void Searches_on_when_a_hold_ends(AttemptEnd how) => Request
        .Given(Offered).When(new PlacementCommand.HoldEnded(1, how))
        .Then(new PlacementEvent.AttemptOver(1, how, null, null, false, null, false, In(TimeSpan.FromHours(24))));

    [Fact]
    public void Counts_attempts_on() =>
        Assert.Equal(2, Request.Given([.. Offered, Over(AttemptEnd.Expired)]).When(Offer(2)).State.Attempt);

    [Fact]
    public void Is_placed_when_the_children_are_in() => Request
        .Given(EnRoute).When(Admit()).Then(new PlacementEvent.Admitted(1, [new("ann", "r1.1.1"), new("bea", "r1.1.2")], Noon, In(TimeSpan.FromDays(14)), new(Noon.AddDays(21), Noon.AddDays(28))));

    [Fact]
    public void Is_not_placed_in_the_future() => Request
        .Given(EnRoute).When(Admit() with { At = Noon.AddMinutes(5).AddSeconds(1) }).ThenRefused(Reason.OccurredInFuture);

    [Fact]
    public void Takes_a_phone_that_runs_ahead_as_now() =>
        Assert.Equal(Noon, Assert.IsType<PlacementEvent.Admitted>(Request.Given(EnRoute).When(Admit() with { At = Noon.AddMinutes(5) }).Decision.Events[0]).At);

    [Theory, InlineData(AttemptEnd.Withdrawn), InlineData(AttemptEnd.ArrivalFailed)]
    public void Records_a_child_at_the_door_of_a_place_that_was_given_up(AttemptEnd how) => Request
        .Given([.. Agreed, Over(how)]).When(Admit()).Then(new PlacementEvent.ArrivedAfterWithdrawal(1, "facility-1", "unit-1"));

    [Fact]
    public void Records_a_child_at_the_door_even_when_the_request_is_cancelled() => Request
        .Given(Cancelled).When(Admit()).Then(new PlacementEvent.ArrivedAfterWithdrawal(1, "facility-1", "unit-1"));

    [Fact]
    public void Opens_nothing_for_a_child_at_the_wrong_door() => Request
        .Given([.. Agreed, Over(AttemptEnd.Withdrawn), new PlacementEvent.Offered(2, "facility-2", "unit-9", 2, In(TimeSpan.FromHours(8)), [], null),
            new PlacementEvent.Consented(2, Intake, In(TimeSpan.FromHours(24)))])
        .When(Admit()).Then(new PlacementEvent.ArrivedAfterWithdrawal(1, "facility-1", "unit-1"));

    [Theory, InlineData(AttemptEnd.Refused), InlineData(AttemptEnd.Expired), InlineData(AttemptEnd.Revoked)]
    public void Refuses_to_admit_to_a_place_that_nobody_had_agreed(AttemptEnd how) => Request
        .Given([.. Offered, Over(how)]).When(Admit()).ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void Is_taken_back_by_its_referrer_until_it_is_offered()
    {
        var referrer = new Origin("caller-7", "Referrer", Channel.Api, Noon);
        Request.Given(Searching).By(referrer).When(new PlacementCommand.Cancel(CancelReason.ReferrerWithdrew, null))
            .Then(new PlacementEvent.Cancelled(CancelReason.ReferrerWithdrew, null));
        Request.Given(Waiting).By(referrer).When(new PlacementCommand.Cancel(CancelReason.ReferrerWithdrew, null))
            .Then(new PlacementEvent.Cancelled(CancelReason.ReferrerWithdrew, null));
        Request.Given(Offered).By(referrer).When(new PlacementCommand.Cancel(CancelReason.ReferrerWithdrew, null))
            .ThenRefused(Reason.NotAllowedInState, ("state", "Offered"), ("allowed_commands", "ExtendHold,Consent,Refuse,WithdrawOffer,ReassessSafety,Escalate,Handover,SetProcessDirector,SetVisitsAndTransport"));
    }

    [Fact]
    public void Ends_when_the_last_child_has_left() => Request
        .Given([.. Placed, new PlacementEvent.StayEnded("ann", "r1.1.1", StayOutcome.Home, null, Noon)])
        .When(new PlacementCommand.EndStay("bea", StayOutcome.FosterCare, Words, Noon.AddHours(-1)))
        .Then(new PlacementEvent.StayEnded("bea", "r1.1.2", StayOutcome.FosterCare, Words, Noon.AddHours(-1)), new PlacementEvent.Ended(Noon.AddHours(-1)));

    [Fact]
    public void Stays_placed_while_a_sister_is_there() => Request
        .Given(Placed).When(new PlacementCommand.EndStay("ann", StayOutcome.Home, null, Noon))
        .Then(new PlacementEvent.StayEnded("ann", "r1.1.1", StayOutcome.Home, null, Noon));

    [Fact]
    public void Refuses_to_end_the_stay_of_another_child() => Request
        .Given(Placed).When(new PlacementCommand.EndStay("cas", StayOutcome.Home, null, Noon)).ThenRefused(Reason.UnknownChild);

    [Fact]
    public void Refuses_to_end_a_stay_twice() => Request
        .Given([.. Placed, new PlacementEvent.StayEnded("ann", "r1.1.1", StayOutcome.Home, null, Noon)])
        .When(new PlacementCommand.EndStay("ann", StayOutcome.Home, null, Noon)).ThenRefused(Reason.UnknownOccupancy);

    private static PlacementEvent.AttemptOver Over(AttemptEnd how) => new(1, how, null, null, false, null, false, In(TimeSpan.FromHours(24)));
}
