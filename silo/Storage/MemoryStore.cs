using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage;

/// <summary>What befalls one commit of a <see cref="MemoryStore"/>.</summary>
public enum CommitFault
{
    /// <summary>Unavailable; nothing is written.</summary>
    Unavailable,

    /// <summary>Outcome unknown; the batch is written now.</summary>
    UnknownWritten,

    /// <summary>Outcome unknown; the batch lands at <see cref="MemoryStore.LandHeldBack"/>, against the heads and answers of that moment.</summary>
    UnknownHeldBack,

    /// <summary>Outcome unknown; the batch is never written.</summary>
    UnknownLost,
}

/// <summary>An event store in memory for tests and the simulation: it fails, waits and goes on exactly when it is told to.</summary>
/// <remarks>It has no clock, no thread and no randomness. Every member ends before it returns, except a wait and a commit that is
/// paused; those end inside the call that lets them go on. "Durable" means: for the life of this object.</remarks>
public sealed class MemoryStore : IEventStore
{
    private readonly Lock _lock = new();
    private readonly MemoryLog _log = new();
    private readonly Queue<CommitFault> _faults = [];
    private readonly Queue<(IReadOnlyList<CommitItem> Batch, TaskCompletionSource<ImmutableArray<Outcome>> Answer)> _waiting = [];
    private readonly Queue<IReadOnlyList<CommitItem>> _heldBack = [];
    private readonly Dictionary<StreamId, Snapshot> _snapshots = [];
    private readonly Dictionary<string, long> _cursors = [];
    private TaskCompletionSource _moved = new();
    private bool _paused;

    /// <summary>While true every member fails as unavailable: the link to the store is cut.</summary>
    public bool CutOff { get; set; }

    /// <summary>Items that make every batch fail that holds one, with an exception that no store has a name for; nothing of it is written.</summary>
    public Func<CommitItem, bool> Rejects { get; set; } = _ => false;

    /// <summary>How many commits wait to be let go on.</summary>
    public int Waiting { get { lock (_lock) return _waiting.Count; } }

    /// <summary>Plans the fault of a commit to come; the first planned befalls the first that goes on.</summary>
    public void FailNext(CommitFault fault) { lock (_lock) _faults.Enqueue(fault); }

    /// <summary>From now on commits wait for <see cref="Step"/> or <see cref="Resume"/>.</summary>
    public void Pause() { lock (_lock) _paused = true; }

    /// <summary>Lets the commit that has waited longest go on. False when none waits.</summary>
    public bool Step()
    {
        (IReadOnlyList<CommitItem> Batch, TaskCompletionSource<ImmutableArray<Outcome>> Answer) next;
        lock (_lock)
            if (!_waiting.TryDequeue(out next)) return false;
        try { next.Answer.SetResult(CommitNow(next.Batch)); }
        catch (Exception e) when (e is StoreUnavailableException or StoreOutcomeUnknownException or InvalidOperationException) { next.Answer.SetException(e); }
        return true;
    }

    /// <summary>Lets every waiting commit go on, in order, and those to come without waiting.</summary>
    public void Resume()
    {
        lock (_lock) _paused = false;
        while (Step()) { }
    }

    /// <summary>Lands the commits that were held back, in order, as a database does that kept working after the link broke.</summary>
    public ImmutableArray<Outcome> LandHeldBack()
    {
        var landed = ImmutableArray.CreateBuilder<Outcome>();
        while (true)
        {
            IReadOnlyList<CommitItem>? batch;
            lock (_lock)
                if (!_heldBack.TryDequeue(out batch)) return landed.DrainToImmutable();
            landed.AddRange(Write(batch));
        }
    }

