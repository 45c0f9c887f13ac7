using Grains.Finding;

namespace Gateway.Views;

/// <summary>The box in space that all units of a cell lie in, and the merit of the one with the most points. Kept side by side for all cells,
/// because every search looks at every one.</summary>
internal readonly record struct CellBounds(GeoPoint Low, GeoPoint High, ulong Most)
{
    /// <param name="merits">Those with the most points first.</param>
    public static CellBounds Of(GeoPoint[] points, ulong[] merits) => points.Length == 0 ? default : new(
        new(points.Min(p => p.X), points.Min(p => p.Y), points.Min(p => p.Z)), new(points.Max(p => p.X), points.Max(p => p.Y), points.Max(p => p.Z)), merits[0]);

    /// <summary>No unit of the cell is nearer.</summary>
    public int MetresAtLeast(in GeoPoint from)
    {
        var (x, y, z) = (Outside(from.X, Low.X, High.X), Outside(from.Y, Low.Y, High.Y), Outside(from.Z, Low.Z, High.Z));
        // Through the ground is never longer than along it; the metre less is for what rounding may add.
        return Math.Max(0, (int)(Math.Sqrt((x * x) + (y * y) + (z * z)) * 1000) - 1);
    }

    private static double Outside(double at, double low, double high) => Math.Max(0, Math.Max(low - at, at - high));
}
