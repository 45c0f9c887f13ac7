using Grains.Kernel;
using Silo.Storage;
using Xunit;

namespace Store.Contract;

/// <summary>Order, the feed, instants and the hash chain.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task The_feed_holds_all_streams_in_commit_order()
    {
        await WriteAsync(First(A));
        var second = await WriteAsync(First(B), First(C));
        await WriteAsync(Follow(A, await HeadAsync(A), Event()));
        Assert.Equal(["facility/de-wending@1", "placement/p-1@1", "child/c-1@1", "facility/de-wending@2"], await FeedAsync());
        Assert.Equal(["facility/de-wending@2"], await FeedAsync(second.Position));
        Assert.Equal(["placement/p-1@1", "child/c-1@1"],
            (await Store.ReadFeedAsync(second.After, 2, None)).Select(e => $"{e.Stream}@{e.Version}"));
        Assert.Empty(await FeedAsync(await Store.LastPositionAsync(None)));
        Assert.Empty(await FeedAsync(1_000));
    }

    [Fact]
    public async Task Written_names_exactly_the_events_of_its_item()
    {
        var outcomes = await CommitAsync(Item(First(A)), Item(First(B), First(C)));
        var second = Assert.IsType<Outcome.Written>(outcomes[1]);
        var events = await Store.ReadFeedAsync(second.After, 10, None);
        Assert.Equal([B, C], events.Select(e => e.Stream));
        Assert.Equal(second.Position, events[^1].Position);
    }

    [Fact]
    public async Task Recorded_at_never_goes_back_although_the_clock_does()
    {
        var late = await CommitAsync(Item(First(A)) with { Now = Noon.AddHours(1) });
        var early = await CommitAsync(Item(First(B)) with { Now = Noon }, Item(First(C)) with { Now = Noon.AddHours(2) });
        Assert.Equal([Noon.AddHours(1), Noon.AddHours(1), Noon.AddHours(2)],
            (await Store.ReadFeedAsync(0, 10, None)).Select(e => e.RecordedAt));
        Assert.Equal([Noon.AddHours(1), Noon.AddHours(1), Noon.AddHours(2)],
            late.AddRange(early).Select(o => ((Outcome.Written)o).RecordedAt));
    }

    [Fact]
    public async Task Recorded_at_is_a_whole_microsecond()
    {
        var written = (Outcome.Written)(await CommitAsync(Item(First(A)) with { Now = Noon.AddTicks(19) }))[0];
        Assert.Equal(Noon.AddTicks(10), written.RecordedAt);
        Assert.Equal(Noon.AddTicks(10), (await Store.ReadAsync(A, 0, 1, None))[0].RecordedAt);
    }

    [Fact]
    public async Task A_follower_sees_every_event_once_and_in_order_while_others_write()
    {
        const int writers = 4, each = 25;
        var follower = Task.Run(async () =>
        {
            var seen = new List<StoredEvent>();
            while (seen.Count < writers * each)
            {
                await Store.WaitAsync(seen.Count == 0 ? 0 : seen[^1].Position, None);
                seen.AddRange(await Store.ReadFeedAsync(seen.Count == 0 ? 0 : seen[^1].Position, 7, None));
            }
            return seen;
        });
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            var head = Head.None;
            for (var i = 0; i < each; i++)
            {
                var next = Follow(StreamId.Facility($"f-{w}"), head, Event());
                await WriteAsync(next);
                head = next.HeadAfter;
            }
        })));

        var followed = await follower.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((await Store.ReadFeedAsync(0, 1_000, None)).Select(e => e.Id), followed.Select(e => e.Id));
        Assert.True(followed.Zip(followed.Skip(1)).All(p => p.First.Position < p.Second.Position && p.First.RecordedAt <= p.Second.RecordedAt));
    }

    [Fact]
    public async Task A_wait_ends_when_something_is_written()
    {
        await WriteAsync(First(A));
        await Store.WaitAsync(0, None);
        var wait = Store.WaitAsync(await Store.LastPositionAsync(None), None).AsTask();
        Assert.False(wait.IsCompleted);
        await WriteAsync(First(B));
        await wait.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var wait = Store.WaitAsync(0, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task The_chain_has_a_link_per_batch_that_wrote_events()
    {
        await WriteAsync(First(A));
        var batch = await CommitAsync(Item(First(B)), Item(First(C)));
        await WriteAsync(Follow(A, await HeadAsync(A)));

        var links = await Store.ReadChainAsync(0, 10, None);
        Assert.Equal([(0L, 1L), (((Outcome.Written)batch[0]).After, ((Outcome.Written)batch[1]).Position)], links.Select(l => (l.After, l.Position)));
        Assert.Equal([links[1].Position], (await Store.ReadChainAsync(links[0].Position, 10, None)).Select(l => l.Position));
        Assert.Single(await Store.ReadChainAsync(0, 1, None));
    }

    [Fact]
    public async Task The_chain_is_the_one_computed_over_the_feed()
    {
        for (var i = 0; i < 5; i++)
            await WriteAsync(Follow(A, await HeadAsync(A), Event(data: $$"""{"é":{{i}}}""")), Follow(StreamId.Child($"c-{i}"), Head.None, Event("Opened/1"), Event()));
        Assert.Null(await ChainCheck.FirstBrokenAsync(Store, None));

        var hash = new HashChain();
        ReadOnlyMemory<byte> previous = HashChain.Start;
        foreach (var link in await Store.ReadChainAsync(0, 10, None))
        {
            hash.Begin(previous);
            foreach (var e in (await Store.ReadFeedAsync(link.After, 100, None)).Where(e => e.Position <= link.Position))
                hash.Add(e.Position, e.RecordedAt, e.Stream.ToString(), e.Version, e.Id, e.Type, e.Data.Span);
            previous = hash.End();
            Assert.Equal(previous.ToArray(), link.Hash.ToArray());
        }
    }
}
