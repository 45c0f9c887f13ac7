using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>The event store in one SQLite file, held by this process alone. See Storage.md.</summary>
public sealed class SqliteStore : IEventStore
{
    private const int ApplicationId = 0x506C656B; // "Plek"

    // locking_mode     no second process can move a head, so heads are kept in memory and no read is needed to confirm one.
    // wal, full        a commit is one sequential write and one flush; FULL, for NORMAL would lose the last commits when power fails.
    // autocheckpoint   16 MB of log before pages move into the file: a page that many batches touch moves once.
    // journal_size     the log shrinks again after a burst.
    // cache_size       32 MB of pages; the upper levels of every index of 50 million events fit.
    private const string Pragmas = """
        pragma busy_timeout = 0;
        pragma locking_mode = exclusive;
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma wal_autocheckpoint = 4000;
        pragma journal_size_limit = 67108864;
        pragma cache_size = -32768;
        pragma temp_store = memory;
        pragma trusted_schema = off;
        """;

    private readonly SqliteFile _file;
    private readonly Transactor _transactor;
    private readonly CommandTable _commands;
    private readonly LogReader _reader;
    private readonly LogWriter _writer;
    private readonly SideTables _sides;
    private readonly FeedTail _tail;
    private readonly SqliteThread _thread;

    private SqliteStore(SqliteFile file)
    {
        _file = file;
        _transactor = new(file);
        _commands = new(file);
        _reader = new(file);
        _sides = new(file, _transactor);
        var end = _reader.End();
        _writer = new(file, _transactor, _commands, end);
        _tail = new(end.Position);
        _thread = new(file.Path);
    }

    /// <summary>Opens or creates a log; blocks until it is recovered and its last batch verified.</summary>
    /// <exception cref="StorageFileException">In use by another process, newer than this program, damaged, or no log.</exception>
    public static SqliteStore Open(string path) => Open(path, beforeStatement: null);

    internal static SqliteStore Open(string path, Action<string>? beforeStatement)
    {
        var file = SqliteFile.Open(path, Pragmas, beforeStatement);
        try
        {
            Migrations.Apply(file, ApplicationId, "Log");
            return new(file);
        }
        catch (SqliteError e)
        {
            file.Dispose();
            throw file.Unusable(e);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is CorruptEventException) throw new StorageFileException($"{path} is damaged: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Ends, with the reason in one line, when everything is refused until the file is opened anew. Only a new process can do that.</summary>
    public Task<string> Broken => _transactor.Broken;

    /// <summary>For tests that stop or fail the store before a statement; on the store's thread.</summary>
    internal Action<string>? BeforeStatement
    {
        get => _file.BeforeStatement;
        set => _file.BeforeStatement = value;
    }

    /// <summary>For tests that fill the disk: how large the file may become.</summary>
    internal ValueTask<long?> LimitPagesAsync(long pages) => _thread.RunAsync(() => _file.Number($"pragma max_page_count = {pages}"), CancellationToken.None);

    public ValueTask<ImmutableArray<Outcome>> CommitAsync(IReadOnlyList<CommitItem> batch, CancellationToken cancel)
    {
        BatchLimits.Check(batch);
        return _thread.RunAsync(() =>
        {
            var outcomes = _writer.Commit(batch);
            if (_writer.Written.Count > 0) _tail.Append(_writer.Written);
            return outcomes;
        }, cancel);
    }

    public ValueTask<ImmutableArray<StoredEvent>> ReadAsync(StreamId stream, long afterVersion, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return ReadAsync(() => _reader.Stream(stream, afterVersion, max), cancel);
    }

    public ValueTask<ImmutableArray<StoredEvent>> ReadFeedAsync(long afterPosition, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        _transactor.ThrowIfBroken();
        return _tail.TryRead(afterPosition, max, out var events) ? new(events) : ReadAsync(() => _reader.Feed(afterPosition, max), cancel);
    }

    public ValueTask<ImmutableArray<StreamId>> ListAsync(GrainKind kind, string afterKey, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return ReadAsync(() => _reader.Streams(kind, afterKey, max), cancel);
    }

    public ValueTask WaitAsync(long afterPosition, CancellationToken cancel) => new(_tail.MovedAsync(afterPosition).WaitAsync(cancel));

    public ValueTask<long> LastPositionAsync(CancellationToken cancel)
    {
        _transactor.ThrowIfBroken();
        return new(_tail.LastPosition);
    }

    public ValueTask<Outcome.Duplicate?> FindCommandAsync(CommandKey key, ReadOnlyMemory<byte> contentHash, CancellationToken cancel) =>
        ReadAsync(() => _commands.Find(key, contentHash.Span), cancel);

    public ValueTask<DueClaim> ClaimDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return _thread.RunAsync(() => _transactor.Write(() => _sides.Claim(now, leaseUntil, max)), cancel);
    }

    public ValueTask<Snapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancel) => ReadAsync(() => _sides.ReadSnapshot(stream), cancel);

    public ValueTask WriteSnapshotAsync(Snapshot snapshot, CancellationToken cancel) => WriteAsync(() => _sides.WriteSnapshot(snapshot), cancel);

    public ValueTask<long> ReadCursorAsync(string follower, CancellationToken cancel) => ReadAsync(() => _sides.ReadCursor(follower), cancel);

    public ValueTask WriteCursorAsync(string follower, long position, CancellationToken cancel) =>
        WriteAsync(() => _sides.WriteCursor(follower, position), cancel);

    public ValueTask<ImmutableArray<ChainLink>> ReadChainAsync(long afterPosition, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return ReadAsync(() => _reader.Chain(afterPosition, max), cancel);
    }

    public async ValueTask ForgetCommandsAsync(DateTimeOffset before, CancellationToken cancel)
    {
        bool more;
        do
        {
            more = await _thread.RunAsync(() => _transactor.Write(() =>
            {
                _transactor.Begin();
                return _commands.ForgetSome(before);
            }), cancel);
        }
        while (more);
    }

    /// <summary>Ends after the work that is queued, moves the write-ahead log into the file, and lets go of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync();
        _writer.Dispose();
        _file.Dispose();
    }

    private ValueTask<T> ReadAsync<T>(Func<T> read, CancellationToken cancel) => _thread.RunAsync(() => _transactor.Read(read), cancel);

    private async ValueTask WriteAsync(Action write, CancellationToken cancel) => await _thread.RunAsync(() => _transactor.Write(() =>
    {
        write();
        return true;
    }), cancel);
}
