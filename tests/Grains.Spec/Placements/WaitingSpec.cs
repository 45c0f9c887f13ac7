using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

public sealed class WaitingSpec
{
    private static readonly PlacementCommand.ParkWaiting Park = new(WaitReason.Deliberate, Words, Noon.AddDays(3), Plan, null, Protected: false);

    [Fact]
    public void Waits_until_its_review_with_a_plan() => Request.Given(Searching).When(Park).Then(
        new PlacementEvent.ParkedWaiting(WaitReason.Deliberate, Words, Plan, null, In(TimeSpan.FromDays(3))),
        new PlacementEvent.CareDatesSet(CareDates.None with { WaitingFrom = Noon }));

    [Fact]
    public void Is_looked_at_again_within_two_weeks()
    {
        Assert.Null(Request.Given(Searching).When(Park with { ReviewAt = Noon.AddDays(14) }).Decision.Refusal);
        foreach (var never in new[] { Noon.AddDays(14).AddMicroseconds(1), Noon, Noon.AddDays(-1) })
            Request.Given(Searching).When(Park with { ReviewAt = never }).ThenRefused(Reason.ReviewDateOutOfRange, ("at_most", $"{Noon.AddDays(14):O}"));
    }

    [Fact]
    public void Takes_the_longest_wait_from_the_policy() => Request
        .Given(Searching).Under(Policy.Default with { Numbers = Policy.Default.Numbers.Add("waiting_review_maximum", 60) })
        .When(Park with { ReviewAt = Noon.AddMinutes(61) }).ThenRefused(Reason.ReviewDateOutOfRange);

    [Fact]
    public void Is_searched_for_again() => Request.Given(Waiting).When(new PlacementCommand.Resume(Words))
        .Then(new PlacementEvent.Resumed(Words, In(TimeSpan.FromHours(24))));

    [Fact]
    public void Misses_its_review_and_is_asked_again_at_half_the_time()
    {
        var review = Noon.AddDays(7);
        var missed = Request.Given(Waiting).At(review).When(new PlacementCommand.MissDeadline(review));
        missed.Then(new PlacementEvent.DeadlineMissed(review, new(review.AddDays(3.5), review), 1, "desk-1"));
        Assert.Equal(PlacementPhase.Waiting, missed.State.Phase);
    }

    [Fact]
    public void Stays_overdue_until_somebody_moves_it()
    {
        var missed = new PlacementEvent.DeadlineMissed(Noon.AddDays(7), new(Noon.AddDays(10), Noon.AddDays(7)), 1, "desk-1");
        var again = new PlacementEvent.DeadlineMissed(Noon.AddDays(10), new(Noon.AddDays(11), Noon.AddDays(10)), 1, "desk-1");
        PlacementEvent[] overdue = [.. Waiting, missed, again, new PlacementEvent.HandedOver("DeskLead", Words)];
        Assert.Equal(Noon.AddDays(7), Request.Given(overdue).State.Care.OverdueSince);
        Assert.Null(Request.Given([.. overdue, new PlacementEvent.Resumed(null, new(Noon.AddDays(12), Noon.AddDays(11)))]).State.Care.OverdueSince);
    }

    [Fact]
    public void Asks_for_the_review_of_a_plan_once()
    {
        var due = Request.Given(Waiting).At(Plan.ReviewAt);
        var passed = due.When(new PlacementCommand.PassCareDate(CareDate.BridgingReview, Plan.ReviewAt));
        passed.Then(new PlacementEvent.BridgingReviewPassed(Plan.ReviewAt, "desk-1"));
        Assert.Empty(Placement.Decide(passed.State, new PlacementCommand.PassCareDate(CareDate.BridgingReview, Plan.ReviewAt), due.Context).Events);

        // The same date in a new plan is a new review.
        Assert.Equal(Plan.ReviewAt, Placement.Decider.Due(
            Placement.Decider.Fold(passed.State, [new PlacementEvent.BridgingSet(Plan, null)]), Policy.Default, At.Noon));
    }

    [Fact]
    public void Has_another_plan_or_none_for_a_reason()
    {
        var other = Plan with { Kind = BridgingKind.ChildCare };
        Request.Given(Waiting).When(new PlacementCommand.SetBridging(other, null)).Then(new PlacementEvent.BridgingSet(other, null));
        Assert.Null(Request.Given(Waiting).When(new PlacementCommand.SetBridging(null, Words)).State.Care.Bridging);
    }

    [Fact]
    public void Rises_and_falls_for_a_reason()
    {
        Request.Given(Waiting).When(new PlacementCommand.Escalate(3, Words)).Then(new PlacementEvent.Escalated(0, 3, Words));
        PlacementEvent[] high = [.. Waiting, new PlacementEvent.Escalated(0, 3, Words)];
        Request.Given(high).When(new PlacementCommand.Escalate(1, Words)).Then(new PlacementEvent.Escalated(3, 1, Words));
        Request.Given(high).When(new PlacementCommand.Escalate(3, Words)).ThenRefused(Reason.EscalationUnchanged, ("level", "3"));
    }

    [Fact]
    public void Keeps_its_level_when_a_deadline_is_missed() => Assert.Equal(3, Request
        .Given([.. Waiting, new PlacementEvent.Escalated(0, 3, Words)]).At(Noon.AddDays(7))
        .When(new PlacementCommand.MissDeadline(Noon.AddDays(7))).State.Escalation);

    [Fact]
    public void Alarms_whoever_owns_it_by_then()
    {
        PlacementEvent[] handed = [.. Waiting, new PlacementEvent.HandedOver("lead-2", Words)];
        var missed = Request.Given(handed).At(Noon.AddDays(7)).When(new PlacementCommand.MissDeadline(Noon.AddDays(7))).Decision.Events[0];
        Assert.Equal(new Effect.Alarm("DeadlineMissed", StreamId.Placement("r1"), "lead-2"), Alarm(missed));
        Assert.Equal(new Effect.Alarm("HandedOver", StreamId.Placement("r1"), "lead-2"), Alarm(handed[^1]));
    }

    [Theory, InlineData(0, 1, "DeskLead"), InlineData(1, 2, "ExpertTeam"), InlineData(2, 4, "ExpertTeam"), InlineData(4, 2, null)]
    public void Alarms_who_is_asked_on_the_way_up(int from, int to, string? owner) =>
        Assert.Equal(owner, (Alarm(new PlacementEvent.Escalated(from, to, Words)) as Effect.Alarm)?.Owner);

    [Fact]
    public void Records_who_took_over_visits_and_transport() => Request
        .Given(Placed).When(new PlacementCommand.SetVisitsAndTransport("enver", Words))
        .Then(new PlacementEvent.VisitsAndTransportSet(new("enver", Words)));

    private static Effect? Alarm(PlacementEvent fact) => PlacementAlarms
        .Of(new Fact(StreamId.Placement("r1"), 1, fact, Origin.Clock(Noon), Noon)).SingleOrDefault();
}
