using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Grains.Spec.Facilities;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>Another place for children who have one, and how long they stay.</summary>
public sealed class TransferSpec
{
    private static readonly Command Key = new(new("desk-1", "c1"), new byte[32]);
    private static readonly Origin Desk = new("desk-1", "CrisisDesk", Channel.Desk, Noon);
    private static readonly PlacementCommand.Submit Order = Submit with { TransferOf = "r1" };
    private static readonly PlacementEvent[] Moving = [((PlacementEvent.Submitted)Received[0]) with { TransferOf = "r1" }, .. Agreed[1..]];
    private static readonly ImmutableArray<Arriving> Both = [new("ann", InfectionStatus.NoSymptoms, null, null), new("bea", InfectionStatus.NoSymptoms, null, null)];

    [Fact]
    public void Is_a_request_of_its_own_beside_the_old_one()
    {
        var step = Steps("r1", Placed).RequestTransfer("r2", Order, Words);
        Assert.Equal("placement/r1", $"{step.Leader}");
        Assert.Equal(["placement/r1", "child/ann", "child/bea", "placement/r2"], step.Parts.Select(part => $"{part.Stream}"));
        Assert.Equal(new ChildCommand.OpenTransfer("r2", "r1"), step.Parts[1].Order);
        Request.Given(Placed).When(new PlacementCommand.RequestTransfer("r2", ["ann", "bea"], Words))
            .Then(new PlacementEvent.TransferRequested("r2", Words, In(TimeSpan.FromDays(14))));
        Assert.Equal("r1", Request.Given().When(Order).State.TransferOf);
        Assert.Single(Steps("r1", Agreed).RequestTransfer("r2", Order, Words).Parts);
    }

    [Fact]
    public void Is_only_for_children_who_are_in()
    {
        PlacementEvent[] annLeft = [.. Placed, new PlacementEvent.StayEnded("ann", "r1.1.1", StayOutcome.Home, null, Noon)];
        Request.Given(annLeft).When(new PlacementCommand.RequestTransfer("r2", ["ann"], Words)).ThenRefused(Reason.UnknownOccupancy);
        Request.Given(annLeft).When(new PlacementCommand.RequestTransfer("r2", ["cas", "ann"], Words)).ThenRefused(Reason.UnknownChild);
    }

    [Fact]
    public void Its_admission_ends_the_old_stays_and_requests_in_the_same_step()
    {
        var step = Steps("r2", Moving).Admit(1, Both, null, Noon, Old(Elsewhere));
        Assert.Equal(
            ["placement/r2", "facility/facility-1", "child/ann", "child/bea", "placement/r1", "facility/old"], step.Parts.Select(part => $"{part.Stream}"));
        Assert.Equal(new ChildCommand.Move("facility-1", "r2.1.1", "r2", "r1.1.1", "r1"), step.Parts[2].Order);
        Assert.Equal(Old(Elsewhere).Head, step.Parts[4].Seen);
        Assert.Equal(["r1.1.1", "r1.1.2"], ((FacilityCommand.EndOccupancies)step.Parts[5].Order!).Leaving.OccupancyIds.AsEnumerable());
        Assert.Null(((FacilityCommand.Admit)step.Parts[1].Order!).Leaving);
    }

    [Fact]
    public void A_facility_that_is_both_ends_and_opens_in_one_part()
    {
        var step = Steps("r2", Moving).Admit(1, Both, null, Noon, Old(Placed));
        Assert.Equal(["placement/r2", "facility/facility-1", "child/ann", "child/bea", "placement/r1"], step.Parts.Select(part => $"{part.Stream}"));
        Assert.Equal(["r1.1.1", "r1.1.2"], ((FacilityCommand.Admit)step.Parts[1].Order!).Leaving!.OccupancyIds.AsEnumerable());
    }

    [Fact]
    public void Who_has_left_the_old_place_meanwhile_simply_moves_in()
    {
        PlacementEvent[] annLeft = [.. Elsewhere, new PlacementEvent.StayEnded("ann", "r1.1.1", StayOutcome.Home, null, Noon)];
        var step = Steps("r2", Moving).Admit(1, Both, null, Noon, Old(annLeft));
        Assert.Equal(new ChildCommand.OpenOccupancy("facility-1", "r2.1.1", "r2"), step.Parts[2].Order);
        Assert.Equal(["bea"], ((PlacementCommand.TransferOut)step.Parts[4].Order!).Subjects.AsEnumerable());
        Assert.Equal(4, Steps("r2", Moving).Admit(1, Both, null, Noon, Old(Ended)).Parts.Length);
    }

    [Fact]
    public void The_old_request_ends_with_the_last_who_moves_out()
    {
        var ann = new PlacementEvent.StayEnded("ann", "r1.1.1", StayOutcome.OtherPlace, null, Noon, "r2");
        Request.Given(Placed).When(new PlacementCommand.TransferOut("r2", ["ann"], Noon)).Then(ann);
        Request.Given([.. Placed, ann]).When(new PlacementCommand.TransferOut("r2", ["bea"], Noon.AddMinutes(3)))
            .Then(new PlacementEvent.StayEnded("bea", "r1.1.2", StayOutcome.OtherPlace, null, Noon, "r2"), new PlacementEvent.Ended(Noon));
        Request.Given(Agreed).When(new PlacementCommand.TransferOut("r2", ["ann"], Noon)).ThenRefused(Reason.NotAllowedInState);
    }

