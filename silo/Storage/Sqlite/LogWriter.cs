using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>Writes batches: per item the recorded command, then all heads, then everything of it. On the store's thread only.</summary>
/// <remarks>An item is judged before it writes anything, so a refused item leaves nothing to undo and needs no savepoint.</remarks>
internal sealed class LogWriter : IDisposable
{
    private readonly Transactor _transactor;
    private readonly StreamRows _streams;
    private readonly CommandTable _commands;
    private readonly Statement _insertEvent;
    private readonly Statement _insertLink;
    private readonly HashChain _chain = new();
    private readonly List<StoredEvent> _written = [];
    private LogEnd _end;

    public LogWriter(SqliteFile file, Transactor transactor, CommandTable commands, LogEnd end)
    {
        (_transactor, _commands, _end) = (transactor, commands, end);
        _streams = new(file);
        _insertEvent = file.Prepare(
            "insert into event (position, stream, version, event_id, type, recorded_at, data) values (?, ?, ?, ?, ?, ?, ?)");
        _insertLink = file.Prepare("insert into batch (position, after, hash) values (?, ?, ?)");
    }

    /// <summary>The events of the last committed batch, until the next.</summary>
    public List<StoredEvent> Written => _written;

    public ImmutableArray<Outcome> Commit(IReadOnlyList<CommitItem> batch)
    {
        var before = _end;
        _written.Clear();
        try
        {
            return _transactor.Write(() =>
            {
                var outcomes = ImmutableArray.CreateBuilder<Outcome>(batch.Count);
                for (var i = 0; i < batch.Count; i++) outcomes.Add(Commit(batch[i]));
                _streams.WriteChanged();
                if (_written.Count > 0) Link(before);
                return outcomes.MoveToImmutable();
            });
        }
        catch
        {
            _end = before;
            _streams.Drop();
            _written.Clear();
            throw;
        }
    }

    public void Dispose() => _chain.Dispose();

    private Outcome Commit(CommitItem item)
    {
        if (item.Command is { } command && _commands.Find(command.Key, command.ContentHash.Span) is { } duplicate) return duplicate;
        foreach (var append in item.Appends)
            if (_streams.Find(append.Stream).Head != append.After) return Conflict(item);

        var after = _end.Position;
        var now = Micros.Floor(item.Now);
        if (now > _end.RecordedAt) _end = _end with { RecordedAt = now };
        foreach (var append in item.Appends) Write(append);
        var written = new Outcome.Written(after, _end.Position, _end.RecordedAt);
        if (item is { Remember: true, Command: { } answered }) Remember(answered, written);
        return written;
    }

    private Outcome.Conflict Conflict(CommitItem item) => new([.. item.Appends.Select(a => (a.Stream, _streams.Find(a.Stream).Head))]);

    private void Write(Append append)
    {
        if (append.Events.IsEmpty && !append.Due.Sets) return;
        _transactor.Begin();
        var row = _streams.Find(append.Stream);
        _streams.Change(row);
        foreach (var e in append.Events) Write(row, e);
        if (append.Due.Sets) (row.SetsDue, row.Due) = (true, append.Due.At is { } at ? Micros.From(at) : null);
    }

    private void Write(StreamRow row, NewEvent e)
    {
        row.Head = new(row.Head.Version + 1, e.Id);
        _end = _end with { Position = _end.Position + 1 };
        _insertEvent.Bind(1, _end.Position).Bind(2, row.Id).Bind(3, row.Head.Version).Bind(4, e.Id).Bind(5, e.Type)
            .Bind(6, Micros.From(_end.RecordedAt)).Bind(7, e.Data.Span).Run();
        _written.Add(new(_end.Position, row.Stream, row.Head.Version, e.Id, e.Type, _end.RecordedAt, e.Data));
    }

    private void Remember(Command command, Outcome.Written answer)
    {
        _transactor.Begin();
        _commands.Add(command, answer);
    }

    private void Link(LogEnd before)
    {
        _chain.Begin(before.Hash);
        foreach (var e in _written) _chain.Add(e.Position, e.RecordedAt, _streams.Find(e.Stream).Name, e.Version, e.Id, e.Type, e.Data.Span);
        _end = _end with { Hash = _chain.End() };
        _insertLink.Bind(1, _end.Position).Bind(2, before.Position).Bind(3, _end.Hash.Span).Run();
    }
}

/// <summary>Where the log ends: what the next event and the next link follow.</summary>
internal sealed record LogEnd(long Position, DateTimeOffset RecordedAt, ReadOnlyMemory<byte> Hash);
