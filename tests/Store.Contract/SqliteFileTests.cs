using Grains.Kernel;
using Silo.Storage;
using Silo.Storage.Sqlite;
using Xunit;

namespace Store.Contract;

/// <summary>The file of the SQLite store: opened again, held by another, damaged, newer.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly StreamId A = StreamId.Facility("de-wending");
    private readonly TemporaryFolder _folder = new();

    private string Log => _folder.File("log.db");

    public void Dispose() => _folder.Dispose();

    private static NewEvent Event() => new(Guid.NewGuid(), "Held/1", """{"beds":1}"""u8.ToArray());

    private static CommitItem Item(StreamId stream, Head after, params NewEvent[] events) =>
        new([new(stream, after, [.. events], Due.Next(Noon))], new(new("desk", $"{stream}@{after.Version}"), new byte[32]), Remember: true, Noon);

    private async Task<Head> FillAsync(int batches)
    {
        await using var store = SqliteStore.Open(Log);
        var head = Head.None;
        for (var i = 0; i < batches; i++)
        {
            var item = Item(A, head, [.. Enumerable.Range(0, 20).Select(_ => Event())]);
            Assert.IsType<Outcome.Written>((await store.CommitAsync([item], None))[0]);
            head = item.Appends[0].HeadAfter;
        }
        return head;
    }

    private void Patch(string sql)
    {
        using var file = SqliteFile.Open(Log, "pragma journal_mode = delete;", beforeStatement: null);
        file.Run(sql);
    }

    private string Refusal() => Assert.Throws<StorageFileException>(() => SqliteStore.Open(Log)).Message;

    [Fact]
    public async Task Everything_is_there_after_it_is_opened_again()
    {
        var head = await FillAsync(batches: 2);
        long last;
        await using (var store = SqliteStore.Open(Log))
        {
            last = await store.LastPositionAsync(None);
            await store.WriteSnapshotAsync(new(A, head, "rules-1", "state"u8.ToArray()), None);
            await store.WriteCursorAsync("effects", last, None);
            Assert.Single((await store.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10, None)).Streams);
        }
        await using (var store = SqliteStore.Open(Log))
        {
            Assert.Equal(last, await store.LastPositionAsync(None));
            Assert.Equal(40, (await store.ReadFeedAsync(0, 100, None)).Length);
            Assert.Equal(head, (await store.ReadSnapshotAsync(A, None))!.Head);
            Assert.Equal(last, await store.ReadCursorAsync("effects", None));
            Assert.Equal(new(0, 20, true), await store.FindCommandAsync(new("desk", $"{A}@0"), new byte[32], None));
            Assert.Empty((await store.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10, None)).Streams);

            // Time and the chain go on where they stood.
            var late = (Outcome.Written)(await store.CommitAsync([Item(A, head, Event()) with { Now = Noon.AddYears(-1) }], None))[0];
            Assert.Equal(Noon, late.RecordedAt);
            Assert.Null(await ChainCheck.FirstBrokenAsync(store, None));
        }
    }

    [Fact]
    public async Task The_file_is_readable_by_its_owner_only()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var store = SqliteStore.Open(Log);
        await store.CommitAsync([Item(A, Head.None, Event())], None);
        foreach (var file in new[] { Log, Log + "-wal" }) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_second_opening_is_refused_and_the_first_goes_on()
    {
        await using var store = SqliteStore.Open(Log);
        Assert.Contains("in use by another process", Refusal(), StringComparison.Ordinal);
        Assert.IsType<Outcome.Written>((await store.CommitAsync([Item(A, Head.None, Event())], None))[0]);
    }

    [Fact]
    public async Task A_truncated_file_is_told_as_damage()
    {
        await FillAsync(batches: 20);
        using (var file = new FileStream(Log, FileMode.Open)) file.SetLength(file.Length / 2);
        Assert.Contains("damaged", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_overwritten_is_told_as_damage()
    {
        await FillAsync(batches: 1);
        await File.WriteAllTextAsync(Log, new string('x', 8192));
        Assert.Contains("damaged or is no database", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update event set data = cast('{\"beds\":2}' as blob) where position = 60")]
    [InlineData("update event set recorded_at = recorded_at + 1 where position = 41")]
    [InlineData("delete from event where position = 60")]
    [InlineData("delete from batch where position = 60")]
    [InlineData("update batch set hash = zeroblob(32) where position = 60")]
    public async Task A_last_batch_that_is_not_what_was_written_is_found_at_the_start(string damage)
    {
        await FillAsync(batches: 3);
        Patch(damage);
        Assert.Contains("is damaged: its last batch", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update event set data = cast('{\"beds\":2}' as blob) where position = 30", 40)]
    [InlineData("update event set type = 'Held/2' where position = 1", 20)]
    [InlineData("delete from event where position = 25", 40)]
    [InlineData("delete from batch where position = 20", 40)]
    public async Task A_changed_byte_anywhere_is_found_by_the_chain(string damage, long link)
    {
        await FillAsync(batches: 3);
        Patch(damage);
        await using var store = SqliteStore.Open(Log);
        Assert.Equal(link, (await ChainCheck.FirstBrokenAsync(store, None))!.Position);
    }

    [Theory]
    [InlineData("update event set event_id = x'00' where position = 30")]
    [InlineData("update event set stream = 999 where position = 30")]
    public async Task An_event_that_cannot_be_read_is_damage_and_the_store_goes_on(string damage)
    {
        var head = await FillAsync(batches: 3);
        Patch(damage);
        await using var store = SqliteStore.Open(Log);
        await Assert.ThrowsAsync<CorruptEventException>(async () => await store.ReadFeedAsync(20, 20, None));
        Assert.Equal(20, (await store.ReadFeedAsync(40, 20, None)).Length);
        Assert.IsType<Outcome.Written>((await store.CommitAsync([Item(A, head, Event())], None))[0]);
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_left_as_it_is()
    {
        await FillAsync(batches: 1);
        Patch("pragma user_version = 99");
        Assert.Contains("has schema 99, newer than this program's", Refusal(), StringComparison.Ordinal);
        Patch("pragma user_version = 1");
        await using var store = SqliteStore.Open(Log);
        Assert.Equal(20, await store.LastPositionAsync(None));
    }

    [Fact]
    public void Another_programs_database_is_refused()
    {
        Patch("create table theirs (x)");
        Assert.Contains("is not Plek's log", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_feed_reaches_further_back_than_what_is_kept_in_memory()
    {
        await using var store = SqliteStore.Open(Log);
        var head = Head.None;
        for (var i = 0; i < 12; i++)
        {
            var item = Item(A, head, [.. Enumerable.Range(0, 1_000).Select(_ => Event())]);
            await store.CommitAsync([item], None);
            head = item.Appends[0].HeadAfter;
        }
        var positions = new List<long>();
        for (var after = 0L; after < 12_000; after = positions[^1])
            positions.AddRange((await store.ReadFeedAsync(after, 999, None)).Select(e => e.Position));
        Assert.Equal(Enumerable.Range(1, 12_000).Select(p => (long)p), positions);
    }

    [Fact]
    public async Task More_streams_than_are_kept_in_memory_keep_their_heads()
    {
        await using var store = SqliteStore.Open(Log);
        var first = Item(A, Head.None, Event());
        await store.CommitAsync([first], None);
        for (var round = 0; round < 4; round++)
            await store.CommitAsync([new([.. Enumerable.Range(0, 20_000).Select(i => new Append(StreamId.Placement($"p-{round}-{i}"), Head.None, [], Due.Keep))], null, false, Noon)], None);
        Assert.IsType<Outcome.Written>((await store.CommitAsync([Item(A, first.Appends[0].HeadAfter, Event())], None))[0]);
    }
}
