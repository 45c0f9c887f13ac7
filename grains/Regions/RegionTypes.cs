using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Regions;

/// <param name="Code">CBS code, GM and four digits.</param>
public sealed record Municipality(string Code, string Name);

/// <param name="DeskPhone">The crisis desk's number, shown to a referrer whose child already has a live request.</param>
public sealed record RegionProfile(string Name, string DeskPhone, ImmutableArray<Municipality> Municipalities)
{
    public bool Equals(RegionProfile? other) =>
        other is not null && (Name, DeskPhone) == (other.Name, other.DeskPhone) && Municipalities.SequenceEqual(other.Municipalities);

    public override int GetHashCode() => HashCode.Combine(Name, DeskPhone);
}

/// <summary>Stored for ever: add a case or an optional member; never rename one.</summary>
public abstract record RegionEvent
{
    private RegionEvent() { }
    public sealed record ProfileSet(RegionProfile Profile) : RegionEvent;

    /// <param name="Numbers">All numbers that differ from their defaults, by name, in the unit of <see cref="PolicyNumbers"/>.</param>
    public sealed record PolicySet(long Version, ImmutableSortedDictionary<string, int> Numbers) : RegionEvent;
    public sealed record ModeSet(long Version, RegionMode Mode) : RegionEvent;
}

public sealed record RegionState(RegionProfile? Profile, Policy Policy)
{
    public static readonly RegionState None = new(null, Policy.Default);
}

public abstract record RegionCommand
{
    private RegionCommand() { }

    /// <param name="Numbers">As in <see cref="SetPolicy"/>; null leaves the policy as it is.</param>
    public sealed record Describe(RegionProfile Profile, ImmutableSortedDictionary<string, int>? Numbers = null) : RegionCommand;

    /// <param name="Numbers">Replaces all; a name that is left out returns to its default.</param>
    public sealed record SetPolicy(ImmutableSortedDictionary<string, int> Numbers) : RegionCommand;
    public sealed record SetMode(RegionMode Mode) : RegionCommand;
}
