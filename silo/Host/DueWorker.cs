using System.Runtime.ExceptionServices;
using Grains.Kernel;

namespace Silo.Host;

/// <summary>Lets grains act when they are due: a hold that ends, a deadline that passes.</summary>
/// <remarks>Claims are leased in the store, so of many nodes one acts, and a dead node's claims come back by themselves.</remarks>
public sealed class DueWorker(GrainHost host, IEventStore store, IEnumerable<GrainType> types, TimeProvider time, HostOptions options)
{
    private const int ClaimMax = 256;

    // More than a facility can hold: one claim lets a grain do everything that it owes.
    private const int TicksMax = 1_000;

    private const int LookPage = 1_000;

    private readonly Dictionary<GrainKind, GrainType> _types = types.ToDictionary(type => type.Kind);
    private long? _lookedUnder;
    private TaskCompletionSource _nudged = new();

    /// <summary>Runs until cancelled. A store that is away is tried again at the next look.</summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken cancel)
    {
        host.DueSet = Nudge;
        while (!cancel.IsCancellationRequested)
        {
            var pause = options.DuePoll;
            var nudged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _nudged, nudged);
            try
            {
                await LookAgainAsync(failed, cancel);
                var next = await RunOnceAsync(cancel);
                if (next - time.GetUtcNow() is { } until && until < pause) pause = until > TimeSpan.Zero ? until : TimeSpan.Zero;
                host.CollectIdle();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return; // What it was looking at stays due, and another look claims it when the lease is over.
            }
            catch (Exception e)
            {
                failed(e);
            }
            if (pause > TimeSpan.Zero) await Task.WhenAny(Task.Delay(pause, time, cancel), nudged.Task);
        }
    }

    /// <summary>Asks every facility anew when it is due, at the first look of a process and whenever the region's numbers have changed:
    /// what was written down under other numbers, or by other rules, may be too late. One read of each facility, a page at a time.</summary>
    /// <remarks>A stream that cannot be read keeps no other from being asked; it is asked again when it can be.</remarks>
    private async ValueTask LookAgainAsync(Action<Exception> failed, CancellationToken cancel)
    {
        var version = host.Policy.Version;
        if (version == _lookedUnder) return;
        var (after, whole) = ("", true);
        while (true)
        {
            var page = await store.ListAsync(GrainKind.Facility, after, LookPage, cancel);
            foreach (var facility in page)
            {
                try
                {
                    await host.ReadAsync<object>(facility, cancel);
                    host.RefreshDue(facility);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    failed(e);
                    if (e is StoreUnavailableException or StoreOutcomeUnknownException) whole = false;
                }
            }
            if (page.Length < LookPage) break;
            after = page[^1].Key;
        }
        if (whole) _lookedUnder = version;
    }

    // What comes due before the next look is not made to wait for it. Called on the host's loop.
    private void Nudge(DateTimeOffset due)
    {
        if (due - time.GetUtcNow() < options.DuePoll) Volatile.Read(ref _nudged).TrySetResult();
    }

    /// <summary>One look: everything that is due now has acted when it ends.</summary>
    /// <remarks>A grain that cannot act, such as one with damaged events, stands in nobody's way: it keeps its lease, and its failure is thrown
    /// when all the others have acted.</remarks>
    /// <returns>When the next grain comes due, or null.</returns>
    public async ValueTask<DateTimeOffset?> RunOnceAsync(CancellationToken cancel)
    {
        var failures = new List<Exception>();
        while (true)
        {
            var now = time.GetUtcNow();
            var claim = await store.ClaimDueAsync(now, now + options.DueLease, ClaimMax, cancel);
            foreach (var stream in claim.Streams)
            {
                try
                {
                    await TickAsync(stream, cancel);
                }
                catch (Exception e) when (!cancel.IsCancellationRequested)
                {
                    failures.Add(e);
                }
            }
            if (claim.Streams.Length == ClaimMax) continue;
            if (failures is [var one]) ExceptionDispatchInfo.Throw(one);
            return failures.Count == 0 ? claim.NextDue : throw new AggregateException($"{failures.Count} grains that are due could not act.", failures);
        }
    }

    private async ValueTask TickAsync(StreamId stream, CancellationToken cancel)
    {
        var type = _types[stream.Kind];
        for (var i = 0; i < TicksMax; i++)
        {
            var seen = await host.ReadAsync<object>(stream, cancel);
            var now = Micros.Floor(time.GetUtcNow());
            if (type.Tick(stream, seen.State, seen.Head, new(now, Origin.Clock(now), host.Policy)) is not { } step)
            {
                host.RefreshDue(stream);
                return;
            }
            // Outdated: the next look at the state says what is still owed. Refused: the claim's lease runs out before another try.
            if (await host.AskAsync(step, cancel) is Answer.Refused) return;
        }
    }
}
