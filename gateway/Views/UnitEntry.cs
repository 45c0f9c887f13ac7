using Grains.Capacity;
using Grains.Facilities;

namespace Gateway.Views;

/// <summary>A unit as it counts at one position and instant. Never changes; a change makes another entry.</summary>
/// <param name="Openness">The facility's, with its own age.</param>
/// <param name="ValidUntil">Until when the numbers stand without a new event, or null for as long as none comes.</param>
public sealed record UnitEntry(
    string FacilityId, string UnitId, FacilityProfile Facility, UnitState Unit, OpennessFact Openness, UnitCapacity Capacity, DateTimeOffset? ValidUntil) : IRow
{
    /// <summary>Where the log stood when the entry became what it is.</summary>
    public required long Position { get; init; }

    /// <summary>The instant at which the entry became what it is.</summary>
    public required DateTimeOffset EvaluatedAt { get; init; }

    public string Key { get; } = $"{FacilityId}/{UnitId}";

    /// <summary>Whether both say the same of the same unit, whenever they came to say it.</summary>
    public bool SaysTheSameAs(UnitEntry other) =>
        Key == other.Key && Capacity == other.Capacity && ValidUntil == other.ValidUntil && Facility == other.Facility && Openness == other.Openness
        && (ReferenceEquals(Unit, other.Unit) || (Shown(Unit) == Shown(other.Unit) && Unit.LastAttempts.SequenceEqual(other.Unit.LastAttempts)));

    private static (UnitProfile, int, BedsFact?, OperableFact?, UnitStaff, CrisisUseStated?) Shown(UnitState unit) =>
        (unit.Profile, unit.Licensed, unit.Beds, unit.DeclaredOperable, unit.Staff, unit.CrisisUse);
}
