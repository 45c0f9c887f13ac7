using System.Text;
using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>Items, heads and pipelining.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task A_fresh_log_is_empty()
    {
        Assert.Empty(await Store.ReadAsync(A, 0, 10, None));
        Assert.Empty(await FeedAsync());
        Assert.Equal(0, await Store.LastPositionAsync(None));
        Assert.Empty(await Store.ReadChainAsync(0, 10, None));
        Assert.Null(await Store.ReadSnapshotAsync(A, None));
    }

    [Fact]
    public async Task An_event_is_read_back_as_it_was_given()
    {
        var e = Event("Held/1", """{"unit":"de-wending-1","beds":1}""");
        var written = await WriteAsync(Follow(A, Head.None, e));

        var read = Assert.Single(await Store.ReadAsync(A, 0, 10, None));
        Assert.Equal((written.Position, A, 1, e.Id, e.Type, Noon), (read.Position, read.Stream, read.Version, read.Id, read.Type, read.RecordedAt));
        Assert.Equal(Encoding.UTF8.GetString(e.Data.Span), Encoding.UTF8.GetString(read.Data.Span));
        Assert.Equal(written.RecordedAt, read.RecordedAt);
        Assert.Equal(0, written.After);
    }

    [Fact]
    public async Task A_stream_is_read_in_order_after_a_version_and_at_most_so_many()
    {
        await WriteAsync(Follow(A, Head.None, Event(), Event(), Event()), First(B));
        Assert.Equal([1, 2, 3], (await Store.ReadAsync(A, 0, 10, None)).Select(e => e.Version));
        Assert.Equal([2, 3], (await Store.ReadAsync(A, 1, 10, None)).Select(e => e.Version));
        Assert.Equal([2], (await Store.ReadAsync(A, 1, 1, None)).Select(e => e.Version));
        Assert.Empty(await Store.ReadAsync(A, 3, 10, None));
        Assert.Empty(await Store.ReadAsync(A, 99, 10, None));
    }

    [Fact]
    public async Task A_stale_head_conflicts_and_learns_the_actual_one()
    {
        var first = First(A);
        await WriteAsync(first);
        AssertConflict(await CommitAsync(First(A)), (A, first.HeadAfter));
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task A_head_of_the_right_version_and_a_rivals_event_id_conflicts()
    {
        var first = First(A);
        await WriteAsync(first);
        AssertConflict(await CommitAsync(Follow(A, new(1, Guid.NewGuid()), Event())), (A, first.HeadAfter));
    }

    [Fact]
    public async Task A_head_beyond_the_stream_conflicts() =>
        AssertConflict(await CommitAsync(Follow(A, new(5, Guid.NewGuid()), Event())), (A, Head.None));

    [Fact]
    public async Task A_joint_item_is_written_in_the_order_of_its_appends()
    {
        var written = await WriteAsync(First(B), Follow(A, Head.None, Event(), Event()), First(C));
        Assert.Equal(["placement/p-1@1", "facility/de-wending@1", "facility/de-wending@2", "child/c-1@1"], await FeedAsync());
        Assert.Equal(await Store.LastPositionAsync(None), written.Position);
    }

    [Fact]
    public async Task A_joint_item_with_one_stale_head_writes_nothing_of_any_part()
    {
        var first = First(A);
        await WriteAsync(first);
        AssertConflict(await CommitAsync(First(B), First(A), First(C)), (B, Head.None), (A, first.HeadAfter), (C, Head.None));
        Assert.Equal(["facility/de-wending@1"], await FeedAsync());
    }

    [Fact]
    public async Task Each_item_stands_on_its_own()
    {
        var first = First(A);
        var outcomes = await CommitAsync(Item(first), Item(First(A)), Item(First(B)));
        Assert.IsType<Outcome.Written>(outcomes[0]);
        AssertConflict(outcomes[1], (A, first.HeadAfter));
        Assert.IsType<Outcome.Written>(outcomes[2]);
        Assert.Equal(["facility/de-wending@1", "placement/p-1@1"], await FeedAsync());
    }

    [Fact]
    public async Task Items_see_the_items_before_them()
    {
        var first = First(A);
        var second = Follow(A, first.HeadAfter, Event());
        var third = Follow(A, second.HeadAfter, Event());
        var outcomes = await CommitAsync(Item(first), Item(second, First(B)), Item(third));
        Assert.All(outcomes, o => Assert.IsType<Outcome.Written>(o));
        Assert.Equal(((Outcome.Written)outcomes[0]).Position, ((Outcome.Written)outcomes[1]).After);
        Assert.Equal(third.HeadAfter, await HeadAsync(A));
    }

    [Fact]
    public async Task A_rival_between_two_pipelined_appends_fails_everything_decided_on_the_first()
    {
        var loser = First(A);
        var pipelined = Follow(A, loser.HeadAfter, Event());      // Decided on what the loser would have written.
        var later = Follow(A, pipelined.HeadAfter, Event());
        var rival = First(A);

        var outcomes = await CommitAsync(Item(rival), Item(loser), Item(pipelined, First(B)));
        Assert.IsType<Outcome.Written>(outcomes[0]);
        AssertConflict(outcomes[1], (A, rival.HeadAfter));
        AssertConflict(outcomes[2], (A, rival.HeadAfter), (B, Head.None));

        // In a later batch too, and although the rival's version is by now the one that it expects.
        await WriteAsync(Follow(A, rival.HeadAfter, Event()));
        AssertConflict(await CommitAsync(later, First(C)), (A, await HeadAsync(A)), (C, Head.None));
        Assert.Equal(["facility/de-wending@1", "facility/de-wending@2"], await FeedAsync());

        // What was decided after reloading goes on.
        await WriteAsync(Follow(A, await HeadAsync(A), Event()), First(B));
    }

    [Fact]
    public async Task An_item_that_only_checks_confirms_and_writes_nothing()
    {
        var first = First(A);
        var before = await WriteAsync(first);
        var checkedHead = await WriteAsync(Follow(A, first.HeadAfter), Follow(B, Head.None));
        Assert.Equal((before.Position, before.Position), (checkedHead.After, checkedHead.Position));
        Assert.Single(await FeedAsync());
        Assert.Single(await Store.ReadChainAsync(0, 10, None));
    }

    [Fact]
    public async Task An_item_that_only_checks_conflicts_when_a_stream_has_moved()
    {
        var first = First(A);
        await WriteAsync(first);
        AssertConflict(await CommitAsync(Follow(A, Head.None), Follow(B, Head.None)), (A, first.HeadAfter), (B, Head.None));
    }

    [Fact]
    public async Task An_item_that_only_checks_sees_the_items_before_it()
    {
        var first = First(A);
        var outcomes = await CommitAsync(Item(first), Item(Follow(A, first.HeadAfter)), Item(Follow(A, Head.None)));
        var written = Assert.IsType<Outcome.Written>(outcomes[0]);
        Assert.Equal(new Outcome.Written(written.Position, written.Position, Noon), outcomes[1]);
        AssertConflict(outcomes[2], (A, first.HeadAfter));
    }

    [Fact]
    public async Task An_import_of_many_streams_is_one_item()
    {
        var appends = Enumerable.Range(0, 2_000).Select(i => First(StreamId.Facility($"f-{i}"))).ToArray();
        await WriteAsync(appends);
        Assert.Equal(2_000, (await Store.ReadFeedAsync(0, StoreLimits.ReadMax, None)).Length);
    }
}
