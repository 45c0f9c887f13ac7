using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>Which grains a command asks, in which order, who leads, and which head the plan rests on.</summary>
public sealed class StepSpec
{
    private static readonly Head Read = new(7, new Guid(7, 0, 0, new byte[8]));
    private static readonly Command Key = new(new("desk-1", "c1"), new byte[32]);
    private static readonly Origin Desk = new("desk-1", "CrisisDesk", Channel.Desk, Noon);
    private static readonly OfferAsked Asked = new("facility-1", "unit-1", ["unit-1"], null, AcceptStale: true, null, null);
    private static readonly RequestFacts Known = new(
        [Child("ann"), Child("bea")], 3311, null, null, null, new(LegalBasis.SecureOrder, LegalBasisStatus.Written, ValidUntil: Noon.AddHours(1)));

    [Fact]
    public void Submit_asks_every_child_first() => Asks(
        PlacementSteps.Submit("r1", Submit, Key, Desk), "placement/r1",
        ("child/ann", new ChildCommand.OpenRequest("r1")), ("child/bea", new ChildCommand.OpenRequest("r1")), ("placement/r1", Submit));

    [Fact]
    public void Taking_it_up_asks_the_request_alone_whatever_was_read()
    {
        foreach (var step in new[] { Steps(Received).StartTriage(), Steps(Agreed).Depart(1, Transport.Own) })
            Assert.Null(Assert.Single(step.Parts).Seen);
    }

    // Facts are sealed as a whole: whoever changes a part of them must not take back what somebody else has just said.
    [Fact]
    public void Facts_are_changed_only_where_they_still_are_what_was_read()
    {
        foreach (var step in new[] { Steps(InTriage).Triage(Triage), Steps(Searching).ChangeDistance(Facts), Steps(Searching).ReassessSafety(new(Facts, new(false, null, []))) })
            Assert.Equal(Read, Assert.Single(step.Parts).Seen);
    }

    [Fact]
    public void A_rejection_frees_the_children_for_another_request() => Asks(
        Steps(InTriage).RejectAsNoCrisis(RejectReason.AdultCare, null), "placement/r1",
        ("placement/r1", new PlacementCommand.RejectAsNoCrisis(RejectReason.AdultCare, null)),
        ("child/ann", new ChildCommand.CloseRequest("r1")), ("child/bea", new ChildCommand.CloseRequest("r1")));

    [Fact]
    public void An_offer_is_led_by_the_facility_that_holds()
    {
        var step = Steps(Searching).Offer(Asked, Known, null, Noon);
        Assert.Equal("facility/facility-1", $"{step.Leader}");
        Assert.Equal(["placement/r1", "facility/facility-1"], step.Parts.Select(part => $"{part.Stream}"));
        var hold = Assert.IsType<FacilityCommand.Hold>(step.Parts[1].Order);
        Assert.Equal(("unit-1", "r1", 1, true, true, Urgency.Within48h), (hold.UnitId, hold.RequestId, hold.Attempt, hold.Crisis, hold.HasSecureBasis, hold.Urgency));
    }

    [Fact]
    public void An_offer_knows_a_basis_that_has_ended() =>
        Assert.False(Assert.IsType<FacilityCommand.Hold>(Steps(Searching).Offer(Asked, Known, null, Noon.AddHours(1)).Parts[1].Order).HasSecureBasis);

    [Fact]
    public void An_offer_names_the_units_excluded_now()
    {
        PlacementEvent[] refused = [.. Offered, new PlacementEvent.AttemptOver(
            1, AttemptEnd.Refused, RefusalCode.GroupComposition, null, true, Noon.AddDays(7), false, In(TimeSpan.FromHours(24)))];
        ImmutableSortedSet<string> At(DateTimeOffset now, string facility = "facility-1") =>
            Assert.IsType<FacilityCommand.Hold>(Steps(refused).Offer(Asked with { FacilityId = facility }, Known, null, now).Parts[1].Order).ExcludedUnits;
        Assert.Equal(["unit-1"], At(Noon.AddDays(6)));
        Assert.Empty(At(Noon.AddDays(7)));
        Assert.Empty(At(Noon.AddDays(6), "facility-2")); // Its unit may have the same id.
    }

