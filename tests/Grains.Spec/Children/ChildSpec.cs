using Grains.Children;
using Grains.Kernel;
using Xunit;
using static Grains.Children.ChildEvent;

namespace Grains.Spec.Children;

public sealed class ChildSpec
{
    private static readonly Spec<ChildState, ChildCommand, ChildEvent> Ann = new(Child.Decider);

    [Fact]
    public void Opens_a_request() => Ann.Given().When(new ChildCommand.OpenRequest("r1")).Then(new RequestOpened("r1"));

    [Fact]
    public void Opening_it_again_changes_nothing() => Ann.Given(new RequestOpened("r1")).When(new ChildCommand.OpenRequest("r1")).ThenNothing();

    [Fact]
    public void Refuses_a_second_live_request() => Ann
        .Given(new RequestOpened("r1")).When(new ChildCommand.OpenRequest("r2")).ThenRefused(Reason.LiveRequestExists);

    [Fact]
    public void Opens_another_once_the_first_is_closed() => Ann
        .Given(new RequestOpened("r1"), new RequestClosed("r1")).When(new ChildCommand.OpenRequest("r2")).Then(new RequestOpened("r2"));

    [Fact]
    public void Closing_what_is_not_live_changes_nothing() => Ann.Given(new RequestOpened("r1")).When(new ChildCommand.CloseRequest("r2")).ThenNothing();

    [Fact]
    public void Moves_in_for_its_request() => Ann
        .Given(new RequestOpened("r1")).When(new ChildCommand.OpenOccupancy("wending", "s1", "r1")).Then(new OccupancyOpened("wending", "s1", "r1"));

    [Fact]
    public void Refuses_to_move_in_for_a_request_that_is_not_its_own() => Ann
        .Given(new RequestOpened("r1")).When(new ChildCommand.OpenOccupancy("wending", "s1", "r2")).ThenRefused(Reason.NotAllowedInState);

    [Fact]
    public void Refuses_a_second_open_occupancy() => Ann
        .Given(new OccupancyOpened("wending", "s1", null)).When(new ChildCommand.OpenOccupancy("kering", "s2", null)).ThenRefused(Reason.OpenOccupancyExists);

    [Fact]
    public void Moving_in_again_changes_nothing() => Ann
        .Given(new OccupancyOpened("wending", "s1", null)).When(new ChildCommand.OpenOccupancy("wending", "s1", null)).ThenNothing();

    private static readonly ChildEvent[] Living = [new RequestOpened("r1"), new OccupancyOpened("wending", "s1", "r1")];

    [Fact]
    public void Asks_for_another_place_from_the_one_it_has()
    {
        Ann.Given(Living).When(new ChildCommand.OpenTransfer("r2", "r1")).Then(new TransferOpened("r2"));
        Ann.Given([.. Living, new TransferOpened("r2")]).When(new ChildCommand.OpenTransfer("r2", "r1")).ThenNothing();
        Ann.Given([.. Living, new TransferOpened("r2")]).When(new ChildCommand.OpenTransfer("r3", "r1")).ThenRefused(Reason.LiveRequestExists);
        Ann.Given([.. Living, new TransferOpened("r2")]).When(new ChildCommand.OpenRequest("r3")).ThenRefused(Reason.LiveRequestExists);
        Ann.Given(Living).When(new ChildCommand.OpenTransfer("r2", "r9")).ThenRefused(Reason.NotAllowedInState);
        Ann.Given(new RequestOpened("r1")).When(new ChildCommand.OpenTransfer("r2", "r1")).ThenRefused(Reason.NotAllowedInState);
    }

    [Fact]
    public void Moves_from_one_place_straight_into_the_next()
    {
        var move = new ChildCommand.Move("kering", "s2", "r2", "s1", "r1");
        var moved = Ann.Given([.. Living, new TransferOpened("r2")]).When(move);
        moved.Then(new OccupancyEnded("s1"), new RequestClosed("r1"), new OccupancyOpened("kering", "s2", "r2"));
        Assert.Equal(new ChildState("r2", "kering", "s2"), moved.State);
        Ann.Given(Living).When(move).ThenRefused(Reason.NotAllowedInState);
    }

