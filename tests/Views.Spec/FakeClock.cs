namespace Views.Spec;

/// <summary>The one clock of these tests. It moves when it is told to, and rings the timers that it passes, in order.</summary>
public sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() { lock (_lock) return _now; }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (NextUntil(end) is { } timer) timer.Ring();
        lock (_lock) _now = end;
    }

    private Timer? NextUntil(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.At <= end).MinBy(timer => timer.At);
            if (next is null) return null;
            if (next.At > _now) _now = next.At;
            _timers.Remove(next);
            return next;
        }
    }

    private sealed class Timer(FakeClock clock, Action ring) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public Action Ring => ring;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero) throw new NotSupportedException("A timer here rings once.");
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                At = clock._now + dueTime;
                clock._timers.Add(this);
            }
            return true;
        }

        public void Dispose() { lock (clock._lock) clock._timers.Remove(this); }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
