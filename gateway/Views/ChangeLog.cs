namespace Gateway.Views;

/// <summary>The last changes of a view, so that a watcher who has seen a publication can be told what became different since.</summary>
/// <remarks>Safe from any thread: the writer adds, watchers copy out; the lock is held for microseconds. Its size bounds what a slow reader
/// can make the process remember: whoever is further behind starts again from a snapshot, and nothing is missed.</remarks>
internal sealed class ChangeLog<TRow>(int sizeMax) where TRow : class, IRow
{
    private readonly Lock _lock = new();
    private readonly Queue<(long Version, long Position, Change<TRow> Change)> _changes = [];
    private long _forgottenVersion;
    private long _forgottenPosition = -1;

    public void Add(long version, long position, IEnumerable<Change<TRow>> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (_changes.Count == sizeMax) Forget();
                _changes.Enqueue((version, position, change));
            }
        }
    }

    /// <summary>The changes after one publication, up to another, oldest first.</summary>
    /// <returns>Null when some of them are forgotten.</returns>
    public List<Change<TRow>>? Between(long afterVersion, long upToVersion)
    {
        lock (_lock)
        {
            if (afterVersion < _forgottenVersion) return null;
            var between = new List<Change<TRow>>();
            foreach (var (version, _, change) in _changes)
            {
                if (version > upToVersion) break;
                if (version > afterVersion) between.Add(change);
            }
            return between;
        }
    }

    /// <summary>A publication that whoever has seen <paramref name="position"/> has certainly seen.</summary>
    /// <returns>Null when what followed is forgotten, or lies on another node.</returns>
    public long? SeenAt(long position, long currentVersion, long currentPosition)
    {
        lock (_lock)
        {
            if (position <= _forgottenPosition || position > currentPosition) return null;
            foreach (var (version, at, _) in _changes)
                if (at >= position) return version - 1;
            return currentVersion;
        }
    }

    private void Forget()
    {
        var (version, position, _) = _changes.Dequeue();
        (_forgottenVersion, _forgottenPosition) = (version, position);
    }
}
