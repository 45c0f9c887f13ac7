using System.Collections.Immutable;

namespace Gateway.Views;

/// <summary>The few best of many rows, in order: by rank, ties by unit id, then facility id. Holds numbers alone, so that a row is moved in a moment.</summary>
internal sealed class Ranking(int max)
{
    private readonly (long Rank, int Cell, int Row)[] _items = new (long, int, int)[max];
    private ImmutableArray<Cell> _cells;
    private int _limit;

    public int Count { get; private set; }

    /// <summary>Above the rank of every row that could still come in.</summary>
    public long Worst { get; private set; } = long.MaxValue;

    public (Cell Cell, int Row) this[int index] => (_cells[_items[index].Cell], _items[index].Row);

    public void Clear(ImmutableArray<Cell> cells, int limit)
    {
        (_cells, _limit, Count) = (cells, limit, 0);
        Worst = limit > 0 ? long.MaxValue : long.MinValue;
    }

    public void Add(long rank, int cell, int row)
    {
        if (Count == _limit)
        {
            if (_limit == 0 || !IsBefore(rank, cell, row, _items[Count - 1])) return;
            Count--;
        }
        var at = Count++;
        for (; at > 0 && IsBefore(rank, cell, row, _items[at - 1]); at--) _items[at] = _items[at - 1];
        _items[at] = (rank, cell, row);
        if (Count == _limit) Worst = _items[Count - 1].Rank;
    }

    private bool IsBefore(long rank, int cell, int row, (long Rank, int Cell, int Row) other)
    {
        if (rank != other.Rank) return rank < other.Rank;
        var (a, b) = (_cells[cell].Units[row], _cells[other.Cell].Units[other.Row]);
        var byUnit = string.CompareOrdinal(a.UnitId, b.UnitId);
        return byUnit != 0 ? byUnit < 0 : string.CompareOrdinal(a.FacilityId, b.FacilityId) < 0;
    }
}