    public ValueTask<ImmutableArray<Outcome>> CommitAsync(IReadOnlyList<CommitItem> batch, CancellationToken cancel)
    {
        BatchLimits.Check(batch);
        cancel.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_paused)
            {
                var answer = new TaskCompletionSource<ImmutableArray<Outcome>>();
                _waiting.Enqueue((batch, answer));
                return new(answer.Task.WaitAsync(cancel));
            }
        }
        return Do(() => CommitNow(batch), cancel);
    }

    public ValueTask<ImmutableArray<StoredEvent>> ReadAsync(StreamId stream, long afterVersion, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return Locked(() => _log.Read(stream, afterVersion, max), cancel);
    }

    public ValueTask<ImmutableArray<StoredEvent>> ReadFeedAsync(long afterPosition, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return Locked(() => _log.ReadFeed(afterPosition, max), cancel);
    }

    public ValueTask<ImmutableArray<StreamId>> ListAsync(GrainKind kind, string afterKey, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return Locked(() => _log.List(kind, afterKey, max), cancel);
    }

    public ValueTask WaitAsync(long afterPosition, CancellationToken cancel)
    {
        lock (_lock) return _log.LastPosition > afterPosition ? ValueTask.CompletedTask : new(_moved.Task.WaitAsync(cancel));
    }

    public ValueTask<long> LastPositionAsync(CancellationToken cancel) => Locked(() => _log.LastPosition, cancel);

    public ValueTask<Outcome.Duplicate?> FindCommandAsync(CommandKey key, ReadOnlyMemory<byte> contentHash, CancellationToken cancel) =>
        Locked(() => _log.Find(key, contentHash.Span), cancel);

    public ValueTask<DueClaim> ClaimDueAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return Locked(() => _log.Claim(Micros.Floor(now), Micros.Floor(leaseUntil), max), cancel);
    }

    public ValueTask<Snapshot?> ReadSnapshotAsync(StreamId stream, CancellationToken cancel) =>
        Locked(() => _snapshots.GetValueOrDefault(stream), cancel);

    public ValueTask WriteSnapshotAsync(Snapshot snapshot, CancellationToken cancel) => Locked(() =>
    {
        if (!_snapshots.TryGetValue(snapshot.Stream, out var kept) || kept.Head.Version <= snapshot.Head.Version) _snapshots[snapshot.Stream] = snapshot;
    }, cancel);

    public ValueTask<long> ReadCursorAsync(string follower, CancellationToken cancel) => Locked(() => _cursors.GetValueOrDefault(follower), cancel);

    public ValueTask WriteCursorAsync(string follower, long position, CancellationToken cancel) =>
        Locked(() => { _cursors[follower] = position; }, cancel);

    public ValueTask<ImmutableArray<ChainLink>> ReadChainAsync(long afterPosition, int max, CancellationToken cancel)
    {
        BatchLimits.CheckMax(max);
        return Locked(() => _log.ReadChain(afterPosition, max), cancel);
    }

    public ValueTask ForgetCommandsAsync(DateTimeOffset before, CancellationToken cancel) => Locked(() => _log.Forget(before), cancel);

    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        return ValueTask.CompletedTask;
    }

    private ImmutableArray<Outcome> CommitNow(IReadOnlyList<CommitItem> batch)
    {
        CommitFault fault;
        if (batch.Any(Rejects)) throw new InvalidOperationException("The test rejects an item.");
        lock (_lock)
        {
            ThrowIfCutOff();
            if (!_faults.TryDequeue(out fault)) fault = (CommitFault)(-1);
            if (fault is CommitFault.UnknownHeldBack) _heldBack.Enqueue(batch);
        }
        switch (fault)
        {
            case CommitFault.Unavailable: throw new StoreUnavailableException("The test said so.");
            case CommitFault.UnknownWritten: Write(batch); break;
            case CommitFault.UnknownHeldBack or CommitFault.UnknownLost: break;
            default: return Write(batch);
        }
        throw new StoreOutcomeUnknownException($"The test said so: {fault}.");
    }

    private ImmutableArray<Outcome> Write(IReadOnlyList<CommitItem> batch)
    {
        ImmutableArray<Outcome> outcomes;
        TaskCompletionSource? moved = null;
        lock (_lock)
        {
            var before = _log.LastPosition;
            outcomes = _log.Commit(batch);
            if (_log.LastPosition > before) (moved, _moved) = (_moved, new());
        }
        moved?.SetResult(); // Outside the lock, for followers go on inside this call.
        return outcomes;
    }

    private ValueTask<T> Locked<T>(Func<T> read, CancellationToken cancel) => Do(() =>
    {
        lock (_lock)
        {
            ThrowIfCutOff();
            return read();
        }
    }, cancel);

    private ValueTask Locked(Action write, CancellationToken cancel)
    {
        var done = Locked(() => { write(); return true; }, cancel);
        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(done.AsTask());
    }

    private static ValueTask<T> Do<T>(Func<T> work, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancel);
        try { return new(work()); }
        catch (Exception e) when (e is StoreUnavailableException or StoreOutcomeUnknownException or InvalidOperationException) { return ValueTask.FromException<T>(e); }
    }

    private void ThrowIfCutOff()
    {
        if (CutOff) throw new StoreUnavailableException("The test has cut the store off.");
    }
}
