using Gateway.Views;

namespace Views.Spec;

public static class Reader
{
    public static Reader<TRow> Of<TRow, TView>(
        Watching<TRow, TView> watching, Func<TRow, bool>? wants = null, TimeSpan interval = default, Func<TRow, TRow, bool>? looksTheSame = null)
        where TRow : class, IRow
        where TView : Published<TRow> =>
        new(watching.WatchAsync(wants ?? (_ => true), 0, interval, default, looksTheSame), null);
}

/// <summary>A watcher as a client writes one: it keeps the latest of every row, and nothing but what it was told.</summary>
public sealed class Reader<TRow> : IAsyncDisposable where TRow : class, IRow
{
    private static readonly TimeSpan ReadMax = TimeSpan.FromSeconds(30); // Of the real clock: when it passes, the stream is stuck.

    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncEnumerator<WatchMessage<TRow>> _messages;
    private Task<bool>? _next;
    private bool _complete = true;

    internal Reader(IAsyncEnumerable<WatchMessage<TRow>> messages, Reader<TRow>? before)
    {
        _messages = messages.GetAsyncEnumerator(_stop.Token);
        if (before is null) return;
        foreach (var (key, row) in before.Rows) Rows.Add(key, row);
        (Position, EvaluatedAt) = (before.Position, before.EvaluatedAt);
    }

    public SortedDictionary<string, TRow> Rows { get; } = new(StringComparer.Ordinal);
    public long Position { get; private set; }
    public DateTimeOffset EvaluatedAt { get; private set; }

    /// <summary>Whether all parts of the last snapshot have come.</summary>
    public bool Complete => _complete;

    /// <summary>A client that lost its connection and comes back with what it knows.</summary>
    public Reader<TRow> Again<TView>(Watching<TRow, TView> watching, Func<TRow, bool>? wants = null, Func<TRow, TRow, bool>? looksTheSame = null)
        where TView : Published<TRow> =>
        new(watching.WatchAsync(wants ?? (_ => true), Position, default, default, looksTheSame), this);

    /// <summary>The next message, when it is there without waiting.</summary>
    public WatchMessage<TRow>? TryRead()
    {
        _next ??= _messages.MoveNextAsync().AsTask();
        return _next.IsCompleted ? Take() : null;
    }

    public async Task<WatchMessage<TRow>> ReadAsync()
    {
        _next ??= _messages.MoveNextAsync().AsTask();
        await ((Task)_next).WaitAsync(ReadMax).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _next.IsCompleted ? Take() : throw new TimeoutException($"No message after position {Position}.");
    }

    /// <summary>Lets time pass until a message comes.</summary>
    public async Task<WatchMessage<TRow>> ReadAsync(FakeClock clock)
    {
        var end = Environment.TickCount64 + (long)ReadMax.TotalMilliseconds;
        while (true)
        {
            if (TryRead() is { } message) return message;
            if (Environment.TickCount64 > end) throw new TimeoutException($"No message and no heartbeat after position {Position}.");
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            if (_next is not null) await _next;
        }
        catch (OperationCanceledException)
        {
            // That is how a watch ends.
        }
        await _messages.DisposeAsync();
        _stop.Dispose();
    }

    private WatchMessage<TRow> Take()
    {
        var next = _next!;
        _next = null;
        if (!next.GetAwaiter().GetResult()) throw new InvalidOperationException("A watch ended by itself.");
        var message = _messages.Current;
        switch (message)
        {
            case WatchMessage<TRow>.Snapshot snapshot:
                if (_complete) Rows.Clear();
                _complete = snapshot.Complete;
                foreach (var row in snapshot.Rows) Rows.Add(row.Key, row);
                break;
            case WatchMessage<TRow>.Delta delta:
                foreach (var row in delta.Removed) Rows.Remove(row.Key);
                foreach (var row in delta.Rows) Rows[row.Key] = row;
                break;
        }
        if (message.Position < Position || message.EvaluatedAt < EvaluatedAt) throw new InvalidOperationException("A watch went back.");
        (Position, EvaluatedAt) = (message.Position, message.EvaluatedAt);
        return message;
    }
}
