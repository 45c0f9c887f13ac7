using System.Collections.Immutable;
using Grains.Finding;

namespace Gateway.Views;

/// <summary>A grid over the map whose cells are as big as they are empty: a cell with too many units is cut in two halves across its longer side.</summary>
/// <remarks>Used by the writer alone; readers hold the immutable cells of a <see cref="CapacityView"/>.</remarks>
/// <param name="unitsMax">Of one cell, unless one facility has more.</param>
internal sealed class CellTree(int unitsMax)
{
    private readonly List<Leaf> _leaves = [];
    private readonly HashSet<Leaf> _stale = [];
    private ImmutableArray<Cell> _cells = [];
    private Node? _root;

    /// <summary>Puts a facility where it lies, in the place of what it was before.</summary>
    public void Set(FacilityEntry? before, FacilityEntry now)
    {
        var leaf = LeafOf(now);
        if (before is not null)
        {
            var old = LeafOf(before);
            old.Facilities.RemoveAll(facility => facility.Id == now.Id);
            _stale.Add(old);
        }
        leaf.Facilities.Add(now);
        _stale.Add(leaf);
    }

    /// <summary>The cells as they are now; only those of facilities that were set are made anew.</summary>
    public ImmutableArray<Cell> Rebuild(ScoreWeights weights)
    {
        if (_stale.Count == 0) return _cells;
        foreach (var leaf in _stale.ToArray()) SplitWhileTooBig(leaf);
        var cells = _cells.ToBuilder();
        while (cells.Count < _leaves.Count) cells.Add(Cell.Empty);
        foreach (var leaf in _stale) cells[leaf.Index] = Cell.Of(leaf.Facilities, weights);
        _stale.Clear();
        return _cells = cells.ToImmutable();
    }

    private Leaf LeafOf(FacilityEntry facility)
    {
        var node = _root ??= NewLeaf([]);
        while (node is Branch branch) node = branch.IsBelow(facility) ? branch.Low : branch.High;
        return (Leaf)node;
    }

    private void SplitWhileTooBig(Leaf leaf)
    {
        if (leaf.Facilities.Count < 2 || leaf.Facilities.Sum(facility => facility.Units.Length) <= unitsMax) return;
        var axis = WidestAxis(leaf.Facilities);
        var sorted = leaf.Facilities.Order(Comparer<FacilityEntry>.Create((a, b) => Compare(Along(a.Point, axis), a.Id, Along(b.Point, axis), b.Id))).ToList();
        var middle = sorted[sorted.Count / 2];
        var high = NewLeaf(sorted[(sorted.Count / 2)..]);
        leaf.Facilities = sorted[..(sorted.Count / 2)];
        Replace(leaf, new Branch(axis, Along(middle.Point, axis), middle.Id, leaf, high));
        _stale.Add(high);
        SplitWhileTooBig(leaf);
        SplitWhileTooBig(high);
    }

    private void Replace(Leaf leaf, Branch branch)
    {
        branch.Parent = leaf.Parent;
        if (leaf.Parent is not { } parent) _root = branch;
        else if (parent.Low == leaf) parent.Low = branch;
        else parent.High = branch;
        branch.Low.Parent = branch.High.Parent = branch;
    }

    private Leaf NewLeaf(List<FacilityEntry> facilities)
    {
        var leaf = new Leaf { Index = _leaves.Count, Facilities = facilities };
        _leaves.Add(leaf);
        return leaf;
    }

    private static int WidestAxis(List<FacilityEntry> facilities)
    {
        var (widest, most) = (0, -1.0);
        for (var axis = 0; axis < 3; axis++)
        {
            var width = facilities.Max(f => Along(f.Point, axis)) - facilities.Min(f => Along(f.Point, axis));
            if (width > most) (widest, most) = (axis, width);
        }
        return widest;
    }

    // Facilities at one address are told apart by their ids, so that any cell can be cut.
    private static int Compare(double a, string aId, double b, string bId) => a != b ? a.CompareTo(b) : string.CompareOrdinal(aId, bId);

    private static double Along(GeoPoint point, int axis) => axis switch { 0 => point.X, 1 => point.Y, _ => point.Z };

    private abstract class Node
    {
        public Branch? Parent { get; set; }
    }

    private sealed class Leaf : Node
    {
        public required int Index { get; init; }
        public required List<FacilityEntry> Facilities { get; set; }
    }

    private sealed class Branch(int axis, double cut, string cutId, Node low, Node high) : Node
    {
        public Node Low { get; set; } = low;
        public Node High { get; set; } = high;

        public bool IsBelow(FacilityEntry facility) => Compare(Along(facility.Point, axis), facility.Id, cut, cutId) < 0;
    }
}