    [Fact]
    public void A_transfer_that_comes_to_nothing_leaves_it_where_it_is()
    {
        var stays = Ann.Given([.. Living, new TransferOpened("r2")]).When(new ChildCommand.CloseRequest("r2"));
        stays.Then(new RequestClosed("r2"));
        Assert.Equal(new ChildState("r1", "wending", "s1"), stays.State);
    }

    [Fact]
    public void A_transfer_becomes_its_request_when_the_old_stay_ends_first() => Assert.Equal(
        new ChildState("r2", null, null), Ann.Given([.. Living, new TransferOpened("r2")]).When(new ChildCommand.EndOccupancy("s1", "r1")).State);

    [Fact]
    public void Leaves() => Ann
        .Given(new OccupancyOpened("wending", "s1", null)).When(new ChildCommand.EndOccupancy("s1")).Then(new OccupancyEnded("s1"));

    [Fact]
    public void Leaves_and_closes_the_request_that_brought_it() => Ann
        .Given(new RequestOpened("r1"), new OccupancyOpened("wending", "s1", "r1")).When(new ChildCommand.EndOccupancy("s1", "r1"))
        .Then(new OccupancyEnded("s1"), new RequestClosed("r1"));

    [Fact]
    public void Leaving_where_it_is_not_changes_nothing() => Ann
        .Given(new OccupancyOpened("wending", "s1", null)).When(new ChildCommand.EndOccupancy("s2")).ThenNothing();

    [Fact]
    public void Is_linked_to_another_while_nothing_is_live()
    {
        Ann.Given(new RequestOpened("r1"), new RequestClosed("r1")).When(new ChildCommand.LinkTo("bea")).Then(new LinkedTo("bea"));
        Ann.Given(new RequestOpened("r1")).When(new ChildCommand.LinkTo("bea")).ThenRefused(Reason.BothChildrenLive);
        Ann.Given(new OccupancyOpened("wending", "s1", null)).When(new ChildCommand.LinkTo("bea")).ThenRefused(Reason.BothChildrenLive);
        Ann.Given(new RequestOpened("r1")).When(new ChildCommand.TakeIn("bea")).Then(new TakenIn("bea"));
    }

    [Fact]
    public void Does_nothing_by_itself_once_linked()
    {
        foreach (var command in new ChildCommand[] { new ChildCommand.OpenRequest("r2"), new ChildCommand.OpenOccupancy("wending", "s1", null), new ChildCommand.LinkTo("cas"), new ChildCommand.TakeIn("cas") })
            Ann.Given(new LinkedTo("bea")).When(command).ThenRefused(Reason.ChildLinked);
    }

    [Theory, InlineData(false, false, "ann"), InlineData(true, false, "ann"), InlineData(false, true, "bea"), InlineData(true, true, "ann")]
    public void Of_two_the_one_with_something_live_stays(bool first, bool second, string kept)
    {
        static Seen<ChildState> Seen(bool live) => new(ChildState.None with { LiveRequest = live ? "r1" : null }, Head.None);
        var step = ChildSteps.Link(new(new("desk-1", "c1"), new byte[32]), Origin.Clock(default), ("ann", Seen(first)), ("bea", Seen(second)));
        var gone = kept == "ann" ? "bea" : "ann";
        Assert.Equal([(StreamId.Child(gone), (object?)new ChildCommand.LinkTo(kept)), (StreamId.Child(kept), new ChildCommand.TakeIn(gone))], step.Parts.Select(part => (part.Stream, part.Order)));
        Assert.All(step.Parts, part => Assert.NotNull(part.Seen));
    }
}
