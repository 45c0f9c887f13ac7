using System.Collections.Concurrent;

namespace Gateway.Rpc;

/// <summary>A bucket of tokens per caller, filled at a steady rate: each call takes one, an empty bucket refuses.</summary>
/// <remarks>Callers counted apart are bounded in number: an idle caller's full bucket is forgotten, which changes nothing for it.
/// Safe to call at the same time.</remarks>
/// <param name="what">What is counted, for the refusal's words.</param>
internal sealed class RateLimit(int perSecond, int burst, int callersMax, TimeProvider time, string what = "calls")
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Bucket _strangers = new(burst, time.GetTimestamp());
    private long _sweptAt = time.GetTimestamp();

    /// <exception cref="RpcException"><see cref="Code.ResourceExhausted"/> with the time until the next token.</exception>
    public void Take(string caller)
    {
        var now = time.GetTimestamp();
        if (!_buckets.TryGetValue(caller, out var bucket)) bucket = Add(caller, now);
        if (bucket.TryTake(now, this, out var wait)) return;
        throw new RpcException(Code.ResourceExhausted, "RATE_LIMITED", $"More than {perSecond} {what} a second.") { RetryAfter = wait };
    }

    /// <summary>Gives back what was taken for something that, as it turns out, does not count.</summary>
    public void Give(string caller)
    {
        // Without a bucket of its own it took from the strangers', or its bucket was full and forgotten meanwhile: then nothing is lost.
        (_buckets.TryGetValue(caller, out var bucket) ? bucket : _strangers).Give(this);
    }

    private Bucket Add(string caller, long now)
    {
        // One sweep a second: a flood of new callers must not make each of its calls walk all buckets.
        if (_buckets.Count >= callersMax && time.GetElapsedTime(Interlocked.Read(ref _sweptAt), now) >= TimeSpan.FromSeconds(1))
        {
            Interlocked.Exchange(ref _sweptAt, now);
            foreach (var (id, idle) in _buckets)
            {
                if (idle.IsFull(now, this)) _buckets.TryRemove(id, out _);
            }
        }
        return _buckets.Count < callersMax ? _buckets.GetOrAdd(caller, new Bucket(burst, now)) : _strangers;
    }

    private sealed class Bucket(double tokens, long at)
    {
        private readonly Lock _lock = new();
        private double _tokens = tokens;
        private long _at = at;

        public bool TryTake(long now, RateLimit limit, out TimeSpan wait)
        {
            lock (_lock)
            {
                Fill(now, limit);
                wait = TimeSpan.FromSeconds(Math.Max(0, 1 - _tokens) / limit.PerSecond);
                if (_tokens < 1) return false;
                _tokens--;
                return true;
            }
        }

        public void Give(RateLimit limit)
        {
            lock (_lock) _tokens = Math.Min(limit.Burst, _tokens + 1);
        }

        public bool IsFull(long now, RateLimit limit)
        {
            lock (_lock)
            {
                Fill(now, limit);
                return _tokens >= limit.Burst;
            }
        }

        private void Fill(long now, RateLimit limit)
        {
            if (now <= _at) return;
            _tokens = Math.Min(limit.Burst, _tokens + (limit.Time.GetElapsedTime(_at, now).TotalSeconds * limit.PerSecond));
            _at = now;
        }
    }

    private int PerSecond => perSecond;
    private int Burst => burst;
    private TimeProvider Time => time;
}
