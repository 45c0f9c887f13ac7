using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>The one ordered log: a stream of events per grain, joint commits over several streams, recorded answers, due instants.</summary>
/// <remarks>
/// Versions count the events of one stream: 0 is empty, the first event is version 1, without gaps.
/// Positions order all streams in commit order: whoever has seen position p never later sees a smaller one appear. They may skip numbers.
/// Members are safe to call at the same time. Every implementation passes <c>tests/Store.Contract</c>.
/// Instants are stored in whole microseconds of UTC.
/// </remarks>
public interface IEventStore : IAsyncDisposable
{
    /// <summary>Commits a batch in order. Each item is written whole or not at all, on its own; items of one batch see the items before them.</summary>
    /// <param name="batch">1 to <see cref="StoreLimits.BatchItemsMax"/> items.</param>
    /// <param name="cancel">Stops the wait, not the write: a cancelled commit may still be made.</param>
    /// <returns>An outcome per item, in order, only after everything written is durable (fsync).</returns>
    /// <exception cref="ArgumentException">The batch is beyond a limit of <see cref="StoreLimits"/>; nothing of it was written.</exception>
    /// <exception cref="StoreUnavailableException">Nothing of the batch was written and nothing of it ever will be. Retry.</exception>
    /// <exception cref="StoreOutcomeUnknownException">The batch may be written, now or later. Until a new append has moved a stream of it,
    /// nothing may be answered about that stream.</exception>
    ValueTask<ImmutableArray<Outcome>> CommitAsync(IReadOnlyList<CommitItem> batch, CancellationToken cancel);

    /// <summary>Reads at most <paramref name="max"/> events of one stream with versions above <paramref name="afterVersion"/>, oldest first.</summary>
    ValueTask<ImmutableArray<StoredEvent>> ReadAsync(StreamId stream, long afterVersion, int max, CancellationToken cancel);

    /// <summary>Reads at most <paramref name="max"/> events of all streams with positions above <paramref name="afterPosition"/>, in order.</summary>
    ValueTask<ImmutableArray<StoredEvent>> ReadFeedAsync(long afterPosition, int max, CancellationToken cancel);

    /// <summary>At most <paramref name="max"/> streams of one kind with keys after <paramref name="afterKey"/>, by key, ordinally.</summary>
    /// <param name="afterKey">The last key of the page before, or empty for the first page.</param>
    ValueTask<ImmutableArray<StreamId>> ListAsync(GrainKind kind, string afterKey, int max, CancellationToken cancel);

    /// <summary>Ends when the log holds a position above <paramref name="afterPosition"/>, or when cancelled. May end early; read and wait again.</summary>
    ValueTask WaitAsync(long afterPosition, CancellationToken cancel);

    /// <summary>The last position of the log, 0 when it is empty.</summary>
    ValueTask<long> LastPositionAsync(CancellationToken cancel);

    /// <summary>What was recorded for a command, or null. For answers that are given before a step could be planned.</summary>
    ValueTask<Outcome.Duplicate?> FindCommandAsync(CommandKey key, ReadOnlyMemory<byte> contentHash, CancellationToken cancel);

    /// <summary>Leases streams that are due at <paramref name="now"/>, the longest overdue first, until <paramref name="leaseUntil"/>.</summary>
    /// <remarks>A stream that is not appended to before its lease ends can be claimed again: a dead node loses nothing.
    /// A commit that sets a stream's due ends its lease.</remarks>
    ValueTask<DueClaim> ClaimDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int max, CancellationToken cancel);

    /// <summary>The newest snapshot of a stream, or null. Losing one costs time and nothing else.</summary>
    ValueTask<Snapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancel);

    /// <summary>Keeps a snapshot; an older one than is kept is ignored.</summary>
    ValueTask WriteSnapshotAsync(Snapshot snapshot, CancellationToken cancel);

    /// <summary>The position that a follower of the feed has durably finished, 0 at first.</summary>
    ValueTask<long> ReadCursorAsync(string follower, CancellationToken cancel);

    /// <summary>Records durably that a follower has finished everything up to <paramref name="position"/>.</summary>
    ValueTask WriteCursorAsync(string follower, long position, CancellationToken cancel);

    /// <summary>The hash chain's links after a position, oldest first: what <see cref="HashChain"/> computes over the feed.</summary>
    ValueTask<ImmutableArray<ChainLink>> ReadChainAsync(long afterPosition, int max, CancellationToken cancel);

    /// <summary>Forgets the answers of commands recorded before <paramref name="before"/> (policy: 30 days).</summary>
    ValueTask ForgetCommandsAsync(DateTimeOffset before, CancellationToken cancel);
}

