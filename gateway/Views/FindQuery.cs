using System.Collections.Immutable;
using Grains.Finding;

namespace Gateway.Views;

/// <param name="Limit">1 to 20 places.</param>
/// <param name="Explain">Also what excludes the others, and the nearest misses.</param>
public sealed record FindQuery(Wanted Wanted, CapacityFilter Filter, int Limit = FindQuery.LimitMax, bool Explain = false)
{
    public const int LimitMax = 20;
    public const int MissesMax = 10;
}

/// <summary>The answer at one position and instant: the same for the same log, instant and question, on any node.</summary>
/// <param name="Places">By group, then score, then unit id, then facility id.</param>
/// <param name="Exclusions">Units within the asked distance per first reason, in the order of the reasons. Empty without Explain.</param>
/// <param name="Misses">The nearest to fitting first; ties by unit id, then facility id. Units that are too far may be among them. Empty without Explain.</param>
public sealed record FoundPlaces(
    ImmutableArray<Place> Places, ImmutableArray<ExclusionCount> Exclusions, ImmutableArray<MissedPlace> Misses, long Position, DateTimeOffset EvaluatedAt);

/// <param name="HomeMetres">Straight line, or null when the home is not known.</param>
public sealed record Place(FacilityEntry Facility, UnitEntry Unit, PlaceGroup Group, Score Score, int? HomeMetres);

public readonly record struct ExclusionCount(Exclusion Reason, int Units);

public sealed record MissedPlace(FacilityEntry Facility, UnitEntry Unit, Miss Miss, ImmutableArray<Blocker> Blockers, int? HomeMetres);
