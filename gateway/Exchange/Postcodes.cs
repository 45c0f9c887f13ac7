using System.Collections.Frozen;
using System.Globalization;

namespace Gateway.Exchange;

/// <summary>Where a Dutch four-digit postcode lies: the middle of its addresses, WGS84 degrees.</summary>
/// <remarks>Loaded once from the list inside the program (source and gaps: <c>regions/README.md</c>); safe for concurrent use.</remarks>
public static class Postcodes
{
    private static readonly FrozenDictionary<int, (double Latitude, double Longitude)> Places = Load();

    public static int Count => Places.Count;

    /// <summary>Null for a number that is no postcode, for one with post boxes only, and for the few the list lacks.</summary>
    public static (double Latitude, double Longitude)? Find(int postcode4) =>
        Places.TryGetValue(postcode4, out var place) ? place : null;

    private static FrozenDictionary<int, (double Latitude, double Longitude)> Load()
    {
        using var list = new StreamReader(typeof(Postcodes).Assembly.GetManifestResourceStream("postcodes-nl.csv")!);
        var places = new Dictionary<int, (double, double)>(4096);
        list.ReadLine();
        while (list.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            places.Add(
                int.Parse(cells[0], CultureInfo.InvariantCulture),
                (double.Parse(cells[1], CultureInfo.InvariantCulture), double.Parse(cells[2], CultureInfo.InvariantCulture)));
        }
        return places.ToFrozenDictionary();
    }
}
