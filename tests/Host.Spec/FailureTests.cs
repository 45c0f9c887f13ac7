using Grains.Kernel;
using Silo.Storage;
using Xunit;
using static Host.Spec.HostBed;

namespace Host.Spec;

/// <summary>What breaks below the host, and what a caller is told.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Unavailable_means_that_nothing_was_written_and_the_same_id_works_again()
    {
        await using var bed = await StartAsync();
        bed.Store.FailNext(CommitFault.Unavailable);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Add(Facility, 4, "once").AsTask());
        Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 4, "once"));
        Assert.Equal(4, (await bed.Logged(Facility)).Sum);
    }

    [Theory]
    [InlineData(CommitFault.UnknownWritten)]
    [InlineData(CommitFault.UnknownLost)]
    [InlineData(CommitFault.UnknownHeldBack)]
    public async Task After_a_lost_commit_nothing_is_answered_until_the_stream_has_moved(CommitFault fault)
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 3);
        bed.Store.FailNext(fault);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => bed.Add(Facility, 4, "lost").AsTask());

        var answer = await UntilSettledAsync(() => bed.Add(Facility, 4, "lost"));
        bed.Store.LandHeldBack(); // Too late now: the fence has moved the stream.

        Assert.IsType<Answer.Accepted>(answer);
        var logged = await bed.Logged(Facility);
        Assert.Equal(7, logged.Sum);
        Assert.Equal(2, logged.Types.Count(type => type == "Added/1"));
        Assert.Equal(7, await bed.Sum(Facility));
    }

    [Fact]
    public async Task A_held_back_commit_that_lands_before_the_fence_is_found()
    {
        await using var bed = await StartAsync();
        bed.Store.FailNext(CommitFault.UnknownHeldBack);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => bed.Ask("lost", (Facility, 4), (Placement, 4)).AsTask());
        bed.Store.LandHeldBack();
        Assert.IsType<Answer.Accepted>(await UntilSettledAsync(() => bed.Ask("lost", (Facility, 4), (Placement, 4))));
        Assert.Equal(4, (await bed.Logged(Facility)).Sum);
        Assert.Equal(4, (await bed.Logged(Placement)).Sum);
    }

    [Fact]
    public async Task A_refusal_is_not_given_while_a_lost_commit_may_land()
    {
        await using var bed = await StartAsync();
        bed.Store.FailNext(CommitFault.UnknownHeldBack);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => bed.Add(Facility, 9).AsTask());
        var next = bed.Add(Facility, 9);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => next.AsTask());
    }

    [Fact]
    public async Task What_a_retry_is_refused_never_happens_afterwards()
    {
        await using var bed = await StartAsync();
        var step = StepOf("lost", new Part(Facility, new Tally.Command.Add(4, Before: Noon.AddMinutes(5))));
        bed.Store.FailNext(CommitFault.UnknownHeldBack);
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => bed.Host.AskAsync(step, default).AsTask());
        bed.Clock.Now = Noon.AddMinutes(10);

        Assert.IsType<Answer.Refused>(await UntilSettledAsync(() => bed.Host.AskAsync(step, default)));
        bed.Store.LandHeldBack();
        Assert.Equal(0, (await bed.Logged(Facility)).Sum);
    }

    [Fact]
    public async Task A_store_that_is_away_fails_reads_of_grains_and_comes_back()
    {
        await using var bed = await StartAsync();
        bed.Store.CutOff = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Sum(Facility));
        bed.Store.CutOff = false;
        Assert.Equal(0, await bed.Sum(Facility));
    }

    [Theory]
    [InlineData("Added/1", "{\"by\":", typeof(CorruptEventException))]
    [InlineData("Multiplied/1", "{}", typeof(UnknownEventException))]
    public async Task A_damaged_stream_is_closed_and_the_others_go_on(string type, string data, Type expected)
    {
        var store = new MemoryStore();
        var bad = new NewEvent(Guid.NewGuid(), type, System.Text.Encoding.UTF8.GetBytes(data));
        await store.CommitAsync([new([new(Facility, Head.None, [bad], Due.Keep)], null, false, Noon)], default);
        await using var bed = await StartAsync(store);

        await Assert.ThrowsAsync(expected, () => bed.Add(Facility, 1).AsTask());
        await Assert.ThrowsAsync(expected, () => bed.Ask(null, (Placement, 1), (Facility, 1)).AsTask());
        Assert.IsType<Answer.Accepted>(await bed.Add(Placement, 1));
    }

    [Fact]
    public async Task A_step_beyond_what_a_store_takes_fails_alone_and_changes_nothing()
    {
        await using var bed = await StartAsync();
        bed.Store.Pause();
        var first = bed.Add(Placement, 1).AsTask();
        await bed.CommitWaitsAsync();
        var before = bed.Add(Facility, 1).AsTask();
        var large = bed.Ask("large", new Part(Facility, new Tally.Command.Say(StoreLimits.EventBytesMax))).AsTask();
        var after = bed.Add(Facility, 2).AsTask();

        await Assert.ThrowsAsync<ArgumentException>(() => large);
        bed.Store.Resume();
        foreach (var answer in new[] { first, before, after }) Assert.IsType<Answer.Accepted>(await answer);
        Assert.Equal(["Added/1", "Added/1"], (await bed.Logged(Facility)).Types);
    }

    [Fact]
    public async Task What_a_store_rejects_is_searched_for_and_the_others_of_its_batch_are_written()
    {
        await using var bed = await StartAsync();
        StreamId[] streams = [.. Enumerable.Range(0, 9).Select(i => StreamId.Facility($"f-{i}"))];
        foreach (var stream in streams) await bed.Add(stream, 1);
        bed.Store.Rejects = item => item.Appends.Any(append => append.Stream == streams[4]);
        bed.Store.Pause();
        var first = bed.Add(Placement, 1).AsTask();
        await bed.CommitWaitsAsync();
        var answers = streams.Select(stream => bed.Add(stream, 2).AsTask()).ToList();
        bed.Store.Resume();

        Assert.IsType<Answer.Accepted>(await first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => answers[4]);
        foreach (var answer in answers.Where((_, i) => i != 4)) Assert.IsType<Answer.Accepted>(await answer);
        foreach (var stream in streams) Assert.Equal(stream == streams[4] ? 1 : 3, (await bed.Logged(stream)).Sum);
    }

    [Fact]
    public async Task A_bug_in_the_loop_is_told_and_leaves_nobody_waiting_for_ever()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 1);
        bed.Clock.Fails = true; // Collecting what is idle looks at the clock, in the loop and for nobody who waits.
        bed.Host.CollectIdle();
        Assert.Contains("the clock is broken", await bed.Host.Broken.WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
        bed.Clock.Fails = false;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Add(Facility, 1).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Sum(Facility));
    }

    [Fact]
    public async Task Snapshots_change_nothing_but_time()
    {
        var store = new MemoryStore();
        await using (var bed = await StartAsync(store, new() { SnapshotEvery = 5 }))
            for (var i = 0; i < 12; i++) await bed.Add(Facility, i % 2 == 0 ? 3 : -2);
        Assert.NotNull(await store.ReadSnapshotAsync(Facility, default));

        await using var next = await StartAsync(store);
        Assert.Equal((await next.Logged(Facility)).Sum, await next.Sum(Facility));
    }

    [Theory, InlineData(""), InlineData("{"), InlineData("null"), InlineData("{\"recordedAt\":\"2026-11-21T12:00:00Z\",\"state\":7}")]
    public async Task A_damaged_snapshot_is_made_up_for_by_the_events(string damage)
    {
        var store = new MemoryStore();
        await using (var bed = await StartAsync(store, new() { SnapshotEvery = 5 }))
            for (var i = 0; i < 6; i++) await bed.Add(Facility, 1);
        var good = (await store.ReadSnapshotAsync(Facility, default))!;
        await store.WriteSnapshotAsync(good with { Data = System.Text.Encoding.UTF8.GetBytes(damage) }, default);

        await using var next = await StartAsync(store);
        Assert.Equal(6, await next.Sum(Facility));
        Assert.IsType<Answer.Accepted>(await next.Add(Facility, 1));
    }

    [Fact]
    public async Task A_clock_that_went_back_decides_at_the_last_instant_recorded_also_right_after_a_snapshot()
    {
        var store = new MemoryStore();
        await using (var bed = await StartAsync(store, new() { SnapshotEvery = 1 }))
        {
            bed.Clock.Now = Noon.AddMinutes(10);
            await bed.Add(Facility, 1);
        }
        Assert.Equal(1, (await store.ReadSnapshotAsync(Facility, default))!.Head.Version);

        await using var next = await StartAsync(store); // At noon again.
        Assert.IsType<Answer.Refused>(await next.Ask(null, new Part(Facility, new Tally.Command.Add(1, Before: Noon.AddMinutes(5)))));
    }

    private static async Task<Answer> UntilSettledAsync(Func<ValueTask<Answer>> ask)
    {
        for (var tries = 0; tries < 1_000; tries++)
        {
            try
            {
                return await ask();
            }
            catch (StoreOutcomeUnknownException)
            {
                await Task.Yield();
            }
        }
        throw new TimeoutException("The stream stayed unsettled after 1,000 tries.");
    }
}