    [Fact]
    public void A_consent_binds_the_facility_too() => Asks(
        Steps(Offered).Consent(1, Intake), "facility/facility-1",
        ("placement/r1", new PlacementCommand.Consent(1, Intake)), ("facility/facility-1", new FacilityCommand.ConsentHold("r1", 1, Urgency.Within48h)));

    [Fact]
    public void A_refusal_a_withdrawal_and_a_failed_arrival_give_the_beds_back()
    {
        Asks(Steps(Offered).Refuse(1, RefusalCode.TooFar, null), "facility/facility-1",
            ("placement/r1", new PlacementCommand.Refuse(1, RefusalCode.TooFar, null)),
            ("facility/facility-1", new FacilityCommand.RefuseHold("r1", 1, RefusalCode.TooFar)));
        Asks(Steps(Agreed).WithdrawOffer(1, Words), "facility/facility-1",
            ("placement/r1", new PlacementCommand.WithdrawOffer(1, Words)), ("facility/facility-1", new FacilityCommand.ReleaseHold("r1", 1)));
        Asks(Steps(EnRoute).ArrivalFailed(1, Words), "facility/facility-1",
            ("placement/r1", new PlacementCommand.ArrivalFailed(1, Words)), ("facility/facility-1", new FacilityCommand.ReleaseHold("r1", 1)));
    }

    [Fact]
    public void An_admission_opens_one_stay_per_child_everywhere()
    {
        var step = Steps(EnRoute).Admit(1, Arriving, Known, Noon);
        Assert.Equal("facility/facility-1", $"{step.Leader}");
        Assert.Equal(["placement/r1", "facility/facility-1", "child/ann", "child/bea"], step.Parts.Select(part => $"{part.Stream}"));
        Assert.Equal(
            [("r1.1.1", "ann"), ("r1.1.2", "bea")],
            Assert.IsType<FacilityCommand.Admit>(step.Parts[1].Order).Children.Select(child => (child.OccupancyId, child.SubjectId)));
        Assert.Equal(new ChildCommand.OpenOccupancy("facility-1", "r1.1.2", "r1"), step.Parts[3].Order);
    }

    [Fact]
    public void A_child_whose_infection_nobody_asked_counts_as_not_asked() => Assert.Equal(
        [InfectionStatus.NotAsked, InfectionStatus.NoSymptoms],
        Assert.IsType<FacilityCommand.Admit>(Steps(EnRoute).Admit(1, Arriving[1..], Known, Noon).Parts[1].Order).Children.Select(child => child.Status));

    [Fact]
    public void A_child_at_a_door_that_was_given_up_asks_no_facility()
    {
        var step = Steps(Cancelled).Admit(1, Arriving, null, Noon);
        Assert.Equal(new Part(StreamId.Placement("r1"), step.Parts[0].Order, Read), Assert.Single(step.Parts));
        Assert.Equal(1, Assert.IsType<PlacementCommand.Admit>(step.Parts[0].Order).Attempt);
    }

    [Fact]
    public void A_childs_request_ends_with_its_stay() => Asks(
        Steps(Placed).EndStay("bea", StayOutcome.Home, null, Noon), "facility/facility-1",
        ("placement/r1", new PlacementCommand.EndStay("bea", StayOutcome.Home, null, Noon)),
        ("facility/facility-1", new FacilityCommand.EndOccupancy("r1.1.2", "r1", Noon)), ("child/bea", new ChildCommand.EndOccupancy("r1.1.2", "r1")));

