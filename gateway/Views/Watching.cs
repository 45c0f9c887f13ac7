using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Gateway.Views;

/// <summary>Where a view publishes, and where watchers follow it, each at its own pace.</summary>
/// <remarks>A watcher has no queue: when it asks for the next message it gets what became different since its last one, of each row the
/// latest. So a slow reader costs nothing, and the caller's own back-pressure is all there is. One writer, any number of watchers; a
/// publication wakes only those who watch a row that it changed.</remarks>
public sealed class Watching<TRow, TView>(TView first, TimeProvider time)
    where TRow : class, IRow
    where TView : Published<TRow>
{
    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(2);

    // Some minutes of a busy region, and every unit of a big one at once; a few MB of rows that are no longer current.
    private const int ChangesMax = 16_384;

    private readonly ChangeLog<TRow> _changes = new(ChangesMax);
    private readonly Lock _lock = new();
    private readonly List<Watcher<TRow, TView>> _watchers = []; // Under the lock, as are their places in it.
    private volatile TView _view = first;
    private volatile Exception? _trouble;

    /// <summary>What is shown now.</summary>
    /// <exception cref="Grains.Kernel.CorruptEventException">The log holds something that the view could not take in.</exception>
    /// <exception cref="Grains.Kernel.UnknownEventException">The log is newer than this program.</exception>
    public TView Current => _trouble switch
    {
        null => _view,
        Grains.Kernel.UnknownEventException e => throw new Grains.Kernel.UnknownEventException(e.Message),
        var e => throw new Grains.Kernel.CorruptEventException(e.Message, e),
    };

    internal void Publish(TView view, IReadOnlyCollection<Change<TRow>> changes)
    {
        _changes.Add(view.Version, view.Position, changes); // Before the view: whoever sees it finds what led to it.
        _view = view;
        if (changes.Count == 0) return;
        lock (_lock)
            foreach (var watcher in _watchers) watcher.Offer(view, changes);
    }

    internal void Fail(Exception why)
    {
        _trouble = why;
        lock (_lock)
            foreach (var watcher in _watchers) watcher.Wake();
    }

    /// <summary>First everything (or, after a resume, what was missed), then what changes, with a heartbeat every two seconds without news.</summary>
    /// <param name="wants">Which rows; pure.</param>
    /// <param name="resumePosition">The position of the last message seen, 0 for none. When what followed it is forgotten there is a snapshot again.</param>
    /// <param name="interval">The least time between two deltas. Zero: as fast as changes are shown and the reader takes them.</param>
    /// <param name="looksTheSame">Whether two states of a row are one to this watcher, who is then not told of the change. Pure. Null: never.</param>
    /// <remarks>Ends only by <paramref name="cancel"/> or an exception.</remarks>
    public async IAsyncEnumerable<WatchMessage<TRow>> WatchAsync(
        Func<TRow, bool> wants, long resumePosition, TimeSpan interval, [EnumeratorCancellation] CancellationToken cancel,
        Func<TRow, TRow, bool>? looksTheSame = null)
    {
        using var watcher = new Watcher<TRow, TView>(wants, time, cancel);
        Add(watcher);
        try
        {
            var view = Current; // After it was added: what comes later is offered.
            var seen = resumePosition > 0 ? _changes.SeenAt(resumePosition, view.Version, view.Position) : null;
            var exact = seen is null;
            var (messageAt, deltaAt, said) = (time.GetTimestamp(), long.MinValue, view.EvaluatedAt);
            watcher.Begin(view, seen ?? view.Version);
            if (exact)
            {
                foreach (var part in Snapshot(view, wants)) yield return part;
                messageAt = deltaAt = time.GetTimestamp();
            }
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                view = Current;
                var (dueIn, beatIn) = (Left(deltaAt, interval), Left(messageAt, HeartbeatEvery));
                var pending = watcher.IsPending;
                if (pending && dueIn <= TimeSpan.Zero)
                {
                    foreach (var message in Since(watcher.Take(view), view, wants, exact, looksTheSame))
                    {
                        yield return message;
                        messageAt = deltaAt = time.GetTimestamp();
                    }
                    (exact, said) = (true, view.EvaluatedAt);
                }
                else if (beatIn <= TimeSpan.Zero)
                {
                    // While a change waits for its turn nothing is claimed beyond what was claimed before.
                    var (told, quiet) = watcher.Told(view);
                    var instant = quiet ? told.TrueAt(time.GetUtcNow()) : told.EvaluatedAt;
                    if (instant > said) said = instant;
                    yield return new WatchMessage<TRow>.Heartbeat(told.Position, said);
                    messageAt = time.GetTimestamp();
                }
                else
                {
                    await watcher.WaitAsync(pending && dueIn < beatIn ? dueIn : beatIn, pending);
                }
            }
        }
        finally
        {
            Remove(watcher);
        }
    }

    private IEnumerable<WatchMessage<TRow>> Since(
        long version, TView view, Func<TRow, bool> wants, bool exact, Func<TRow, TRow, bool>? looksTheSame)
    {
        if (_changes.Between(version, view.Version) is not { } changes) return Snapshot(view, wants);
        var (rows, removed) = (ImmutableArray.CreateBuilder<TRow>(), ImmutableArray.CreateBuilder<TRow>());
        var all = exact ? null : changes.ToLookup(change => change.Key, StringComparer.Ordinal);
        foreach (var (before, after) in Latest(changes, wants, exact).Values)
        {
            if (after is not null && wants(after))
            {
                if (!IsNoNews(before, after)) rows.Add(after);
            }
            else if (before is not null && wants(before)) removed.Add(before);
        }
        return rows.Count + removed.Count == 0
            ? [] : [new WatchMessage<TRow>.Delta(rows.DrainToImmutable(), removed.DrainToImmutable(), view.Position, view.EvaluatedAt)];

        // What the watcher had is the state before; for one that resumed it may be any state since, and then all must look like the last.
        bool IsNoNews(TRow? before, TRow after) => looksTheSame is not null
            && (all is null ? Same(before, after) : all[after.Key].All(change => Same(change.Before, after) && Same(change.After, after)));

        bool Same(TRow? row, TRow after) => row is not null && wants(row) && looksTheSame!(row, after);
    }

    // Of each row what the watcher had and what there is. One that resumed may have had any state since its position, so for it any that it
    // wanted counts: a row taken away in vain does no harm.
    private static Dictionary<string, Change<TRow>> Latest(List<Change<TRow>> changes, Func<TRow, bool> wants, bool exact)
    {
        var latest = new Dictionary<string, Change<TRow>>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var had = latest.TryGetValue(change.Key, out var earlier) && (exact || (earlier.Before is { } before && wants(before))) ? earlier.Before : change.Before;
            latest[change.Key] = new(had, change.After);
        }
        return latest;
    }

    private static IEnumerable<WatchMessage<TRow>> Snapshot(TView view, Func<TRow, bool> wants)
    {
        var part = ImmutableArray.CreateBuilder<TRow>();
        foreach (var row in view.Rows.Where(wants))
        {
            if (part.Count == WatchMessage<TRow>.Snapshot.PartMax)
                yield return new WatchMessage<TRow>.Snapshot(part.DrainToImmutable(), Complete: false, view.Position, view.EvaluatedAt);
            part.Add(row);
        }
        yield return new WatchMessage<TRow>.Snapshot(part.DrainToImmutable(), Complete: true, view.Position, view.EvaluatedAt);
    }

    private TimeSpan Left(long since, TimeSpan span) => since == long.MinValue ? TimeSpan.Zero : span - time.GetElapsedTime(since);

    private void Add(Watcher<TRow, TView> watcher)
    {
        lock (_lock)
        {
            watcher.Place = _watchers.Count;
            _watchers.Add(watcher);
        }
    }

    // The last one takes its place.
    private void Remove(Watcher<TRow, TView> watcher)
    {
        lock (_lock)
        {
            _watchers[watcher.Place] = _watchers[^1];
            _watchers[watcher.Place].Place = watcher.Place;
            _watchers.RemoveAt(_watchers.Count - 1);
        }
    }
}
