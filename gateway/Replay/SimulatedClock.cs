namespace Gateway.Replay;

/// <summary>A clock that can be moved ahead. Between two moves it runs as fast as life; it never goes back.</summary>
/// <remarks>A timer of this clock is due when its time has come by this clock, so a move ahead lets the timers in between fire at once:
/// a worker that sleeps until tomorrow wakes when tomorrow is set. Time stamps (<see cref="TimeProvider.GetTimestamp"/>) stay those of
/// the machine: deadlines of calls and rates go by real time. Safe to call at the same time.</remarks>
public sealed class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<MovedTimer> _timers = [];
    private DateTimeOffset _setTo = start.ToUniversalTime();
    private long _setAt = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _setTo + System.GetElapsedTime(_setAt);
    }

    /// <returns>False, and nothing has changed, when the clock is past <paramref name="instant"/> already.</returns>
    public bool MoveTo(DateTimeOffset instant)
    {
        MovedTimer[] timers;
        lock (_lock)
        {
            if (instant < GetUtcNow()) return false;
            (_setTo, _setAt) = (instant.ToUniversalTime(), System.GetTimestamp());
            timers = [.. _timers];
        }
        foreach (var timer in timers) timer.Moved();
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new MovedTimer(this, callback, state);
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Forget(MovedTimer timer)
    {
        lock (_lock) _timers.Remove(timer);
    }

    private sealed class MovedTimer : ITimer
    {
        private readonly Lock _lock = new();
        private readonly SimulatedClock _clock;
        private readonly ITimer _real;
        private DateTimeOffset? _due; // Null: not running, or a one-shot that has fired.
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public MovedTimer(SimulatedClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _real = System.CreateTimer(_ => Fire(callback, state), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.GetUtcNow() + dueTime;
                _period = period;
                return _real.Change(dueTime, period);
            }
        }

        /// <summary>Waits for what is left by the clock as it stands now, which may be nothing.</summary>
        public void Moved()
        {
            lock (_lock)
            {
                if (_due is not { } due) return;
                var left = due - _clock.GetUtcNow();
                _real.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _period);
            }
        }

        public void Dispose()
        {
            _clock.Forget(this);
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _clock.Forget(this);
            return _real.DisposeAsync();
        }

        private void Fire(TimerCallback callback, object? state)
        {
            lock (_lock) _due = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? null : _clock.GetUtcNow() + _period;
            callback(state);
        }
    }
}