    [Fact]
    public void A_cancellation_gives_back_what_is_held_and_frees_the_children()
    {
        var cancel = new PlacementCommand.Cancel(CancelReason.Other, null);
        Asks(Steps(Agreed).Cancel(CancelReason.Other, null), "facility/facility-1",
            ("placement/r1", cancel), ("facility/facility-1", new FacilityCommand.ReleaseHold("r1", 1)),
            ("child/ann", new ChildCommand.CloseRequest("r1")), ("child/bea", new ChildCommand.CloseRequest("r1")));
        Asks(Steps(Searching).Cancel(CancelReason.Other, null), "placement/r1",
            ("placement/r1", cancel), ("child/ann", new ChildCommand.CloseRequest("r1")), ("child/bea", new ChildCommand.CloseRequest("r1")));
    }

    [Fact]
    public void Where_the_request_refuses_it_is_asked_alone_and_only_as_it_was_read()
    {
        foreach (var (phase, history) in ByPhase)
        {
            var steps = Steps(history);
            Step[] planned =
            [
                steps.RejectAsNoCrisis(RejectReason.Other, null), steps.Offer(Asked, Known, null, Noon), steps.Consent(1, Intake),
                steps.Refuse(1, RefusalCode.Other, null), steps.WithdrawOffer(1, Words), steps.Admit(1, Arriving, Known, Noon),
                steps.ArrivalFailed(1, Words), steps.ExtendHold(1, null), steps.KeepHold(1, Words), steps.RequestTransfer("r2", Submit, Words),
                steps.Extend("ann", Noon.AddDays(9), Words), steps.EndStay("ann", StayOutcome.Home, null, Noon), steps.Cancel(CancelReason.Other, null),
            ];
            foreach (var step in planned)
            {
                Assert.Equal((StreamId.Placement("r1"), Read), (step.Parts[0].Stream, step.Parts[0].Seen));
                if (!Transitions.Allows(phase, (PlacementCommand)step.Parts[0].Order!)) Assert.Single(step.Parts);
                else Assert.True(step.Parts.Length > 1, $"{phase} {step.Parts[0].Order}");
            }
        }
    }

    [Fact]
    public void The_clock_asks_once_for_each_deadline()
    {
        Assert.Null(Tick(Searching, Noon.AddHours(24).AddMicroseconds(-1)));
        var step = Tick(Searching, Noon.AddHours(24))!;
        Asks(step, "placement/r1", ("placement/r1", new PlacementCommand.MissDeadline(Noon.AddHours(24))));
        Assert.Equal("plek", step.Command.Key.Caller);
        Assert.Equal(step.Command.Key, Tick(Searching, Noon.AddHours(25))!.Command.Key);
        Assert.NotEqual(step.Command.Key, Tick(Received, Noon.AddHours(25))!.Command.Key);
        Assert.Null(Tick(Offered, Noon.AddDays(2)));
        Assert.Null(Tick(Cancelled, Noon.AddDays(2)));
    }

    private static Step? Tick(PlacementEvent[] history, DateTimeOffset now) =>
        PlacementSteps.Tick(StreamId.Placement("r1"), Seen(history), new(now, Origin.Clock(now), Policy.Default));

    private static PlacementSteps Steps(PlacementEvent[] history) => new("r1", Seen(history), Key, Desk);

    private static Seen<PlacementState> Seen(PlacementEvent[] history) => new(Placement.Decider.Fold(PlacementState.None, history), Read);

    private static void Asks(Step step, string leader, params (string Stream, object Order)[] parts)
    {
        Assert.Equal(leader, $"{step.Leader}");
        Assert.Equal(parts, step.Parts.Select(part => ($"{part.Stream}", part.Order!)));
        foreach (var part in step.Parts.Where(part => part.Order is not PlacementCommand)) Assert.Null(part.Seen);
    }

    private static readonly ImmutableArray<Arriving> Arriving =
        [new("ann", InfectionStatus.NoSymptoms, Infection, null), new("bea", InfectionStatus.NoSymptoms, Infection, null)];

    private static ChildFacts Child(string subject) => new(subject, 14, GenderNeed.Any, Security.Open, [], false, false, false);
}
