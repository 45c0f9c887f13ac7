using System.Collections.Immutable;
using Grains.Kernel;

namespace Gateway.Views;

/// <summary>Feeds every view of this process with the log, position by position. There is one per process.</summary>
/// <remarks>It owns no thread: a test calls <see cref="RunOnceAsync"/>, the process awaits <see cref="RunAsync"/>; never both at the same time.
/// The other members are safe from any thread.</remarks>
public sealed class FeedFollower(IEventStore store, IEnumerable<GrainType> types, ImmutableArray<IView> views, TimeProvider time)
{
    // One publication per page: big enough to start on a long log in seconds, small enough to show news within milliseconds.
    private const int PageMax = 1_000;

    // Enough events at once to share the work of decoding them among the processors.
    private const int CatchUpPageMax = 8_000;

    // What is shown is never older than this, even when nothing happens and no boundary comes.
    private static readonly TimeSpan TickMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<GrainKind, GrainType> _types = types.ToDictionary(type => type.Kind);
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private DateTimeOffset _recordedAt = DateTimeOffset.MinValue;
    private long _position;
    private volatile bool _caughtUp;

    /// <summary>Everything up to here has been shown by every view that is not in trouble.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Whether the end of the log was reached since the start, and every view can speak.</summary>
    public bool Ready => _caughtUp && Trouble is null;

    /// <summary>Why a view can say nothing any more, or null.</summary>
    public Exception? Trouble => views.Select(view => view.Trouble).FirstOrDefault(trouble => trouble is not null);

    /// <summary>Runs until cancelled. When the store is away time still passes in the views.</summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(cancel) == 0) await WaitForNewsAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                failed(e);
                Publish(Position);
                await Task.Delay(PauseAfterFailure, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes in everything that the log holds now and shows it once: called before anybody can ask, so that nobody is shown half a region.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        var position = Position;
        while (await store.ReadFeedAsync(position, CatchUpPageMax, cancel) is { IsEmpty: false } page)
        {
            cancel.ThrowIfCancellationRequested();
            var facts = new Fact?[page.Length];
            Parallel.For(0, page.Length, i => facts[i] = DecodeOrLeave(page[i]));
            for (var i = 0; i < page.Length; i++) Apply(page[i], facts[i]);
            position = page[^1].Position;
        }
        Publish(position);
        _caughtUp = true;
    }

    /// <summary>Takes in at most one page of the feed and shows it as it is now.</summary>
    /// <returns>How many events there were; 0 at the end of the log.</returns>
    public async ValueTask<int> RunOnceAsync(CancellationToken cancel)
    {
        var page = await store.ReadFeedAsync(Position, PageMax, cancel);
        foreach (var stored in page) Apply(stored);
        Publish(page.IsEmpty ? Position : page[^1].Position);
        if (page.Length < PageMax) _caughtUp = true;
        return page.Length;
    }

    /// <summary>Ends when every view shows at least <paramref name="position"/>.</summary>
    /// <returns>False when that is not so within <paramref name="timeout"/>.</returns>
    public async ValueTask<bool> WaitForAsync(long position, TimeSpan timeout, CancellationToken cancel)
    {
        TaskCompletionSource reached;
        lock (_lock)
        {
            if (Position >= position) return true;
            reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(reached, position);
        }
        try
        {
            await reached.Task.WaitAsync(timeout, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_lock) _waiting.Remove(reached, out _, out _);
        }
    }

    // What cannot be read is left for Apply, which says which view it stops.
    private Fact? DecodeOrLeave(StoredEvent stored)
    {
        try
        {
            return views.Any(view => view.Follows(stored.Stream.Kind)) ? _types[stored.Stream.Kind].Json.Decode(stored) : null;
        }
        catch (Exception e) when (e is CorruptEventException or UnknownEventException)
        {
            return null;
        }
    }

    private void Apply(StoredEvent stored, Fact? fact = null)
    {
        if (stored.RecordedAt > _recordedAt) _recordedAt = stored.RecordedAt;
        foreach (var view in views)
        {
            if (!view.Follows(stored.Stream.Kind)) continue;
            Guard(view, () => $"{stored.Stream} version {stored.Version} ({stored.Type}) does not follow from what stands before it.", () =>
                view.Apply(fact ??= _types[stored.Stream.Kind].Json.Decode(stored), stored.Position));
        }
    }

    private void Publish(long position)
    {
        var now = time.GetUtcNow();
        var instant = Micros.Floor(now > _recordedAt ? now : _recordedAt);
        foreach (var view in views) Guard(view, () => $"What stands up to position {position} cannot be shown.", () => view.Publish(position, instant));
        lock (_lock)
        {
            Volatile.Write(ref _position, position);
            while (_waiting.TryPeek(out var reached, out var awaited) && awaited <= position)
            {
                _waiting.Dequeue();
                reached.TrySetResult();
            }
        }
    }

    // Whatever goes wrong inside a view, that view no longer knows what the log says; the others go on.
    private static void Guard(IView view, Func<string> trouble, Action work)
    {
        if (view.Trouble is not null) return;
        try
        {
            work();
        }
        catch (Exception e)
        {
            view.Fail(e is CorruptEventException or UnknownEventException ? e : new CorruptEventException(trouble(), e));
        }
    }

    private async ValueTask WaitForNewsAsync(CancellationToken cancel)
    {
        var wait = TickMax;
        var now = time.GetUtcNow();
        foreach (var view in views)
            if (view.Trouble is null && view.ValidUntil is { } until && until - now < wait) wait = until - now;
        if (wait <= TimeSpan.Zero) return;
        using var tick = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancel);
        try
        {
            await store.WaitAsync(Position, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The tick: nothing came, but time has passed.
        }
    }
}
