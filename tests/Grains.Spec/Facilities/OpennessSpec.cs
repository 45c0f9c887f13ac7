using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Facilities;

/// <summary>Openness, and blocks.</summary>
public sealed class OpennessSpec
{
    private static readonly Command Command = new(new("caller-1", "c1"), new byte[32]);
    private static readonly StreamId Stream = StreamId.Facility("wending");

    [Fact]
    public void Opens_without_a_reason() => TheGroup
        .Given(Registered()).When(Set(Openness.Open)).Then(new FacilityEvent.OpennessSet(Openness.Open, null, null, null, At.Noon));

    [Theory]
    [InlineData(Openness.Limited)]
    [InlineData(Openness.AdmissionStop)]
    [InlineData(Openness.ClosedForNow)]
    [InlineData(Openness.ClosedForGood)]
    public void Refuses_anything_less_without_a_reason(Openness openness) => TheGroup
        .Given(Registered()).When(Set(openness)).ThenRefused(Reason.ReasonMissing);

    [Fact]
    public void Refuses_another_reason_without_its_words() => TheGroup
        .Given(Registered()).When(Set(Openness.Limited, OpennessReason.Other)).ThenRefused(Reason.ReasonMissing);

    [Fact]
    public void A_stop_takes_back_open_offers_and_leaves_agreed_places() => TheGroup
        .Given(Open().And(Held("r1"), Held("r2"), Consented("r2"))).When(Set(Openness.AdmissionStop, OpennessReason.Staff))
        .Then(new FacilityEvent.OpennessSet(Openness.AdmissionStop, OpennessReason.Staff, null, null, At.Noon), Over(HoldEnd.Revoked));

    [Fact]
    public void A_limit_takes_nothing_back() => TheGroup
        .Given(Open().And(Held())).When(Set(Openness.Limited, OpennessReason.Staff))
        .Then(new FacilityEvent.OpennessSet(Openness.Limited, OpennessReason.Staff, null, null, At.Noon));

    [Fact]
    public void A_late_stop_corrects_the_past_only()
    {
        var outcome = TheGroup.Given(Open().And(Held())).When(Set(Openness.AdmissionStop, OpennessReason.Staff) with { AsOf = At.Hours(-1) });
        outcome.Then(new FacilityEvent.OpennessSet(Openness.AdmissionStop, OpennessReason.Staff, null, null, At.Hours(-1)));
        Assert.Equal(Openness.Open, outcome.State.Openness.Value);
    }

    [Fact]
    public void Refuses_to_close_for_good_with_children_inside() => TheGroup
        .Given(Open(occupied: 3).And(Moved("ann", At.Minutes(1)))).When(Set(Openness.ClosedForGood, OpennessReason.Policy))
        .ThenRefused(Reason.FacilityOccupied, ("occupied", "4"));

    [Fact]
    public void Closes_for_good_when_empty() => TheGroup
        .Given(Open()).When(Set(Openness.ClosedForGood, OpennessReason.Policy))
        .Then(new FacilityEvent.OpennessSet(Openness.ClosedForGood, OpennessReason.Policy, null, null, At.Noon));

    [Fact]
    public void After_its_expected_end_nobody_knows_whether_it_is_open()
    {
        var openness = TheGroup.Given(Open().And(new FacilityEvent.OpennessSet(Openness.ClosedForNow, OpennessReason.Staff, null, At.Hours(2), At.Noon))).State.Openness;
        Assert.Equal(Openness.ClosedForNow, openness.At(At.Hours(2).AddMicroseconds(-1)));
        Assert.Equal(Openness.Unknown, openness.At(At.Hours(2)));
    }

    [Fact]
    public void The_same_word_again_changes_nothing() => TheGroup.Given(Open()).When(Set(Openness.Open)).ThenNothing();

    [Fact]
    public void The_step_of_a_stop_tells_the_request_of_every_offer_that_it_takes_back()
    {
        var seen = Seen(Open().And(Held("r1"), Held("r2"), Consented("r2"), Held("r3")));
        var step = FacilitySteps.SetOpenness(Command, At.Context.Origin, Stream, seen, Set(Openness.ClosedForNow, OpennessReason.Safety));
        Assert.Equal([new Part(Stream, Set(Openness.ClosedForNow, OpennessReason.Safety), seen.Head), Ends("r1", AttemptEnd.Revoked), Ends("r3", AttemptEnd.Revoked)], step.Parts.ToArray());
    }

