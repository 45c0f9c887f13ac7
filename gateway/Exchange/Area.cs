using System.Globalization;

namespace Gateway.Exchange;

/// <summary>Where the facilities of a region can be, in WGS84 degrees: a point outside it is a typing error.</summary>
public readonly record struct Area(double South, double West, double North, double East)
{
    public static readonly Area Netherlands = new(50.7, 3.3, 53.6, 7.3);

    /// <summary>Four numbers separated by spaces; an empty cell means the Netherlands.</summary>
    internal static Area Read(Row row, string column)
    {
        if (!row.Has(column)) return Netherlands;
        var sides = new List<double>();
        foreach (var side in row.Raw(column).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (double.TryParse(side, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var degrees)) sides.Add(degrees);
        if (sides is [>= -90 and var south, >= -180 and var west, <= 90 and var north, <= 180 and var east] && south < north && west < east)
            return new(south, west, north, east);
        row.Wrong(column, "is not south, west, north and east in degrees, such as 50.7 3.3 53.6 7.3");
        return Netherlands;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{South} {West} {North} {East}");
}