    [Fact]
    public void The_old_facility_gives_up_the_stays_of_that_request_alone()
    {
        var inside = FacilityWords.Open().And(FacilityWords.Moved("ann", At.Noon, "r1"), FacilityWords.Moved("bea", At.Hours(1), "r1"));
        FacilityCommand Leave(string request, DateTimeOffset at, params string[] stays) => new FacilityCommand.EndOccupancies(new(request, [.. stays]), at);
        FacilityWords.TheGroup.Given(inside).At(At.Hours(2)).When(Leave("r1", At.Hours(2), "stay-ann", "stay-bea"))
            .Then(new FacilityEvent.OccupancyEnded("stay-ann", At.Hours(2)), new FacilityEvent.OccupancyEnded("stay-bea", At.Hours(2)));
        FacilityWords.TheGroup.Given(inside).At(At.Hours(2)).When(Leave("r2", At.Hours(2), "stay-ann")).ThenRefused(Reason.UnknownOccupancy);
        FacilityWords.TheGroup.Given(inside).At(At.Hours(2)).When(Leave("r1", At.Minutes(30), "stay-ann", "stay-bea")).ThenRefused(Reason.Impossible);
    }

    [Fact]
    public void An_extension_says_until_when_and_what_comes_after()
    {
        Request.Given(Placed).When(new PlacementCommand.Extend("ann", Noon.AddDays(40), Words))
            .Then(new PlacementEvent.StayExtended("ann", "r1.1.1", Noon.AddDays(40), Words, In(TimeSpan.FromDays(40))));
        Request.Given(Placed).When(new PlacementCommand.Extend("ann", Noon, Words)).ThenRefused(Reason.Impossible);
        Request.Given(Placed).When(new PlacementCommand.Extend("cas", Noon.AddDays(1), Words)).ThenRefused(Reason.UnknownChild);
        Assert.Equal(new FacilityCommand.ExtendStay("r1.1.1", "r1", Noon.AddDays(2)), Steps("r1", Placed).Extend("ann", Noon.AddDays(2), Words).Parts[1].Order);
        var inside = FacilityWords.Open().And(FacilityWords.Moved("ann", At.Noon, "r1"));
        FacilityWords.TheGroup.Given(inside).When(new FacilityCommand.ExtendStay("stay-ann", "r1", At.Hours(9)))
            .Then(new FacilityEvent.OccupancyChanged("stay-ann", At.Hours(9), false, false, At.Noon));
        FacilityWords.TheGroup.Given(inside).When(new FacilityCommand.ExtendStay("stay-ann", "r2", At.Hours(9))).ThenRefused(Reason.UnknownOccupancy);
    }

    [Fact]
    public void A_crisis_stay_is_long_on_day_21_and_too_long_on_day_28()
    {
        var (warning, limit) = (Noon.AddDays(21), Noon.AddDays(28));
        var stay = new CrisisStay(warning, limit);
        Assert.Equal(stay, Request.Given(EnRoute).When(Admit()).State.CrisisStay);

        var days = new List<(CrisisStayMark Mark, double Day)>();
        var state = Placement.Decider.Fold(PlacementState.None, [.. EnRoute, new PlacementEvent.Admitted(1, [new("ann", "r1.1.1")], Noon, In(TimeSpan.FromDays(90)), stay)]);
        for (var now = Noon; now < Noon.AddDays(60); now = now.AddHours(6))
        {
            var step = PlacementSteps.Tick(StreamId.Placement("r1"), new(state, Head.None), new(now, Origin.Clock(now), Policy.Default));
            if (step?.Parts[0].Order is not PlacementCommand.PassCrisisStay order) continue;
            var fact = Assert.IsType<PlacementEvent.CrisisStayPassed>(Assert.Single(Placement.Decide(state, order, new(now, Origin.Clock(now), Policy.Default)).Events));
            days.Add((fact.Mark, (now - Noon).TotalDays));
            state = Placement.Decider.Fold(state, [fact]);
        }
        Assert.Equal([(CrisisStayMark.Warning, 21), (CrisisStayMark.Limit, 28)], days);
        var noCrisis = Request.Given(EnRoute).State with { Crisis = CrisisGrade.NotCrisis };
        Assert.Null(Placement.Decider.Fold(noCrisis, Placement.Decide(noCrisis, Admit(), new(Noon, Desk, Policy.Default)).Events).CrisisStay);
    }

    private static readonly PlacementEvent[] Elsewhere = [.. Placed.Select(fact => fact is PlacementEvent.Offered offered ? offered with { FacilityId = "old" } : fact)];

    private static Seen<PlacementState> Old(PlacementEvent[] history) => new(Placement.Decider.Fold(PlacementState.None, history), new(9, new Guid(9, 0, 0, new byte[8])));

    private static PlacementSteps Steps(string id, PlacementEvent[] history) =>
        new(id, new(Placement.Decider.Fold(PlacementState.None, history), new(7, new Guid(7, 0, 0, new byte[8]))), Key, Desk);
}