    [Fact]
    public void The_step_of_a_late_stop_tells_nobody() => Assert.Single(FacilitySteps.SetOpenness(
        Command, At.Context.Origin, Stream, Seen(Open().And(Held())), Set(Openness.ClosedForNow, OpennessReason.Safety) with { AsOf = At.Hours(-1) }).Parts);

    [Fact]
    public void The_clock_ends_the_first_hold_first_and_tells_its_request()
    {
        var seen = Seen(Open().And(Held("r1"), Held("r2") with { Until = At.Hours(1) }));
        Assert.Null(FacilitySteps.Tick(Stream, seen, At.Context));

        var step = FacilitySteps.Tick(Stream, seen, At.Context with { Now = At.Hours(3) })!;
        Assert.Equal([new Part(Stream, new FacilityCommand.EndHoldByTime("r2", 1), seen.Head), Ends("r2", AttemptEnd.Expired)], step.Parts.ToArray());
        Assert.Equal(step.Command.Key, FacilitySteps.Tick(Stream, seen, At.Context with { Now = At.Hours(4) })!.Command.Key);
    }

    [Fact]
    public void Ending_the_stay_of_a_child_without_a_request_frees_the_child()
    {
        var seen = Seen(Open().And(Moved("ann", At.Hours(-5))));
        var step = FacilitySteps.EndOccupancy(Command, At.Context.Origin, Stream, seen, "stay-ann", At.Noon);
        Assert.Equal(new Part(StreamId.Child("ann"), new Grains.Children.ChildCommand.EndOccupancy("stay-ann")), step.Parts[1]);
    }

    [Fact]
    public void Sets_and_changes_and_ends_a_block()
    {
        var block = new Block(Unit, 2, BlockReason.Defect, At.Noon, null, At.Hours(24));
        var set = new FacilityEvent.BlockSet("b1", block);
        TheGroup.Given(Registered()).When(new FacilityCommand.SetBlock("b1", block)).Then(set);
        TheGroup.Given(Registered().And(set)).When(new FacilityCommand.SetBlock("b1", block)).ThenNothing();
        TheGroup.Given(Registered().And(set)).When(new FacilityCommand.SetBlock("b1", block with { Beds = 3 })).Then(set with { Block = block with { Beds = 3 } });
        TheGroup.Given(Registered().And(set)).When(new FacilityCommand.EndBlock("b1", At.Noon)).Then(new FacilityEvent.BlockEnded("b1", At.Noon));
    }

    [Fact]
    public void Refuses_a_block_of_an_unknown_unit() => TheGroup
        .Given(Registered()).When(new FacilityCommand.SetBlock("b1", new("groep-9", 2, BlockReason.Defect, At.Noon, null, At.Noon))).ThenRefused(Reason.UnknownUnit);

    [Fact]
    public void Refuses_to_end_an_unknown_block() => TheGroup.Given(Registered()).When(new FacilityCommand.EndBlock("b1", At.Noon)).ThenRefused(Reason.UnknownBlock);

    [Fact]
    public void A_block_that_was_ended_stays_ended()
    {
        var block = new Block(Unit, 2, BlockReason.Defect, At.Noon, null, At.Hours(24));
        var ended = Registered().And(new FacilityEvent.BlockSet("b1", block), new FacilityEvent.BlockEnded("b1", At.Noon));
        TheGroup.Given(ended).When(new FacilityCommand.SetBlock("b1", block)).ThenRefused(Reason.BlockExists);
        TheGroup.Given(ended).When(new FacilityCommand.EndBlock("b1", At.Noon)).ThenNothing();
    }

    private static Part Ends(string request, AttemptEnd how) => new(StreamId.Placement(request), new PlacementCommand.HoldEnded(1, how));

    private static Seen<FacilityState> Seen(FacilityEvent[] history) => new(TheGroup.Given(history).State, new(history.Length, Guid.Empty));

    private static FacilityCommand.SetOpenness Set(Openness openness, OpennessReason? reason = null) => new(openness, reason, null, null, At.Noon);
}
