using Grains.Finding;

namespace Gateway.Views;

/// <summary>The cells of a view in rings around a point. Rings are enough: what is within one is compared by score anyway.</summary>
internal sealed class NearToFar
{
    public const int RingMetres = 2_000;
    public const int Rings = 151; // Up to 300 km, the farthest that can be asked for; the last ring is everything beyond.

    private readonly int[] _starts = new int[Rings + 1];
    private int[] _metres = [];
    private int[] _rings = [];
    private int[] _order = [];

    public void Sort(ReadOnlySpan<CellBounds> cells, GeoPoint? from)
    {
        if (_order.Length < cells.Length) (_metres, _rings, _order) = (new int[2 * cells.Length], new int[2 * cells.Length], new int[2 * cells.Length]);
        Array.Clear(_starts);
        for (var i = 0; i < cells.Length; i++)
        {
            _metres[i] = from is { } point ? cells[i].MetresAtLeast(point) : 0;
            _rings[i] = RingOf(_metres[i]);
            _starts[_rings[i] + 1]++;
        }
        for (var ring = 0; ring < Rings; ring++) _starts[ring + 1] += _starts[ring];
        for (var i = 0; i < cells.Length; i++) _order[_starts[_rings[i]]++] = i;
    }

    public int At(int place) => _order[place];

    /// <summary>No unit at this place is nearer.</summary>
    public int MetresAt(int place) => _metres[_order[place]];

    /// <summary>No unit at this place or after it is nearer.</summary>
    public int MetresFrom(int place) => _rings[_order[place]] * RingMetres;

    public static int RingOf(int metres) => Math.Clamp(metres / RingMetres, 0, Rings - 1);
}
