namespace Grains.Kernel;

/// <summary>The region's numbers: every default of the domain that a region may change. Versions count the changes; events record the version they were decided under.</summary>
public sealed record Policy
{
    public static readonly Policy Default = new();

    /// <summary>One database is one region: its grain always has this key.</summary>
    public const string RegionKey = "region";

    /// <summary>0 before the region has set anything.</summary>
    public long Version { get; init; }

    public RegionMode Mode { get; init; } = RegionMode.Normal;

    /// <summary>Numbers that differ from their defaults, by name. See <see cref="PolicyNumbers"/> for names, units and ranges.</summary>
    public System.Collections.Immutable.ImmutableSortedDictionary<string, int> Numbers { get; init; } =
        System.Collections.Immutable.ImmutableSortedDictionary<string, int>.Empty;

    public int this[PolicyNumber number] => Numbers.TryGetValue(number.Name, out var set) ? set : number.Default;

    public TimeSpan Minutes(PolicyNumber number) => TimeSpan.FromMinutes(this[number]);
}

public enum RegionMode { Normal, Crisis }

/// <param name="Unit">min, percent, count, weight or flag (0 or 1).</param>
public sealed record PolicyNumber(string Name, string Unit, int Default, int Minimum, int Maximum);
