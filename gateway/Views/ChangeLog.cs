namespace Gateway.Views;

/// <summary>The last changes of a view, so that a watcher who has seen a publication can be told what became different since.</summary>
/// <remarks>Safe from any thread: the writer adds, watchers copy out what they lack; the lock is held for microseconds. Its size bounds what a
/// slow reader can make the process remember: whoever is further behind starts again from a snapshot, and nothing is missed.</remarks>
internal sealed class ChangeLog<TRow>(int sizeMax) where TRow : class, IRow
{
    private readonly Lock _lock = new();
    private readonly List<(long Version, long Position, Change<TRow> Change)> _changes = []; // A ring once it is full.
    private int _oldest;
    private long _forgottenVersion;
    private long _forgottenPosition = -1;

    public void Add(long version, long position, IEnumerable<Change<TRow>> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (_changes.Count < sizeMax)
                {
                    _changes.Add((version, position, change));
                    continue;
                }
                (_forgottenVersion, _forgottenPosition, _) = _changes[_oldest];
                _changes[_oldest] = (version, position, change);
                _oldest = (_oldest + 1) % sizeMax;
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
            for (var i = FirstWhere(at => at.Version > afterVersion); i < _changes.Count && At(i).Version <= upToVersion; i++) between.Add(At(i).Change);
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
            var first = FirstWhere(at => at.Position >= position);
            return first < _changes.Count ? At(first).Version - 1 : currentVersion;
        }
    }

    private (long Version, long Position, Change<TRow> Change) At(int number) => _changes[(_oldest + number) % _changes.Count];

    // Versions and positions never go back, so what a watcher lacks is found without looking at what it has.
    private int FirstWhere(Func<(long Version, long Position, Change<TRow> Change), bool> isSo)
    {
        var (from, to) = (0, _changes.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (isSo(At(middle))) to = middle;
            else from = middle + 1;
        }
        return from;
    }
}
