using System.Diagnostics;
using Grains.Kernel;
using Microsoft.Data.Sqlite;
using Silo.Storage.Sqlite;

namespace Bench;

/// <summary>The tables of the store, filled through prepared commands of Microsoft.Data.Sqlite.</summary>
internal sealed class PeerFile : IDisposable
{
    private readonly SqliteConnection _db;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _head;
    private readonly SqliteCommand _insertStream;
    private readonly SqliteCommand _moveStream;
    private readonly SqliteCommand _insertEvent;
    private readonly SqliteCommand _findCommand;
    private readonly SqliteCommand _insertCommand;
    private long _position;

    private PeerFile(string path)
    {
        _db = new($"Data Source={path};Pooling=False");
        _db.Open();
        using (var pragmas = _db.CreateCommand())
        {
            pragmas.CommandText = "pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma cache_size = -32768; pragma temp_store = memory;";
            pragmas.ExecuteNonQuery();
        }
        _begin = Prepare("begin immediate");
        _commit = Prepare("commit");
        _head = Prepare("select id, version from stream where name = $name", "$name");
        _insertStream = Prepare("insert into stream (name, version, event_id) values ($name, 0, zeroblob(16)) returning id", "$name");
        _moveStream = Prepare("update stream set version = $version, event_id = $event where id = $id", "$version", "$event", "$id");
        _insertEvent = Prepare(
            "insert into event (position, stream, version, event_id, type, recorded_at, data) values ($position, $stream, $version, $event, $type, $at, $data)",
            "$position", "$stream", "$version", "$event", "$type", "$at", "$data");
        _findCommand = Prepare("select position from command where caller = $caller and id = $id", "$caller", "$id");
        _insertCommand = Prepare(
            "insert into command (caller, id, hash, after, position, recorded_at) values ($caller, $id, $hash, $after, $position, $at)",
            "$caller", "$id", "$hash", "$after", "$position", "$at");
    }

    public static async Task<PeerFile> OpenAsync(string path)
    {
        await SqliteStore.Open(path).DisposeAsync(); // Makes the very same tables.
        return new(path);
    }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public bool Answered(string caller, string id)
    {
        (_findCommand.Parameters[0].Value, _findCommand.Parameters[1].Value) = (caller, id);
        return _findCommand.ExecuteScalar() is not null;
    }

    public (long Id, long Version) Head(string name)
    {
        _head.Parameters[0].Value = name;
        using (var reader = _head.ExecuteReader())
            if (reader.Read()) return (reader.GetInt64(0), reader.GetInt64(1));
        _insertStream.Parameters[0].Value = name;
        return ((long)_insertStream.ExecuteScalar()!, 0);
    }

    public void Append((long Id, long Version) head, NewEvent e)
    {
        var id = e.Id.ToByteArray(bigEndian: true);
        Run(_insertEvent, ++_position, head.Id, head.Version + 1, id, e.Type, 1_790_000_000_000_000, System.Runtime.InteropServices.MemoryMarshal.TryGetArray(e.Data, out var bytes) && bytes.Count == bytes.Array!.Length ? bytes.Array : e.Data.ToArray());
        Run(_moveStream, head.Version + 1, id, head.Id);
    }

    public void Record(string caller, string id, int events) =>
        Run(_insertCommand, caller, id, BarePeer.Hash, _position - events, _position, 1_790_000_000_000_000);

    public void Dispose()
    {
        foreach (var command in new[] { _begin, _commit, _head, _insertStream, _moveStream, _insertEvent, _findCommand, _insertCommand }) command.Dispose();
        _db.Dispose();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _db.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.AddWithValue(name, 0L);
        command.Prepare();
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
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
