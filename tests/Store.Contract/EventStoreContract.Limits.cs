using System.Collections.Immutable;
using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>Limits and cancellation.</summary>
public abstract partial class EventStoreContract
{
    public static TheoryData<string> Poisons => [.. PoisonByName.Keys];

    private static readonly ImmutableSortedDictionary<string, CommitItem> PoisonByName = new Dictionary<string, CommitItem>
    {
        ["no appends"] = Item(),
        ["too many appends"] = Item([.. Enumerable.Range(0, StoreLimits.ItemAppendsMax + 1).Select(i => Follow(StreamId.Facility($"f-{i}"), Head.None))]),
        ["one stream twice"] = Item(First(B), First(B)),
        ["too many events"] = Item(Follow(B, Head.None, [.. Enumerable.Repeat(Event(), StoreLimits.AppendEventsMax + 1)])),
        ["event too large"] = Item(Follow(B, Head.None, Event(data: new('x', StoreLimits.EventBytesMax + 1)))),
        ["item too large"] = Item([.. Enumerable.Range(0, 2).Select(i =>
            Follow(StreamId.Facility($"f-{i}"), Head.None, [.. Enumerable.Repeat(Event(data: new('x', StoreLimits.EventBytesMax)), 513)]))]),
        ["type empty"] = Item(Follow(B, Head.None, Event(type: ""))),
        ["type too long"] = Item(Follow(B, Head.None, Event(type: new('x', 65)))),
        ["type not ASCII"] = Item(Follow(B, Head.None, Event(type: "Gemeld\u00e9/1"))),
        ["event without id"] = Item(Follow(B, Head.None, new NewEvent(Guid.Empty, "Held/1", default))),
        ["stream key empty"] = Item(First(StreamId.Facility(""))),
        ["stream key too long"] = Item(First(StreamId.Facility(new('x', 65)))),
        ["stream key with a slash"] = Item(First(StreamId.Facility("a/b"))),
        ["stream key in capitals"] = Item(First(StreamId.Facility("Wending"))),
        ["command id empty"] = Remembered(Ask(""), First(B)),
        ["command id too long"] = Remembered(Ask(new('x', 65)), First(B)),
        ["caller too long"] = Remembered(Ask("1", caller: new('x', 65)), First(B)),
        ["content hash too short"] = Remembered(Ask("1") with { ContentHash = new byte[31] }, First(B)),
    }.ToImmutableSortedDictionary();

    [Theory, MemberData(nameof(Poisons))]
    public async Task One_item_beyond_a_limit_stops_the_whole_batch(string poison)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(Item(First(A)), PoisonByName[poison]));
        Assert.Empty(await FeedAsync());
        await WriteAsync(First(A));
    }

    [Fact]
    public async Task A_batch_has_at_least_one_item_and_at_most_the_limit()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(Array.Empty<CommitItem>()));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(Enumerable.Repeat(Item(First(A)), StoreLimits.BatchItemsMax + 1).ToArray()));
        Assert.Equal(StoreLimits.BatchItemsMax, (await CommitAsync(Enumerable.Repeat(Item(First(A)), StoreLimits.BatchItemsMax).ToArray())).Length);
    }

    [Fact]
    public async Task What_is_exactly_at_the_limits_is_written()
    {
        var widest = Follow(StreamId.Facility(new('x', 64)), Head.None, Event(type: new('x', 64), data: new('x', StoreLimits.EventBytesMax)));
        var item = Remembered(Ask(new('i', 64), caller: new('c', 64)), widest);
        Assert.IsType<Outcome.Written>((await CommitAsync(item))[0]);
        Assert.Equal(StoreLimits.EventBytesMax, (await Store.ReadAsync(widest.Stream, 0, 1, None))[0].Data.Length);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(StoreLimits.ReadMax + 1)]
    public async Task A_read_of_nothing_or_of_too_much_is_refused(int max)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ReadAsync(A, 0, max, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ReadFeedAsync(0, max, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ReadChainAsync(0, max, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ClaimDueAsync(Noon, Noon, max, None));
    }

    [Fact]
    public async Task A_cancelled_call_ends_and_the_store_goes_on()
    {
        var stopped = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.CommitAsync([Item(First(A))], stopped));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReadAsync(A, 0, 1, stopped));
        await WriteAsync(First(B));
    }
}
