using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>Due instants and leases, snapshots and cursors.</summary>
public abstract partial class EventStoreContract
{
    private static Append DueAt(StreamId stream, DateTimeOffset? at) => First(stream) with { Due = Due.Next(at) };

    private async Task<DueClaim> ClaimAsync(DateTimeOffset now, int max = 10) => await Store.ClaimDueAsync(now, now.AddMinutes(1), max, None);

    private static void AssertClaim(DueClaim claim, DateTimeOffset? next, params StreamId[] streams)
    {
        Assert.Equal(streams, claim.Streams);
        Assert.Equal(next, claim.NextDue);
    }

    [Fact]
    public async Task Nothing_is_due_in_a_fresh_log() => AssertClaim(await ClaimAsync(Noon), next: null);

    [Fact]
    public async Task The_longest_overdue_is_claimed_first_and_the_next_due_is_told()
    {
        await WriteAsync(DueAt(A, Noon.AddMinutes(2)), DueAt(B, Noon.AddMinutes(1)), DueAt(C, Noon.AddMinutes(9)), First(StreamId.Region("zhz")));
        AssertClaim(await ClaimAsync(Noon), next: Noon.AddMinutes(1));
        AssertClaim(await ClaimAsync(Noon.AddMinutes(2)), next: Noon.AddMinutes(9), B, A);
    }

    [Fact]
    public async Task No_more_is_claimed_than_asked_and_the_rest_stays_due()
    {
        await WriteAsync(DueAt(A, Noon.AddMinutes(2)), DueAt(B, Noon.AddMinutes(1)));
        AssertClaim(await ClaimAsync(Noon.AddMinutes(5), max: 1), next: Noon.AddMinutes(2), B);
        AssertClaim(await ClaimAsync(Noon.AddMinutes(5), max: 1), next: null, A);
    }

    [Fact]
    public async Task A_leased_stream_is_not_claimed_again_before_its_lease_ends()
    {
        await WriteAsync(DueAt(A, Noon));
        AssertClaim(await ClaimAsync(Noon), next: null, A);
        AssertClaim(await ClaimAsync(Noon.AddSeconds(59)), next: null);
        AssertClaim(await ClaimAsync(Noon.AddMinutes(1)), next: null, A);
    }

    [Fact]
    public async Task A_commit_that_sets_the_due_ends_the_lease()
    {
        await WriteAsync(DueAt(A, Noon));
        await ClaimAsync(Noon);
        await WriteAsync(Follow(A, await HeadAsync(A), Event()) with { Due = Due.Next(Noon.AddSeconds(5)) });
        AssertClaim(await ClaimAsync(Noon), next: Noon.AddSeconds(5));
        AssertClaim(await ClaimAsync(Noon.AddSeconds(5)), next: null, A);
    }

    [Fact]
    public async Task A_commit_that_keeps_the_due_keeps_the_lease()
    {
        await WriteAsync(DueAt(A, Noon));
        await ClaimAsync(Noon);
        await WriteAsync(Follow(A, await HeadAsync(A), Event()));
        AssertClaim(await ClaimAsync(Noon.AddSeconds(30)), next: null);
        AssertClaim(await ClaimAsync(Noon.AddMinutes(2)), next: null, A);
    }

    [Fact]
    public async Task A_stream_that_is_never_due_is_not_claimed()
    {
        await WriteAsync(DueAt(A, Noon));
        await WriteAsync(Follow(A, await HeadAsync(A), Event()) with { Due = Due.Never });
        AssertClaim(await ClaimAsync(Noon.AddYears(1)), next: null);
    }

    [Fact]
    public async Task An_append_without_events_sets_the_due_too()
    {
        await WriteAsync(First(A));
        await WriteAsync(Follow(A, await HeadAsync(A)) with { Due = Due.Next(Noon) }, Follow(B, Head.None) with { Due = Due.Next(Noon.AddHours(1)) });
        AssertClaim(await ClaimAsync(Noon), next: Noon.AddHours(1), A);
        Assert.Equal(Head.None, await HeadAsync(B));
        await WriteAsync(First(B));
    }

    [Fact]
    public async Task A_conflict_sets_no_due()
    {
        await WriteAsync(First(A));
        await CommitAsync(DueAt(A, Noon), DueAt(B, Noon));
        AssertClaim(await ClaimAsync(Noon), next: null);
    }

    [Fact]
    public async Task Two_claimers_never_share_a_stream()
    {
        await WriteAsync([.. Enumerable.Range(0, 100).Select(i => DueAt(StreamId.Facility($"f-{i}"), Noon.AddSeconds(-i)))]);
        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => ClaimAsync(Noon, max: 20))));
        var claimed = claims.SelectMany(c => c.Streams).ToList();
        Assert.Equal(100, claimed.Count);
        Assert.Equal(100, claimed.Distinct().Count());
    }

    [Fact]
    public async Task The_newest_snapshot_is_kept()
    {
        var newer = new Snapshot(A, new(7, Guid.NewGuid()), "rules-1", "new"u8.ToArray());
        await Store.WriteSnapshotAsync(newer, None);
        await Store.WriteSnapshotAsync(new(A, new(3, Guid.NewGuid()), "rules-1", "old"u8.ToArray()), None);

        var read = await Store.ReadSnapshotAsync(A, None);
        Assert.Equal((newer.Stream, newer.Head, newer.Rules, "new"), (read!.Stream, read.Head, read.Rules, System.Text.Encoding.UTF8.GetString(read.Data.Span)));
        Assert.Null(await Store.ReadSnapshotAsync(B, None));
    }

    [Fact]
    public async Task A_snapshot_written_by_other_rules_replaces_one_of_the_same_head()
    {
        var head = new Head(7, Guid.NewGuid());
        await Store.WriteSnapshotAsync(new(A, head, "rules-1", "x"u8.ToArray()), None);
        await Store.WriteSnapshotAsync(new(A, head, "rules-2", "y"u8.ToArray()), None);
        Assert.Equal("rules-2", (await Store.ReadSnapshotAsync(A, None))!.Rules);
    }

    [Fact]
    public async Task Lists_the_streams_of_one_kind_in_pages()
    {
        StreamId[] written = [StreamId.Facility("b"), StreamId.Facility("0"), StreamId.Facility("a-1"), StreamId.Placement("c"), StreamId.Provider("a"), StreamId.Facility("a")];
        foreach (var stream in written) await CommitAsync(Item(First(stream)));
        var first = await Store.ListAsync(GrainKind.Facility, "", 3, None);
        Assert.Equal(["0", "a", "a-1"], first.Select(stream => stream.Key));
        Assert.Equal([StreamId.Facility("b")], (await Store.ListAsync(GrainKind.Facility, "a-1", 3, None)).AsEnumerable());
        Assert.Empty(await Store.ListAsync(GrainKind.Child, "", 3, None));
    }

    [Fact]
    public async Task A_follower_has_its_own_cursor()
    {
        Assert.Equal(0, await Store.ReadCursorAsync("effects", None));
        await Store.WriteCursorAsync("effects", 41, None);
        await Store.WriteCursorAsync("effects", 42, None);
        await Store.WriteCursorAsync("webhooks", 7, None);
        Assert.Equal(42, await Store.ReadCursorAsync("effects", None));
        Assert.Equal(7, await Store.ReadCursorAsync("webhooks", None));
    }
}
