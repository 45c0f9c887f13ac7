namespace Grains.Finding;

/// <summary>A place on a round earth, as kilometres from its middle: distances then take three multiplications and no trigonometry.</summary>
/// <remarks>Only arithmetic whose result IEEE 754 fixes, so that every machine finds the same metre. Against the haversine formula it is
/// exact to a metre up to 1,000 km.</remarks>
public readonly record struct GeoPoint(double X, double Y, double Z)
{
    private const double EarthRadiusKm = 6371.0088; // Mean radius, IUGG.

    /// <param name="latitude">Degrees, -90 to 90.</param>
    /// <param name="longitude">Degrees, -180 to 180.</param>
    public static GeoPoint At(double latitude, double longitude)
    {
        var (sinLat, cosLat) = SinCos(latitude * (Math.PI / 180));
        var (sinLon, cosLon) = SinCos(longitude * (Math.PI / 180));
        return new(EarthRadiusKm * cosLat * cosLon, EarthRadiusKm * cosLat * sinLon, EarthRadiusKm * sinLat);
    }

    /// <summary>Whole metres along the ground in a straight line.</summary>
    public int MetresTo(GeoPoint other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        var squared = (x * x) + (y * y) + (z * z);
        var bend = squared / (EarthRadiusKm * EarthRadiusKm); // The ground bends away from the chord: the first terms of the arc.
        return (int)(Math.Sqrt(squared) * (1 + (bend / 24) + (3 * bend * bend / 640)) * 1000);
    }

    // Taylor's series; with 14 terms the error at pi is below 1e-12.
    private static (double Sin, double Cos) SinCos(double x)
    {
        var (sin, cos) = (x, 1.0);
        var (sinTerm, cosTerm) = (x, 1.0);
        for (var n = 1; n <= 14; n++)
        {
            cosTerm *= -x * x / ((2 * n) * ((2 * n) - 1));
            sinTerm *= -x * x / ((2 * n) * ((2 * n) + 1));
            cos += cosTerm;
            sin += sinTerm;
        }
        return (sin, cos);
    }
}
