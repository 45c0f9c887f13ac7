using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Grains.Providers;
using Grains.Regions;

namespace Grains;

/// <summary>Every kind of grain there is, as the host, the views and the tests run it.</summary>
public static class GrainTypes
{
    public static readonly ImmutableArray<GrainType> All = [Provider.Grain, Facility.Grain, Placement.Grain, Child.Grain, Region.Grain];
}
