using System.Diagnostics;
using Grains.Kernel;
using Silo.Storage.Sqlite;
using SQLitePCL;

namespace Bench;

/// <summary>The tables of the store, filled through prepared statements of SQLite itself: the fastest way that there is from C#.</summary>
internal sealed class PeerFile : IDisposable
{
    private readonly sqlite3 _db;
    private readonly List<sqlite3_stmt> _all = [];
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;
    private readonly sqlite3_stmt _head;
    private readonly sqlite3_stmt _insertStream;
    private readonly sqlite3_stmt _moveStream;
    private readonly sqlite3_stmt _insertEvent;
    private readonly sqlite3_stmt _findCommand;
    private readonly sqlite3_stmt _insertCommand;
    private long _position;

    private PeerFile(string path)
    {
        Check(raw.sqlite3_open(path, out _db));
        Check(raw.sqlite3_exec(_db, "pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma cache_size = -32768; pragma temp_store = memory;"));
        _begin = Prepare("begin immediate");
        _commit = Prepare("commit");
        _head = Prepare("select id, version from stream where name = ?");
        _insertStream = Prepare("insert into stream (name, version, event_id) values (?, 0, zeroblob(16))");
        _moveStream = Prepare("update stream set version = ?, event_id = ? where id = ?");
        _insertEvent = Prepare("insert into event (position, stream, version, event_id, type, recorded_at, data) values (?, ?, ?, ?, ?, 1790000000000000, ?)");
        _findCommand = Prepare("select position from command where caller = ? and id = ?");
        _insertCommand = Prepare("insert into command (caller, id, hash, after, position, recorded_at) values (?, ?, ?, ?, ?, 1790000000000000)");
    }

    public static async Task<PeerFile> OpenAsync(string path)
    {
        await SqliteStore.Open(path).DisposeAsync(); // Makes the very same tables.
        return new(path);
    }

    public void Begin() => Run(_begin);

    public void Commit() => Run(_commit);

    public bool Answered(string caller, string id)
    {
        Check(raw.sqlite3_bind_text(_findCommand, 1, caller));
        Check(raw.sqlite3_bind_text(_findCommand, 2, id));
        return Run(_findCommand);
    }

    public (long Id, long Version) Head(string name)
    {
        Check(raw.sqlite3_bind_text(_head, 1, name));
        if (raw.sqlite3_step(_head) == raw.SQLITE_ROW)
        {
            var found = (raw.sqlite3_column_int64(_head, 0), raw.sqlite3_column_int64(_head, 1));
            Check(raw.sqlite3_reset(_head));
            return found;
        }
        Check(raw.sqlite3_reset(_head));
        Check(raw.sqlite3_bind_text(_insertStream, 1, name));
        Run(_insertStream);
        return (raw.sqlite3_last_insert_rowid(_db), 0);
    }

    public void Append((long Id, long Version) head, NewEvent e)
    {
        Span<byte> id = stackalloc byte[16];
        e.Id.TryWriteBytes(id, bigEndian: true, out _);
        Check(raw.sqlite3_bind_int64(_insertEvent, 1, ++_position));
        Check(raw.sqlite3_bind_int64(_insertEvent, 2, head.Id));
        Check(raw.sqlite3_bind_int64(_insertEvent, 3, head.Version + 1));
        Check(raw.sqlite3_bind_blob(_insertEvent, 4, id));
        Check(raw.sqlite3_bind_text(_insertEvent, 5, e.Type));
        Check(raw.sqlite3_bind_blob(_insertEvent, 6, e.Data.Span));
        Run(_insertEvent);
        Check(raw.sqlite3_bind_int64(_moveStream, 1, head.Version + 1));
        Check(raw.sqlite3_bind_blob(_moveStream, 2, id));
        Check(raw.sqlite3_bind_int64(_moveStream, 3, head.Id));
        Run(_moveStream);
    }

