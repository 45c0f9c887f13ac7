namespace Gateway.Views;

/// <summary>The few best of many, in order: by rank, ties by unit id, then facility id. Allocates once.</summary>
internal sealed class Ranking<T>(int max)
{
    private readonly (long Rank, UnitEntry Unit, T Value)[] _items = new (long, UnitEntry, T)[max];
    private int _limit = max;

    public int Count { get; private set; }

    public (UnitEntry Unit, T Value) this[int index] => (_items[index].Unit, _items[index].Value);

    public void Clear(int limit)
    {
        Array.Clear(_items);
        (Count, _limit) = (0, Math.Min(limit, _items.Length));
    }

    /// <summary>Whether the list is full of items that are better than any of this rank.</summary>
    public bool Beats(long rank) => Count == _limit && (Count == 0 || _items[Count - 1].Rank < rank);

    public void Add(long rank, UnitEntry unit, in T value)
    {
        if (Count == _limit)
        {
            if (Count == 0 || !IsBefore(rank, unit, _items[Count - 1])) return;
            Count--;
        }
        var at = Count++;
        for (; at > 0 && IsBefore(rank, unit, _items[at - 1]); at--) _items[at] = _items[at - 1];
        _items[at] = (rank, unit, value);
    }

    private static bool IsBefore(long rank, UnitEntry unit, in (long Rank, UnitEntry Unit, T Value) other)
    {
        if (rank != other.Rank) return rank < other.Rank;
        var byUnit = string.CompareOrdinal(unit.UnitId, other.Unit.UnitId);
        return byUnit != 0 ? byUnit < 0 : string.CompareOrdinal(unit.FacilityId, other.Unit.FacilityId) < 0;
    }
}
