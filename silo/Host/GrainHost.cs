using System.Collections.Immutable;
using System.Threading.Channels;
using Grains.Kernel;
using Grains.Regions;

namespace Silo.Host;

/// <summary>Runs every grain of this node. Asking a step is the only way by which anything changes.</summary>
/// <remarks>
/// One loop owns all activations: it takes what arrived, decides each step on the state that its grains will have once everything in
/// flight is durable, and hands the items to the group commit. No lock, no rival inside the node, and a test that owns the scheduler can
/// replay every step. A caller is answered only after its own item's outcome, never on speculation.
/// </remarks>
public sealed partial class GrainHost : IGrains, IAsyncDisposable
{
    // What the loop takes before it looks at the store again: an idle disk never waits for a long queue of decisions.
    private const int MessagesPerRound = 256;

    private readonly IEventStore _store;
    private readonly TimeProvider _time;
    private readonly Func<Guid> _newId;
    private readonly HostOptions _options;
    private readonly ImmutableDictionary<GrainKind, GrainType> _types;
    private readonly Loader _loader;
    private readonly GroupCommit _commits;
    private readonly Dictionary<StreamId, Entity> _entities = [];
    private readonly Channel<Action> _inbox = System.Threading.Channels.Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task? _loop;
    private int _steps;
    private volatile bool _stopping;

    /// <param name="newId">Fresh ids for events; never the same twice in the store's life.</param>
    public GrainHost(IEventStore store, IEnumerable<GrainType> types, TimeProvider time, Func<Guid> newId, HostOptions options)
    {
        (_store, _time, _newId, _options) = (store, time, newId, options);
        _types = types.ToImmutableDictionary(type => type.Kind);
        _loader = new(store, options);
        _commits = new(store, options, committed => Post(() => Finish(committed)));
    }

    /// <summary>The region's numbers as last made durable through this node.</summary>
    public Policy Policy { get; private set; } = Policy.Default;

    /// <summary>Told of each instant at which a grain of this node comes due, as soon as that is durable; on the host's loop, so it must not wait.</summary>
    internal Action<DateTimeOffset>? DueSet { get; set; }

    /// <summary>Ends, with the reason, when a bug has stopped the loop. From then on everything is refused; only a new process can go on.</summary>
    public Task<string> Broken => _broken.Task;

    /// <summary>Steps that are not answered yet.</summary>
    public int StepsInFlight => Volatile.Read(ref _steps);

    /// <summary>Starts the loop and reads the region's policy. Ends when the host can decide.</summary>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        _loop = LoopAsync();
        await ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), cancel);
    }

    /// <summary>Takes nothing new, answers everything taken, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_loop is null) return;
        if (!_stopping)
        {
            _stopping = true;
            Post(EndWhenDrained);
        }
        await _drained.Task;
        await _loop;
    }

    public async ValueTask<Answer> AskAsync(Step step, CancellationToken cancel)
    {
        if (_stopping) throw new StoreUnavailableException("This node is stopping.");
        if (Interlocked.Increment(ref _steps) > _options.StepsMax)
        {
            Interlocked.Decrement(ref _steps);
            throw new StoreUnavailableException("Too many steps are in flight.");
        }
        var pending = new PendingStep(step);
        if (!Post(() => Decide(pending)))
        {
            Interlocked.Decrement(ref _steps);
            throw new StoreUnavailableException("This node has stopped.");
        }
        return await pending.Answered.WaitAsync(cancel);
    }

    public async ValueTask<Seen<TState>> ReadAsync<TState>(StreamId stream, CancellationToken cancel)
    {
        var pending = new PendingRead(stream);
        if (!Post(() => Read(pending))) throw new StoreUnavailableException("This node has stopped.");
        var (state, head) = await pending.Answered.WaitAsync(cancel);
        return new((TState)state, head);
    }

    public async ValueTask<Answer?> FindAsync(Command command, CancellationToken cancel) =>
        await _store.FindCommandAsync(command.Key, command.ContentHash, cancel) is { } recorded
            ? await RecallAsync(recorded, command, cancel)
            : null;

    /// <summary>Lets grains go that had nothing to do for a while.</summary>
    public void CollectIdle() => Post(() =>
    {
        var before = _time.GetUtcNow() - _options.IdleMax;
        foreach (var stream in _entities.Values.Where(entity => entity.IsIdle && entity.LastUsed < before).Select(entity => entity.Stream).ToList())
            _entities.Remove(stream);
    });

    /// <summary>Sets anew when a grain is due, for one that was claimed and owes nothing: its rules or the region's numbers have changed.</summary>
    internal void RefreshDue(StreamId stream) => Post(() =>
    {
        if (!_entities.TryGetValue(stream, out var entity) || entity.Phase != EntityPhase.Live || entity.NeedsFence) return;
        var now = Micros.Floor(_time.GetUtcNow());
        if (entity.RecordedAt > now) now = entity.RecordedAt;
        var append = new Append(stream, entity.Head, [], Due.Next(entity.Type.Due(entity.State, Policy, now)));
        Send(null, (new([append], null, Remember: false, now), null, [new(entity, entity.Epoch, entity.State, entity.Head, [])]));
    });

    internal void StepAnswered()
    {
        if (Interlocked.Decrement(ref _steps) == 0 && _stopping) Post(EndWhenDrained);
    }

    private bool Post(Action message) => _inbox.Writer.TryWrite(message);

    private void EndWhenDrained()
    {
        if (StepsInFlight > 0 || !_commits.IsIdle) return;
        _inbox.Writer.TryComplete();
        _drained.TrySetResult();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (await _inbox.Reader.WaitToReadAsync())
            {
                for (var i = 0; i < MessagesPerRound && _inbox.Reader.TryRead(out var message); i++) message();
                _commits.Flush();
            }
        }
        catch (Exception bug) // Nobody knows what the loop left half done: it decides nothing any more, and everybody hears so.
        {
            _inbox.Writer.TryComplete();
            _drained.TrySetResult();
            _broken.TrySetResult($"the host's loop: {bug}");
        }
    }
}