    public void Record(string caller, string id, int events)
    {
        Check(raw.sqlite3_bind_text(_insertCommand, 1, caller));
        Check(raw.sqlite3_bind_text(_insertCommand, 2, id));
        Check(raw.sqlite3_bind_blob(_insertCommand, 3, BarePeer.Hash));
        Check(raw.sqlite3_bind_int64(_insertCommand, 4, _position - events));
        Check(raw.sqlite3_bind_int64(_insertCommand, 5, _position));
        Run(_insertCommand);
    }

    public void Dispose()
    {
        foreach (var statement in _all) statement.Dispose();
        _db.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out var statement));
        _all.Add(statement);
        return statement;
    }

    /// <returns>Whether there was a row.</returns>
    private bool Run(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        Check(raw.sqlite3_reset(statement));
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw new InvalidOperationException(raw.sqlite3_errmsg(_db).utf8_to_string()),
        };
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new InvalidOperationException(raw.sqlite3_errmsg(_db).utf8_to_string());
    }
}

/// <summary>What one would write first, with care: per command a transaction that looks for a repeated id, reads the heads, decides, inserts and commits.</summary>
/// <remarks>SQLite has one writer, so the best number of connections is one, taken in turn.</remarks>
internal sealed class LoopPeer : IDisposable
{
    private static readonly Context Context = new(DateTimeOffset.UnixEpoch, new("bench", "CrisisDesk", Grains.Kernel.Channel.Api, DateTimeOffset.UnixEpoch), Policy.Default);
    private readonly PeerFile _file;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private LoopPeer(PeerFile file) => _file = file;

    public static async Task<LoopPeer> OpenAsync(string path) => new(await PeerFile.OpenAsync(path));

    public async Task DoAsync(StreamId[] streams, string caller, string id)
    {
        await _turn.WaitAsync();
        try
        {
            _file.Begin();
            if (!_file.Answered(caller, id))
            {
                foreach (var stream in streams)
                {
                    var type = Tally.Types.First(type => type.Kind == stream.Kind);
                    var (events, _) = type.Decide(type.Initial, new Tally.Count(1), Context);
                    var head = _file.Head(stream.ToString());
                    foreach (var fact in events) _file.Append(head, type.Json.Encode(Guid.NewGuid(), fact, Context.Origin, new(caller, id), 0));
                }
                _file.Record(caller, id, streams.Length);
            }
            _file.Commit();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _file.Dispose();
    }
}

/// <summary>The bound: the same bytes into the same tables, encoded beforehand, nothing checked, one transaction per batch of one command per client.</summary>
internal static class BarePeer
{
    public static readonly byte[] Hash = new byte[32];

    public static (double Rate, double P99) Run(int parts, int clients, TimeSpan time)
    {
        using var folder = new TempFolder();
        using var file = PeerFile.OpenAsync(folder.File("log.db")).GetAwaiter().GetResult();
        var type = Tally.Types[0];
        var origin = new Origin("bench", "CrisisDesk", Grains.Kernel.Channel.Api, DateTimeOffset.UnixEpoch);
        var encoded = type.Json.Encode(Guid.NewGuid(), new Tally.Event.Counted(1, Tally.Note), origin, new("caller0", "0"), 0);
        var heads = Enumerable.Range(0, clients).Select(client => CommitBench.Streams(parts, client).Select(stream => file.Head(stream.ToString())).ToArray()).ToArray();

        var (steps, watch) = (0, Stopwatch.StartNew());
        for (; watch.Elapsed < time; steps += clients)
        {
            file.Begin();
            for (var client = 0; client < clients; client++)
            {
                for (var part = 0; part < parts; part++)
                {
                    file.Append(heads[client][part], encoded with { Id = Guid.NewGuid() });
                    heads[client][part].Version++;
                }
                file.Record($"caller{client}", $"{steps}", parts);
            }
            file.Commit();
        }
        return (steps / watch.Elapsed.TotalSeconds, 0);
    }
}
