using Grains.Kernel;
using Silo.Storage;
using Xunit;

namespace Store.Contract;

public sealed class MemoryStoreTests : EventStoreContract
{
    private MemoryStore Memory => (MemoryStore)Store;

    protected override ValueTask<IEventStore> OpenAsync() => new(new MemoryStore());

    [Fact]
    public async Task Unavailable_writes_nothing_ever()
    {
        Memory.FailNext(CommitFault.Unavailable);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First(A)));
        Memory.LandHeldBack();
        Assert.Empty(await FeedAsync());
        await WriteAsync(First(A));
    }

    [Fact]
    public async Task Outcome_unknown_may_have_been_written()
    {
        Memory.FailNext(CommitFault.UnknownWritten);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => CommitAsync(First(A)));
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task Outcome_unknown_may_be_lost()
    {
        Memory.FailNext(CommitFault.UnknownLost);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => CommitAsync(First(A)));
        Assert.Empty(Memory.LandHeldBack());
        Assert.Empty(await FeedAsync());
    }

    [Fact]
    public async Task A_lost_commit_may_land_later()
    {
        Memory.FailNext(CommitFault.UnknownHeldBack);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => CommitAsync(First(A)));
        Assert.Empty(await FeedAsync());
        Assert.IsType<Outcome.Written>(Assert.Single(Memory.LandHeldBack()));
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task A_lost_commit_that_lands_on_a_stream_that_moved_conflicts()
    {
        Memory.FailNext(CommitFault.UnknownHeldBack);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => CommitAsync(First(A), First(B)));
        var fence = Follow(A, Head.None, Event("Fenced/1"));
        await WriteAsync(fence);
        AssertConflict(Assert.Single(Memory.LandHeldBack()), (A, fence.HeadAfter), (B, Head.None));
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task Faults_befall_commits_in_the_order_planned()
    {
        Memory.FailNext(CommitFault.Unavailable);
        Memory.FailNext(CommitFault.UnknownLost);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First(A)));
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => CommitAsync(First(A)));
        await WriteAsync(First(A));
    }

    [Fact]
    public void A_commit_ends_before_it_returns() => Assert.True(CommitAsync(First(A)).IsCompletedSuccessfully);

    [Fact]
    public async Task A_paused_commit_waits_until_it_is_let_go_on()
    {
        Memory.Pause();
        var first = CommitAsync(First(A));
        var second = CommitAsync(First(A));
        Assert.Equal(2, Memory.Waiting);
        Assert.Empty(await FeedAsync());

        Assert.True(Memory.Step());
        Assert.True(first.IsCompletedSuccessfully);
        Assert.False(second.IsCompleted);

        Memory.Resume();
        Assert.IsType<Outcome.Conflict>(await second);
        Assert.False(Memory.Step());
        await WriteAsync(First(B));
    }

    [Fact]
    public async Task A_cancelled_commit_that_was_paused_may_still_be_made()
    {
        using var stop = new CancellationTokenSource();
        Memory.Pause();
        var wait = Store.CommitAsync([Item(First(A))], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Memory.Resume();
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task A_fault_befalls_a_paused_commit_when_it_goes_on()
    {
        Memory.Pause();
        var commit = CommitAsync(First(A));
        Memory.FailNext(CommitFault.Unavailable);
        Memory.Resume();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => commit);
    }

    [Fact]
    public async Task A_store_that_is_cut_off_answers_nothing()
    {
        await WriteAsync(First(A));
        Memory.CutOff = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(First(B)));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.ReadFeedAsync(0, 1, None));
        Memory.CutOff = false;
        Assert.Single(await FeedAsync());
    }
}
