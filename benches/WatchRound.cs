using System.Diagnostics;

namespace Bench;

/// <summary>What was measured of one round of watching.</summary>
/// <param name="interval">Zero: every change is told at once.</param>
internal sealed class WatchRound(TimeSpan interval)
{
    public required double Seconds { get; init; }
    public required double Deltas { get; init; }
    public required double ServerShare { get; init; }
    public required double MicrosPerDelta { get; init; }
    public required double AllocatedPerDelta { get; init; }
    public required double ClientShare { get; init; }
    public required Times ClientWaits { get; init; }

    /// <summary>Of a watcher and its fifth of a connection, but for the buffers.</summary>
    public double KeptPerWatcher { get; set; }

    /// <summary>The pool of buffers that all share, which keeps for a while what its busiest moment needed.</summary>
    public double BuffersPerWatcher { get; set; }


    public int BytesPerDelta { get; private set; }
    public int Told { get; private set; }

    /// <summary>Pairs of a change and a watcher of its unit that was never told of it.</summary>
    public int Lost { get; private set; }
    public int OutOfOrder { get; private set; }

    /// <summary>From the acknowledgement, or from the end of the watcher's interval where that is later, to the delta that tells it.</summary>
    public Times FromAck { get; private set; }

    /// <summary>From sending the change.</summary>
    public Times FromSent { get; private set; }

    /// <summary>How old the oldest change of a delta is when it is told, from its acknowledgement.</summary>
    public Times Oldest { get; private set; }

    /// <param name="oneProvider">Whether a watcher watches the units of one provider, or all.</param>
    public void Take(IEnumerable<Written> written, IReadOnlyList<WatchConnection> connections, bool oneProvider)
    {
        var changes = written.GroupBy(change => change.Unit).ToDictionary(unit => unit.Key, unit => unit.OrderBy(change => change.Position).ToArray());
        var (fromAck, fromSent, oldest, bytes, deltas) = (new List<double>(), new List<double>(), new List<double>(), 0L, 0L);
        foreach (var connection in connections)
        {
            foreach (var stream in connection.Streams) (OutOfOrder, bytes, deltas) = (OutOfOrder + stream.OutOfOrder, bytes + stream.Bytes, deltas + stream.Deltas);
            foreach (var watcher in connection.Told.GroupBy(told => told.Watcher))
            {
                var seen = new Dictionary<int, int>(); // Of each unit how many changes were told.
                var due = long.MinValue;
                foreach (var delta in watcher.GroupBy(told => told.At))
                {
                    var age = double.MinValue;
                    foreach (var told in delta)
                    {
                        if (oneProvider && WatchRegion.ProviderOf(told.Unit) != told.Watcher % WatchRegion.Providers)
                            throw new InvalidOperationException($"Watcher {told.Watcher} was told of {WatchRegion.Unit(told.Unit)}, which it did not ask for.");
                        var at = seen.GetValueOrDefault(told.Unit);
                        if (!changes.TryGetValue(told.Unit, out var of)) continue;
                        for (; at < of.Length && of[at].Position <= told.Position; at++)
                        {
                            fromAck.Add(Milliseconds(Math.Max(of[at].AckedAt, due), told.At));
                            fromSent.Add(Milliseconds(of[at].SentAt, told.At));
                            age = Math.Max(age, Milliseconds(of[at].AckedAt, told.At));
                        }
                        seen[told.Unit] = at;
                    }
                    if (age > double.MinValue) oldest.Add(age);
                    due = interval == default ? long.MinValue : delta.Key + (long)(interval.TotalSeconds * Stopwatch.Frequency);
                }
                Told += seen.Values.Sum();
            }
        }
        var wanted = changes.Sum(unit => (long)unit.Value.Length * (oneProvider ? WatchersOf(WatchRegion.ProviderOf(unit.Key), connections) : connections.Sum(c => c.Streams.Count)));
        Lost = (int)(wanted - Told);
        (FromAck, FromSent, Oldest, BytesPerDelta) = (Times.Of(fromAck), Times.Of(fromSent), Times.Of(oldest), (int)(bytes / Math.Max(1, deltas)));
    }

    private static int WatchersOf(int provider, IReadOnlyList<WatchConnection> connections)
    {
        var watchers = connections.Sum(connection => connection.Streams.Count);
        return Enumerable.Range(0, watchers).Count(watcher => watcher % WatchRegion.Providers == provider);
    }

    private static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;
}

/// <summary>In milliseconds.</summary>
internal readonly record struct Times(double P50, double P99, double Max)
{
    public static Times Of(List<double> times)
    {
        if (times.Count == 0) return default;
        times.Sort();
        return new(times[times.Count / 2], times[(int)(times.Count * 0.99)], times[^1]);
    }
}

/// <summary>How long work waits for a thread of this process: every 5 ms something is queued that notes when it begins.</summary>
internal sealed class ClientWait : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(5);

    private readonly List<double> _waits = [];
    private readonly Thread _asking;
    private readonly ManualResetEventSlim _ended = new();

    public ClientWait()
    {
        _asking = new(Ask) { IsBackground = true };
        _asking.Start();
    }

    public Times End()
    {
        Dispose();
        lock (_waits) return Times.Of(_waits);
    }

    public void Dispose()
    {
        _ended.Set();
        _asking.Join();
    }

    private void Ask()
    {
        do
        {
            var queued = Stopwatch.GetTimestamp();
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                lock (_waits) _waits.Add(Stopwatch.GetElapsedTime(queued).TotalMilliseconds);
            }, null);
        }
        while (!_ended.Wait(Every));
    }
}