/// <summary>What one step writes: 1 to <see cref="StoreLimits.ItemAppendsMax"/> appends, each to another stream, together or not at all.</summary>
/// <param name="Command">Checked first: a key that is recorded already writes nothing and answers <see cref="Outcome.Duplicate"/>.</param>
/// <param name="Remember">Whether the key is recorded when the item is written. False for an item that only confirms a refusal.</param>
/// <param name="Now">The deciding node's clock. The store records the larger of it and the last <c>RecordedAt</c> of the log.</param>
public sealed record CommitItem(ImmutableArray<Append> Appends, Command? Command, bool Remember, DateTimeOffset Now);

/// <param name="ContentHash">Keyed hash of method and content, 32 bytes: other contents under the same key are told apart by it.</param>
public sealed record Command(CommandKey Key, ReadOnlyMemory<byte> ContentHash);

/// <summary>Events that follow <paramref name="After"/> in one stream. Without events it only checks the head, and may set the next due.</summary>
public sealed record Append(StreamId Stream, Head After, ImmutableArray<NewEvent> Events, Due Due)
{
    public Head HeadAfter => Events.IsEmpty ? After : new(After.Version + Events.Length, Events[^1].Id);
}

/// <param name="Id">Fresh for each decision, never derived from the command: a rival's decision of the same command must not pass for ours.</param>
/// <param name="Type">Stored name and version, such as <c>Held/1</c>. 1 to 64 ASCII characters.</param>
/// <param name="Data">UTF-8 JSON, at most <see cref="StoreLimits.EventBytesMax"/> bytes, stored as given. Never changed afterwards: a store may keep the array to serve followers.</param>
public sealed record NewEvent(Guid Id, string Type, ReadOnlyMemory<byte> Data);

/// <summary>When a grain must act by itself: unchanged, never, or at an instant.</summary>
public readonly record struct Due
{
    private Due(bool sets, DateTimeOffset? at) => (Sets, At) = (sets, at);

    public bool Sets { get; }
    public DateTimeOffset? At { get; }

    public static readonly Due Keep = new(false, null);
    public static readonly Due Never = new(true, null);
    public static Due Next(DateTimeOffset? at) => new(true, at);
}

public abstract record Outcome
{
    private Outcome() { }

    /// <summary>Durable. The item's events are those of the feed in (<paramref name="After"/>, <paramref name="Position"/>], in the order
    /// of its appends; an item without events has <paramref name="After"/> = <paramref name="Position"/> = the log's last position.</summary>
    /// <param name="RecordedAt">Never before that of any smaller position.</param>
    public sealed record Written(long After, long Position, DateTimeOffset RecordedAt) : Outcome;

    /// <summary>Nothing was written: at least one stream was elsewhere. <paramref name="Actual"/> are the heads of all the item's streams.</summary>
    public sealed record Conflict(ImmutableArray<(StreamId Stream, Head Head)> Actual) : Outcome
    {
        public bool Equals(Conflict? other) => other is not null && Actual.SequenceEqual(other.Actual);
        public override int GetHashCode() => Actual.Length;
    }

    /// <summary>Nothing was written: the command was answered before. The feed in (<paramref name="After"/>, <paramref name="Position"/>] is what it wrote.</summary>
    /// <param name="SameContent">False when the recorded command had other contents: refuse it.</param>
    public sealed record Duplicate(long After, long Position, bool SameContent) : Outcome;
}

public sealed record StoredEvent(
    long Position, StreamId Stream, long Version, Guid Id, string Type, DateTimeOffset RecordedAt, ReadOnlyMemory<byte> Data);

/// <param name="NextDue">The earliest instant at which a stream that is not leased comes due, or null.</param>
public sealed record DueClaim(ImmutableArray<StreamId> Streams, DateTimeOffset? NextDue);

/// <param name="Rules">What wrote it; a reader with other rules ignores it.</param>
public sealed record Snapshot(StreamId Stream, Head Head, string Rules, ReadOnlyMemory<byte> Data);

/// <summary>One batch of the log: its events are those in (<paramref name="After"/>, <paramref name="Position"/>].</summary>
public sealed record ChainLink(long After, long Position, ReadOnlyMemory<byte> Hash);

/// <summary>Limits that every store keeps; a batch beyond one is an <see cref="ArgumentException"/>, for the caller is the host.</summary>
public static class StoreLimits
{
    public const int BatchItemsMax = 1_024;
    public const int ItemAppendsMax = 20_000;      // An import of a whole region is one item.
    public const int AppendEventsMax = 1_024;
    public const int EventBytesMax = 64 * 1024;
    public const int ItemBytesMax = 64 * 1024 * 1024;
    public const int ReadMax = 10_000;
}

public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
public sealed class StoreOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Stored bytes that cannot be what was written. The stream is fenced, never skipped; an operator must look.</summary>
public sealed class CorruptEventException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An event of a type newer than this program. The stream is unavailable here; a newer node can serve it.</summary>
public sealed class UnknownEventException(string message) : Exception(message);
