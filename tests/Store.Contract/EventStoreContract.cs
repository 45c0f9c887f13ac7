using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>What every event store must do, sentence by sentence. One subclass per store; all of them run here.</summary>
public abstract partial class EventStoreContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    protected static readonly StreamId A = StreamId.Facility("de-wending");
    protected static readonly StreamId B = StreamId.Placement("p-1");
    protected static readonly StreamId C = StreamId.Child("c-1");

    protected IEventStore Store { get; private set; } = null!;

    protected abstract ValueTask<IEventStore> OpenAsync();

    public virtual async Task InitializeAsync() => Store = await OpenAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    protected static NewEvent Event(string type = "Held/1", string data = "{}") => new(Guid.NewGuid(), type, Encoding.UTF8.GetBytes(data));

    protected static Append Follow(StreamId stream, Head after, params NewEvent[] events) => new(stream, after, [.. events], Due.Keep);

    protected static Append First(StreamId stream) => Follow(stream, Head.None, Event());

    protected static CommitItem Item(params Append[] appends) => new([.. appends], null, Remember: false, Noon);

    protected static Command Ask(string id, string content = "hold one bed", string caller = "desk-1") =>
        new(new(caller, id), SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    protected async Task<ImmutableArray<Outcome>> CommitAsync(params CommitItem[] batch) => await Store.CommitAsync(batch, None);

    protected async Task<Outcome> CommitAsync(params Append[] appends) => (await CommitAsync(Item(appends)))[0];

    protected async Task<Outcome.Written> WriteAsync(params Append[] appends) => Assert.IsType<Outcome.Written>(await CommitAsync(appends));

    protected async Task<Head> HeadAsync(StreamId stream)
    {
        var events = await Store.ReadAsync(stream, 0, StoreLimits.ReadMax, None);
        return events.IsEmpty ? Head.None : new(events[^1].Version, events[^1].Id);
    }

    protected async Task<string[]> FeedAsync(long after = 0) =>
        [.. (await Store.ReadFeedAsync(after, StoreLimits.ReadMax, None)).Select(e => $"{e.Stream}@{e.Version}")];

    protected static Outcome.Conflict AssertConflict(Outcome outcome, params (StreamId, Head)[] actual)
    {
        var conflict = Assert.IsType<Outcome.Conflict>(outcome);
        Assert.Equal(actual, conflict.Actual);
        return conflict;
    }
}
