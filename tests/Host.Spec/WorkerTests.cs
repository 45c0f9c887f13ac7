using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Host;
using Xunit;
using static Host.Spec.HostBed;

namespace Host.Spec;

public sealed class WorkerTests
{
    private static Part PlanReset(StreamId stream, int minutes) => new(stream, new Tally.Command.PlanReset(Noon.AddMinutes(minutes)));

    [Fact]
    public async Task A_grain_acts_when_it_is_due_and_not_before()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 4);
        await bed.Ask(null, PlanReset(Facility, 10));
        Assert.Equal(Noon.AddMinutes(10), await bed.Due.RunOnceAsync(default));
        Assert.Equal(4, await bed.Sum(Facility));

        bed.Clock.Now = Noon.AddMinutes(10);
        Assert.Null(await bed.Due.RunOnceAsync(default));
        Assert.Equal(0, await bed.Sum(Facility));
        Assert.Equal(["Added/1", "ResetPlanned/1", "Reset/1"], (await bed.Logged(Facility)).Types);
    }

    // The worker sleeps for a minute by the clock of the machine; whoever comes due meanwhile does not wait for it.
    [Fact]
    public async Task A_grain_that_comes_due_while_the_worker_sleeps_acts_at_once()
    {
        await using var bed = await StartAsync(options: new() { DuePoll = TimeSpan.FromMinutes(1) });
        using var stop = new CancellationTokenSource();
        var running = bed.Due.RunAsync(_ => { }, stop.Token);
        await bed.Add(Facility, 4);
        await bed.Ask(null, PlanReset(Facility, 0));
        await ActsAsync(bed);
        await stop.CancelAsync();
        await running;
    }

    // What was written down under other numbers or by other rules: here as never due.
    [Fact]
    public async Task At_its_first_look_a_worker_asks_every_facility_anew_when_it_is_due()
    {
        await using var before = await StartAsync();
        await before.Ask(null, PlanReset(Facility, 0));
        var head = (await before.Host.ReadAsync<Tally.State>(Facility, default)).Head;
        await before.Store.CommitAsync([new([new(Facility, head, [], Due.Never)], null, Remember: false, Noon)], default);
        Assert.Null(await before.Due.RunOnceAsync(default));

        await using var after = await StartAsync(before.Store);
        using var stop = new CancellationTokenSource();
        var running = after.Due.RunAsync(_ => { }, stop.Token);
        await ActsAsync(after);
        await stop.CancelAsync();
        await running;
    }

    private static async Task ActsAsync(HostBed bed)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var position = 0L; !(await bed.Logged(Facility)).Types.Contains("Reset/1"); position = await bed.Store.LastPositionAsync(patience.Token))
            await bed.Store.WaitAsync(position, patience.Token);
    }

    [Fact]
    public async Task Of_two_nodes_one_lets_the_grain_act()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Store);
        await one.Ask(null, PlanReset(Facility, 10));
        one.Clock.Now = two.Clock.Now = Noon.AddMinutes(11);
        await Task.WhenAll(one.Due.RunOnceAsync(default).AsTask(), two.Due.RunOnceAsync(default).AsTask());
        Assert.Single((await one.Logged(Facility)).Types, "Reset/1");
    }

    [Fact]
    public async Task A_store_that_fails_once_does_not_lose_what_is_due()
    {
        await using var bed = await StartAsync();
        await bed.Ask(null, PlanReset(Facility, 10));
        bed.Clock.Now = Noon.AddMinutes(11);
        bed.Store.FailNext(Silo.Storage.CommitFault.Unavailable);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Due.RunOnceAsync(default).AsTask());

        bed.Clock.Now = Noon.AddMinutes(11) + bed.Options.DueLease;
        await bed.Due.RunOnceAsync(default);
        Assert.Single((await bed.Logged(Facility)).Types, "Reset/1");
    }

    [Fact]
    public async Task A_grain_that_cannot_be_read_keeps_no_other_from_acting()
    {
        await using var bed = await StartAsync();
        await WriteUnreadableAsync(bed, Placement, Due.Next(Noon));
        await bed.Ask(null, PlanReset(Facility, 10));
        bed.Clock.Now = Noon.AddMinutes(11);

        var failure = await Assert.ThrowsAsync<CorruptEventException>(() => bed.Due.RunOnceAsync(default).AsTask());
        Assert.Contains($"{Placement}", failure.Message, StringComparison.Ordinal);
        Assert.Single((await bed.Logged(Facility)).Types, "Reset/1");
        await bed.Due.RunOnceAsync(default); // It keeps its lease: no second try at once.
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_told_once_and_holds_up_no_effect()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 1);
        await WriteUnreadableAsync(bed, Placement, Due.Keep);
        await bed.Add(Facility, 2);
        var sent = new List<string>();
        var worker = Worker(bed, sent);

        var failure = await Assert.ThrowsAsync<CorruptEventException>(() => worker.RunOnceAsync(default).AsTask());
        Assert.Contains($"{Placement}", failure.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(3, await worker.RunOnceAsync(default));
        Assert.Equal(["1", "2"], sent);
        Assert.Equal(3, await Worker(bed, sent).RunOnceAsync(default)); // Nor after a restart.
    }

    [Fact]
    public async Task Events_of_kinds_without_effects_are_not_read()
    {
        await using var bed = await StartAsync();
        await WriteUnreadableAsync(bed, Placement, Due.Keep);
        await bed.Add(Facility, 1);
        var sent = new List<string>();
        Assert.Equal(2, await Worker(bed, sent, Tally.Types.RemoveAll(type => type.Kind == GrainKind.Placement)).RunOnceAsync(default));
        Assert.Equal(["1"], sent);
    }

    [Fact]
    public async Task Events_without_an_effect_cost_no_flush()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 1);
        await bed.Ask(null, PlanReset(Facility, 10));
        var (sent, store) = (new List<string>(), bed.Store);
        var worker = Worker(bed, sent);
        Assert.Equal(2, await worker.RunOnceAsync(default));
        Assert.Equal(2, await store.ReadCursorAsync("alarms", default));

        await bed.Ask(null, PlanReset(Facility, 20));
        Assert.Equal(3, await worker.RunOnceAsync(default));
        Assert.Equal(2, await store.ReadCursorAsync("alarms", default));
        await bed.Add(Facility, 3);
        Assert.Equal(4, await worker.RunOnceAsync(default));
        Assert.Equal(4, await store.ReadCursorAsync("alarms", default));
        Assert.Equal(["1", "3"], sent);
    }

    [Fact]
    public async Task Effects_are_sent_in_order_and_once_more_after_a_crash_under_the_same_id()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 1);
        await bed.Add(Facility, 2);
        await bed.Add(Placement, 3);
        var sent = new List<(string Id, string Kind)>();
        var failAt = 1;

        EffectsWorker Worker() => new("alarms", bed.Store, Tally.Types, bed.Clock, EffectsOf, (effect, _) =>
        {
            if (sent.Count == failAt) throw new IOException("the receiver is away");
            sent.Add((effect.Id, ((Effect.Alarm)effect.Effect).Kind));
            return ValueTask.CompletedTask;
        });

        await Assert.ThrowsAsync<IOException>(() => Worker().RunOnceAsync(default).AsTask());
        failAt = -1;
        Assert.Equal(3, await Worker().RunOnceAsync(default));
        Assert.Equal(["1", "1", "2", "3"], sent.Select(one => one.Kind));
        Assert.Equal(sent[0].Id, sent[1].Id);
        Assert.Equal(3, sent.Select(one => one.Id).Distinct().Count());

        await Worker().RunOnceAsync(default);
        Assert.Equal(4, sent.Count); // The cursor is durable: nothing is sent again.
    }

    [Fact]
    public async Task A_command_is_known_for_thirty_days()
    {
        await using var bed = await StartAsync();
        var worker = new ForgetWorker(bed.Store, bed.Clock);
        await bed.Add(Facility, 1, "once");
        bed.Clock.Now = Noon + ForgetWorker.KeptFor;
        await worker.RunOnceAsync(default);
        await bed.Add(Facility, 1, "once");
        Assert.Equal(1, await bed.Sum(Facility));

        bed.Clock.Now += TimeSpan.FromSeconds(1);
        await worker.RunOnceAsync(default);
        await bed.Add(Facility, 1, "once");
        Assert.Equal(2, await bed.Sum(Facility));
    }

    [Fact]
    public async Task Forgetting_begins_at_the_start_and_survives_a_store_that_is_away()
    {
        await using var bed = await StartAsync();
        using var stop = new CancellationTokenSource();
        var failures = new List<Exception>();
        bed.Store.CutOff = true;
        var running = new ForgetWorker(bed.Store, bed.Clock).RunAsync(failures.Add, stop.Token);
        Assert.IsType<StoreUnavailableException>(Assert.Single(failures));
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static EffectsWorker Worker(HostBed bed, List<string> sent, ImmutableArray<GrainType>? types = null) =>
        new("alarms", bed.Store, types ?? Tally.Types, bed.Clock, EffectsOf, (effect, _) =>
        {
            sent.Add(((Effect.Alarm)effect.Effect).Kind);
            return ValueTask.CompletedTask;
        });

    private static async Task WriteUnreadableAsync(HostBed bed, StreamId stream, Due due) => await bed.Store.CommitAsync(
        [new([new(stream, Head.None, [new(Guid.NewGuid(), "Added/1", "{\"by\":"u8.ToArray())], due)], null, Remember: false, Noon)], default);

    private static ImmutableArray<Effect> EffectsOf(Fact fact) =>
        fact.Event is Tally.Event.Added added ? [new Effect.Alarm($"{added.Amount}", fact.Stream, "CrisisDesk")] : [];
}
