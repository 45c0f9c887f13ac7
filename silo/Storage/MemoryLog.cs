using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage;

/// <summary>The log of <see cref="MemoryStore"/> without any concurrency: one caller at a time.</summary>
internal sealed class MemoryLog : IDisposable
{
    private readonly List<StoredEvent> _events = []; // Position p stands at index p - 1.
    private readonly List<ChainLink> _chain = [];
    private readonly Dictionary<StreamId, Stream> _streams = [];
    private readonly Dictionary<CommandKey, Remembered> _commands = [];
    private readonly SortedSet<(DateTimeOffset At, StreamId Stream)> _due = [];
    private readonly HashChain _hash = new();
    private DateTimeOffset _recordedAt = DateTimeOffset.MinValue;

    public long LastPosition => _events.Count;

    public ImmutableArray<Outcome> Commit(IReadOnlyList<CommitItem> batch)
    {
        var after = LastPosition;
        ImmutableArray<Outcome> outcomes = [.. batch.Select(Commit)];
        if (LastPosition > after) Link(after);
        return outcomes;
    }

    public ImmutableArray<StoredEvent> Read(StreamId stream, long afterVersion, int max) => _streams.TryGetValue(stream, out var known)
        ? [.. known.Events.Skip((int)Math.Clamp(afterVersion, 0, int.MaxValue)).Take(max)]
        : [];

    public ImmutableArray<StoredEvent> ReadFeed(long afterPosition, int max)
    {
        var from = (int)Math.Clamp(afterPosition, 0, LastPosition);
        return [.. _events.GetRange(from, Math.Min(max, _events.Count - from))];
    }

    public ImmutableArray<ChainLink> ReadChain(long afterPosition, int max) => [.. _chain.Where(l => l.Position > afterPosition).Take(max)];

    public Outcome.Duplicate? Find(CommandKey key, ReadOnlySpan<byte> contentHash) => _commands.TryGetValue(key, out var known)
        ? new(known.After, known.Position, known.ContentHash.Span.SequenceEqual(contentHash))
        : null;

    public void Forget(DateTimeOffset before)
    {
        foreach (var key in _commands.Where(c => c.Value.RecordedAt < before).Select(c => c.Key).ToList()) _commands.Remove(key);
    }

    public ImmutableArray<StreamId> List(GrainKind kind, string afterKey, int max) =>
        [.. _streams.Keys.Where(stream => stream.Kind == kind && string.CompareOrdinal(stream.Key, afterKey) > 0).Order().Take(max)];

    public DueClaim Claim(DateTimeOffset now, DateTimeOffset leaseUntil, int max)
    {
        var claimed = ImmutableArray.CreateBuilder<StreamId>();
        foreach (var (at, id) in _due)
        {
            var stream = _streams[id];
            if (stream.LeasedUntil > now) continue;
            if (at > now || claimed.Count == max) return new(claimed.DrainToImmutable(), at);
            stream.LeasedUntil = leaseUntil;
            claimed.Add(id);
        }
        return new(claimed.DrainToImmutable(), null);
    }

    public void Dispose() => _hash.Dispose();

    private Outcome Commit(CommitItem item)
    {
        if (item.Command is { } command && Find(command.Key, command.ContentHash.Span) is { } duplicate) return duplicate;
        if (item.Appends.Any(a => Head(a.Stream) != a.After)) return new Outcome.Conflict([.. item.Appends.Select(a => (a.Stream, Head(a.Stream)))]);

        var after = LastPosition;
        var now = Micros.Floor(item.Now);
        if (now > _recordedAt) _recordedAt = now;
        foreach (var append in item.Appends) Write(append);
        if (item is { Remember: true, Command: { } answered })
            _commands.Add(answered.Key, new(answered.ContentHash, after, LastPosition, _recordedAt));
        return new Outcome.Written(after, LastPosition, _recordedAt);
    }

    private void Write(Append append)
    {
        if (append.Events.IsEmpty && !append.Due.Sets) return;
        if (!_streams.TryGetValue(append.Stream, out var stream)) _streams.Add(append.Stream, stream = new());
        foreach (var e in append.Events)
        {
            var stored = new StoredEvent(LastPosition + 1, append.Stream, stream.Events.Count + 1, e.Id, e.Type, _recordedAt, e.Data);
            stream.Events.Add(stored);
            _events.Add(stored);
        }
        if (append.Due.Sets) Set(append.Stream, stream, append.Due.At is { } at ? Micros.Floor(at) : null);
    }

    private void Set(StreamId id, Stream stream, DateTimeOffset? due)
    {
        if (stream.Due is { } old) _due.Remove((old, id));
        if (due is { } next) _due.Add((next, id));
        stream.Due = due;
        stream.LeasedUntil = null;
    }

    private void Link(long after)
    {
        _hash.Begin(_chain.Count == 0 ? HashChain.Start : _chain[^1].Hash);
        foreach (var e in _events.Skip((int)after)) _hash.Add(e.Position, e.RecordedAt, e.Stream.ToString(), e.Version, e.Id, e.Type, e.Data.Span);
        _chain.Add(new(after, LastPosition, _hash.End()));
    }

    private Head Head(StreamId id) =>
        _streams.TryGetValue(id, out var stream) && stream.Events.Count > 0 ? new(stream.Events.Count, stream.Events[^1].Id) : Grains.Kernel.Head.None;

    private sealed record Remembered(ReadOnlyMemory<byte> ContentHash, long After, long Position, DateTimeOffset RecordedAt);

    private sealed class Stream
    {
        public List<StoredEvent> Events { get; } = [];
        public DateTimeOffset? Due { get; set; }
        public DateTimeOffset? LeasedUntil { get; set; }
    }
}
