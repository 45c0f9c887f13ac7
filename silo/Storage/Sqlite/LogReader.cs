using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>Reads events, streams and links of the chain. On the store's thread only.</summary>
internal sealed class LogReader(SqliteFile file)
{
    private const string EventColumns = "e.position, s.name, e.version, e.event_id, e.type, e.recorded_at, e.data";

    private readonly Statement _stream = file.Prepare($"""
        select {EventColumns} from stream s join event e on e.stream = s.id
        where s.name = ? and e.version > ? order by e.version limit ?
        """);
    private readonly Statement _feed = file.Prepare($"""
        select {EventColumns} from event e left join stream s on s.id = e.stream
        where e.position > ? order by e.position limit ?
        """);
    private readonly Statement _streams = file.Prepare("select name from stream where name > ? and name < ? order by name limit ?");
    private readonly Statement _chain = file.Prepare("select after, position, hash from batch where position > ? order by position limit ?");

    public ImmutableArray<StoredEvent> Stream(StreamId stream, long afterVersion, int max) =>
        Events(_stream.Bind(1, stream.ToString()).Bind(2, afterVersion).Bind(3, max));

    // '0' follows '/': between facility/ and facility0 stand the names of all facilities and no other.
    public ImmutableArray<StreamId> Streams(GrainKind kind, string afterKey, int max)
    {
        var streams = ImmutableArray.CreateBuilder<StreamId>();
        var end = $"{new StreamId(kind, "").ToString()[..^1]}0";
        for (_streams.Bind(1, new StreamId(kind, afterKey).ToString()).Bind(2, end).Bind(3, max); _streams.Step();) streams.Add(StreamId.Parse(_streams.Text(0)));
        return streams.DrainToImmutable();
    }

    public ImmutableArray<StoredEvent> Feed(long afterPosition, int max) => Events(_feed.Bind(1, afterPosition).Bind(2, max));

    public ImmutableArray<ChainLink> Chain(long afterPosition, int max)
    {
        var links = ImmutableArray.CreateBuilder<ChainLink>();
        for (_chain.Bind(1, afterPosition).Bind(2, max); _chain.Step();) links.Add(new(_chain.Int(0), _chain.Int(1), _chain.Blob(2).ToArray()));
        return links.DrainToImmutable();
    }

    /// <summary>The end of the log, after its last link has been recomputed: a file that was cut off or patched there is found at the start.</summary>
    public LogEnd End()
    {
        var position = file.Number("select max(position) from event") ?? 0;
        var recordedAt = file.Number("select recorded_at from event order by position desc limit 1") ?? long.MinValue;
        var link = Chain((file.Number("select max(position) from batch") ?? 0) - 1, 1) is [var last] ? last : new(0, 0, HashChain.Start);
        if (link.Position != position || !Matches(link))
            throw new StorageFileException($"{file.Path} is damaged: its last batch, up to position {link.Position}, is not what was written.");
        return new(position, recordedAt == long.MinValue ? DateTimeOffset.MinValue : Micros.ToInstant(recordedAt), link.Hash);
    }

    private bool Matches(ChainLink link)
    {
        if (link.Position == 0) return true;
        using var hash = new HashChain();
        hash.Begin(link.After == 0 ? HashChain.Start : Chain(link.After - 1, 1)[0].Hash);
        for (var at = link.After; at < link.Position;)
        {
            var events = Feed(at, (int)Math.Min(StoreLimits.ReadMax, link.Position - at));
            if (events.IsEmpty) return false;
            foreach (var e in events) hash.Add(e.Position, e.RecordedAt, e.Stream.ToString(), e.Version, e.Id, e.Type, e.Data.Span);
            at = events[^1].Position;
        }
        return link.Hash.Span.SequenceEqual(hash.End());
    }

    private static ImmutableArray<StoredEvent> Events(Statement rows)
    {
        var events = ImmutableArray.CreateBuilder<StoredEvent>();
        while (rows.Step()) events.Add(Event(rows));
        return events.DrainToImmutable();
    }

    private static StoredEvent Event(Statement row)
    {
        var position = row.Int(0);
        if (row.IsNull(1)) throw new CorruptEventException($"The event at position {position} belongs to no stream.");
        return new(position, StreamId.Parse(row.Text(1)), row.Int(2), row.Guid(3), row.Text(4), Micros.ToInstant(row.Int(5)), row.Blob(6).ToArray());
    }
}
