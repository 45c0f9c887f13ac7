using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Storage.Sqlite;

namespace Silo.Storage.Outbox;

/// <summary>The outbox in a SQLite file of its own, so that a busy sender never waits for the log, nor the log for it.</summary>
public sealed class SqliteOutbox : IOutbox
{
    private const int ApplicationId = 0x506C6B4F; // "PlkO"

    private const string Pragmas = """
        pragma busy_timeout = 0;
        pragma locking_mode = exclusive;
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma temp_store = memory;
        pragma trusted_schema = off;
        """;

    private readonly SqliteFile _file;
    private readonly OutboxTables _tables;
    private readonly Transactor _transactor;
    private readonly SqliteThread _thread;

    private SqliteOutbox(SqliteFile file)
    {
        (_file, _tables, _transactor) = (file, new(file), new(file));
        _thread = new(file.Path);
    }

    /// <summary>Opens or creates an outbox. What a process that ended had claimed is free again: nobody else can hold the file.</summary>
    /// <exception cref="StorageFileException">In use, damaged, or newer than this program.</exception>
    public static SqliteOutbox Open(string path)
    {
        var file = SqliteFile.Open(path, Pragmas, beforeStatement: null);
        try
        {
            Migrations.Apply(file, ApplicationId, "Outbox");
            file.Run("update delivery set lease = 0 where lease <> 0");
            return new(file);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is SqliteError error) throw file.Unusable(error);
            throw;
        }
    }

    public ValueTask AddAsync(Notice notice, ImmutableArray<string> targets, DateTimeOffset now, CancellationToken cancel) => targets.IsEmpty
        ? ValueTask.CompletedTask
        : WriteAsync(() =>
        {
            foreach (var target in targets) _tables.Add(notice, target, now);
        }, cancel);

    public ValueTask<ImmutableArray<Delivery>> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int max, CancellationToken cancel) =>
        _thread.RunAsync(() => _transactor.Write(() =>
        {
            var due = _tables.Due(now, max);
            if (due.Length > 0) _transactor.Begin(); // Nothing to do costs no flush.
            foreach (var delivery in due) _tables.Lease(delivery.Id, leaseUntil);
            return due;
        }), cancel);

    public ValueTask SentAsync(long id, DateTimeOffset now, CancellationToken cancel) => WriteAsync(() => _tables.End(id, OutboxTables.Sent, "", now), cancel);

    public ValueTask FailedAsync(long id, string reason, DateTimeOffset? again, DateTimeOffset now, CancellationToken cancel) =>
        WriteAsync(() => _tables.End(id, again is null ? OutboxTables.Dead : OutboxTables.Waits, reason, again ?? now), cancel);

    public ValueTask<ImmutableArray<DeadLetter>> DeadLettersAsync(int max, CancellationToken cancel) =>
        _thread.RunAsync(() => _transactor.Read(() => _tables.DeadLetters(max)), cancel);

    public ValueTask<bool> RetryAsync(long id, DateTimeOffset now, CancellationToken cancel) => _thread.RunAsync(() => _transactor.Write(() =>
    {
        if (!_tables.Exists(id)) return false;
        _transactor.Begin();
        _tables.Retry(id, now);
        return true;
    }), cancel);

    public ValueTask ForgetAsync(DateTimeOffset before, CancellationToken cancel) => WriteAsync(() => _tables.Forget(before), cancel);

    public ValueTask SubscribeAsync(PushSubscriber subscriber, CancellationToken cancel) => WriteAsync(() => _tables.Subscribe(subscriber), cancel);

    public ValueTask UnsubscribeAsync(TextRef subscription, CancellationToken cancel) => WriteAsync(() => _tables.Unsubscribe(subscription), cancel);

    public ValueTask<ImmutableArray<PushSubscriber>> SubscribersAsync(CancellationToken cancel) =>
        _thread.RunAsync(() => _transactor.Read(_tables.Subscribers), cancel);

    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync();
        _file.Dispose();
    }

    private async ValueTask WriteAsync(Action write, CancellationToken cancel) => await _thread.RunAsync(() => _transactor.Write(() =>
    {
        _transactor.Begin();
        write();
        return true;
    }), cancel);
}
