namespace Gateway.Views;

/// <summary>Who waits for news of its rows. The writer of the view offers what changed, and the watcher takes it when its turn comes.</summary>
/// <remarks>The watcher's own members are for one thread at a time; <see cref="Offer"/> and <see cref="Wake"/> are safe beside them.</remarks>
internal sealed class Watcher<TRow, TView> : IDisposable
    where TRow : class, IRow
    where TView : Published<TRow>
{
    private readonly Lock _lock = new();
    private readonly Func<TRow, bool> _wants;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly CancellationToken _cancel;
    private TaskCompletionSource? _waiting;
    private TView? _told;
    private long _version = long.MaxValue; // Until it begins, what is offered stands in the view that it begins with.
    private bool _pending;
    private bool _woken;

    /// <param name="wants">Pure.</param>
    public Watcher(Func<TRow, bool> wants, TimeProvider time, CancellationToken cancel)
    {
        (_wants, _cancel) = (wants, cancel);
        _timer = time.CreateTimer(static watcher => ((Watcher<TRow, TView>)watcher!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _cancelled = cancel.UnsafeRegister(static watcher => ((Watcher<TRow, TView>)watcher!).Wake(), this);
    }

    /// <summary>Where it stands in the list of its owner, who alone uses it.</summary>
    public int Place { get; set; }

    /// <summary>Whether something that it wants changed since it last took.</summary>
    public bool IsPending
    {
        get { lock (_lock) return _pending; }
    }

    /// <param name="version">The publication up to which it has been told already; that of the view, or one before it.</param>
    public void Begin(TView view, long version)
    {
        lock (_lock) (_told, _version, _pending) = (view, version, view.Version > version);
    }

    /// <summary>What changed in a publication. While nothing of it is wanted it counts as told.</summary>
    public void Offer(TView view, IReadOnlyCollection<Change<TRow>> changes)
    {
        lock (_lock)
        {
            if (_pending || view.Version <= _version) return;
            if (!Wants(changes))
            {
                (_told, _version) = (view, view.Version);
                return;
            }
            _pending = true;
        }
        Wake();
    }

    /// <summary>Everything up to this view is about to be told.</summary>
    /// <returns>The publication up to which it had been told.</returns>
    public long Take(TView view)
    {
        lock (_lock)
        {
            var before = _version;
            (_told, _version, _pending) = (view, view.Version, false);
            return before;
        }
    }

    /// <summary>What it has been told, and whether that is all there is in the present view.</summary>
    public (TView View, bool Quiet) Told(TView present)
    {
        lock (_lock)
        {
            var quiet = !_pending && present.Version == _version;
            if (quiet) _told = present; // It may have moved on without a change.
            return (_told!, quiet);
        }
    }

    /// <summary>Ends after a time, when cancelled, or as soon as something is pending.</summary>
    /// <param name="pending">What the caller knows to be pending already, and does not wait for.</param>
    public async ValueTask WaitAsync(TimeSpan time, bool pending)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            if (_cancel.IsCancellationRequested || (_pending && !pending) || _woken)
            {
                _woken = false;
                return;
            }
            _waiting = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        _timer.Change(time, Timeout.InfiniteTimeSpan);
        await waiting.Task.ConfigureAwait(false);
    }

    /// <summary>Lets it look again. One that does not wait will look before it waits.</summary>
    public void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            (waiting, _waiting) = (_waiting, null);
            _woken = waiting is null;
        }
        waiting?.SetResult();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _cancelled.Dispose();
    }

    private bool Wants(IReadOnlyCollection<Change<TRow>> changes)
    {
        foreach (var (before, after) in changes)
            if ((after is not null && _wants(after)) || (before is not null && _wants(before))) return true;
        return false;
    }
}
