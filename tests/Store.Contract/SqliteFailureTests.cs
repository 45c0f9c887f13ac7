using Grains.Kernel;
using Silo.Storage;
using Silo.Storage.Sqlite;
using SQLitePCL;
using Xunit;

namespace Store.Contract;

/// <summary>Statements that fail, disks that fill, commits whose end nobody knows.</summary>
public sealed class SqliteFailureTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private SqliteStore _store = null!;

    private string Log => _folder.File("log.db");

    public Task InitializeAsync()
    {
        _store = SqliteStore.Open(Log);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private static CommitItem First(string key, int bytes = 10) => new(
        [new(StreamId.Facility(key), Head.None, [new(Guid.NewGuid(), "Held/1", new byte[bytes])], Due.Next(Noon))],
        new(new("desk", key), new byte[32]), Remember: true, Noon);

    private async Task<Outcome> CommitAsync(params CommitItem[] batch) => (await _store.CommitAsync(batch, None))[0];

    private async Task<int> CountAsync() => (await _store.ReadFeedAsync(0, StoreLimits.ReadMax, None)).Length;

    /// <summary>The next statement that begins so fails with a code of SQLite, once.</summary>
    private void FailAt(string sql, int code) => _store.BeforeStatement = running =>
    {
        if (!running.StartsWith(sql, StringComparison.Ordinal)) return;
        _store.BeforeStatement = null;
        throw new SqliteError(code, "planned by the test");
    };

    [Theory]
    [InlineData("begin", raw.SQLITE_IOERR_READ)]
    [InlineData("select hash", raw.SQLITE_IOERR_READ)]
    [InlineData("select id", raw.SQLITE_CORRUPT)]
    [InlineData("insert into event", raw.SQLITE_FULL)]
    [InlineData("insert into event", raw.SQLITE_IOERR_WRITE)]
    [InlineData("insert into command", raw.SQLITE_NOMEM)]
    [InlineData("insert into stream", raw.SQLITE_IOERR_WRITE)]
    [InlineData("insert into batch", raw.SQLITE_IOERR_WRITE)]
    [InlineData("commit", raw.SQLITE_FULL)]
    public async Task A_failure_before_the_commit_writes_nothing_and_the_store_goes_on(string statement, int code)
    {
        await CommitAsync(First("before"));
        FailAt(statement, code);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First("a"), First("b")));
        Assert.Equal(1, await CountAsync());
        Assert.False(_store.Broken.IsCompleted);

        Assert.IsType<Outcome.Written>(await CommitAsync(First("a"), First("b")));
        Assert.Equal(3, await CountAsync());
        Assert.Null(await ChainCheck.FirstBrokenAsync(_store, None));
    }

    [Fact]
    public async Task A_commit_that_fails_in_the_disk_is_unknown_and_everything_is_refused_until_it_is_opened_anew()
    {
        await CommitAsync(First("before"));
        FailAt("commit", raw.SQLITE_IOERR_FSYNC);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => CommitAsync(First("a")));

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First("b")));
        Assert.Contains("until it is opened anew", refused.Message, StringComparison.Ordinal);
        Assert.Contains("planned by the test", await _store.Broken.WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.ReadFeedAsync(0, 10, None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.LastPositionAsync(None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.ClaimDueAsync(Noon, Noon, 1, None));

        await _store.DisposeAsync();
        _store = SqliteStore.Open(Log);
        Assert.InRange(await CountAsync(), 1, 2); // Unknown means: either.
        Assert.Null(await ChainCheck.FirstBrokenAsync(_store, None));
        Assert.IsType<Outcome.Written>(await CommitAsync(First("b")));
    }

    [Fact]
    public async Task A_flush_that_fails_before_the_commit_writes_nothing_and_is_not_trusted_again()
    {
        FailAt("insert into event", raw.SQLITE_IOERR_FSYNC);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First("a")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First("a")));
    }

    [Fact]
    public async Task A_full_disk_is_unavailable_and_the_store_goes_on_when_there_is_room_again()
    {
        var pages = await _store.LimitPagesAsync(64);
        Assert.Equal(64, pages);
        var written = 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (written < 100) written += await CommitAsync(First($"f-{written}", 10_000)) is Outcome.Written ? 1 : 0;
        });
        Assert.InRange(written, 1, 64);
        Assert.Equal(written, await CountAsync());

        await _store.LimitPagesAsync(1_000_000);
        Assert.IsType<Outcome.Written>(await CommitAsync(First($"f-{written}", 10_000)));
        Assert.Null(await ChainCheck.FirstBrokenAsync(_store, None));
    }

    [Fact]
    public async Task A_read_that_fails_is_unavailable_and_a_damaged_page_is_damage()
    {
        await CommitAsync(First("a"));
        FailAt("select e.position", raw.SQLITE_IOERR_READ);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.ReadAsync(StreamId.Facility("a"), 0, 1, None));
        FailAt("select e.position", raw.SQLITE_CORRUPT);
        await Assert.ThrowsAsync<CorruptEventException>(async () => await _store.ReadAsync(StreamId.Facility("a"), 0, 1, None));
        Assert.Single(await _store.ReadAsync(StreamId.Facility("a"), 0, 1, None));
    }

    [Fact]
    public async Task A_batch_that_only_checks_opens_no_transaction()
    {
        await CommitAsync(First("a"));
        var statements = new List<string>();
        _store.BeforeStatement = statements.Add;
        var head = new Head(1, (await _store.ReadFeedAsync(0, 1, None))[0].Id);
        await CommitAsync(new CommitItem([new(StreamId.Facility("a"), head, [], Due.Keep)], null, Remember: false, Noon));
        await CommitAsync(new CommitItem([new(StreamId.Facility("a"), Head.None, [], Due.Keep)], null, Remember: true, Noon));
        Assert.Empty(statements);
    }

    [Fact]
    public async Task A_cancelled_commit_stops_the_wait_and_not_the_write()
    {
        using var stop = new CancellationTokenSource();
        using var reached = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _store.BeforeStatement = sql =>
        {
            if (sql != "commit") return;
            reached.Set();
            goOn.Wait();
        };
        var commit = _store.CommitAsync([First("a")], stop.Token).AsTask();
        reached.Wait();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit);
        goOn.Set();
        Assert.Single(await _store.ReadAsync(StreamId.Facility("a"), 0, 10, None));
    }

    [Fact]
    public async Task A_closed_store_is_unavailable()
    {
        await _store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First("a")));
    }
}
