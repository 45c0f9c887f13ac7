using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>What stands beside the log: due claims, snapshots, cursors. On the store's thread only.</summary>
internal sealed class SideTables(SqliteFile file, Transactor transactor)
{
    private readonly Statement _due = file.Prepare(
        "select id, name from stream where due <= ?1 and (lease is null or lease <= ?1) order by due, id limit ?2");
    private readonly Statement _nextDue = file.Prepare(
        "select due from stream where due is not null and (lease is null or lease <= ?) order by due limit 1");
    private readonly Statement _lease = file.Prepare("update stream set lease = ? where id = ?");
    private readonly Statement _readSnapshot = file.Prepare("select version, event_id, rules, data from snapshot where stream = ?");
    private readonly Statement _writeSnapshot = file.Prepare("""
        insert into snapshot (stream, version, event_id, rules, data) values (?, ?, ?, ?, ?)
        on conflict (stream) do update set version = excluded.version, event_id = excluded.event_id, rules = excluded.rules, data = excluded.data
        where excluded.version >= version
        """);
    private readonly Statement _readCursor = file.Prepare("select position from cursor where follower = ?");
    private readonly Statement _writeCursor = file.Prepare(
        "insert into cursor (follower, position) values (?, ?) on conflict (follower) do update set position = excluded.position");

    public DueClaim Claim(DateTimeOffset now, DateTimeOffset leaseUntil, int max)
    {
        var due = new List<(long Id, StreamId Stream)>();
        for (_due.Bind(1, Micros.From(now)).Bind(2, max); _due.Step();) due.Add((_due.Int(0), StreamId.Parse(_due.Text(1))));
        if (due.Count > 0) transactor.Begin();
        foreach (var (id, _) in due) _lease.Bind(1, Micros.From(leaseUntil)).Bind(2, id).Run();

        DateTimeOffset? next = null;
        if (_nextDue.Bind(1, Micros.From(now)).Step())
        {
            next = Micros.ToInstant(_nextDue.Int(0));
            _nextDue.Reset();
        }
        return new([.. due.Select(d => d.Stream)], next);
    }

    public Snapshot? ReadSnapshot(StreamId stream)
    {
        if (!_readSnapshot.Bind(1, stream.ToString()).Step()) return null;
        var snapshot = new Snapshot(stream, new(_readSnapshot.Int(0), _readSnapshot.Guid(1)), _readSnapshot.Text(2), _readSnapshot.Blob(3).ToArray());
        _readSnapshot.Reset();
        return snapshot;
    }

    public void WriteSnapshot(Snapshot snapshot)
    {
        transactor.Begin();
        _writeSnapshot.Bind(1, snapshot.Stream.ToString()).Bind(2, snapshot.Head.Version).Bind(3, snapshot.Head.EventId)
            .Bind(4, snapshot.Rules).Bind(5, snapshot.Data.Span).Run();
    }

    public long ReadCursor(string follower)
    {
        if (!_readCursor.Bind(1, follower).Step()) return 0;
        var position = _readCursor.Int(0);
        _readCursor.Reset();
        return position;
    }

    public void WriteCursor(string follower, long position)
    {
        transactor.Begin();
        _writeCursor.Bind(1, follower).Bind(2, position).Run();
    }
}
