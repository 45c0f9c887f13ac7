using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Grains;

/// <summary>What a fact makes known outside the log: the one place where the grains' own answers come together.</summary>
/// <remarks>An effect's place among those of its fact is part of its id: a new one goes last.</remarks>
public static class Effects
{
    /// <summary>The kinds of grain whose facts can have any.</summary>
    public static readonly ImmutableArray<GrainType> Types = [Placement.Grain, Facility.Grain];

    public static ImmutableArray<Effect> Of(Fact fact) => fact.Stream.Kind switch
    {
        GrainKind.Placement => PlacementAlarms.Of(fact),
        GrainKind.Facility => FacilityAlarms.Of(fact),
        _ => [],
    };
}
