using System.Collections.Immutable;
using Grains.Facilities;

namespace Gateway.Views;

/// <summary>Which units. Of several lists all must match; an empty list matches everything.</summary>
public sealed record CapacityFilter(
    ImmutableHashSet<string> Municipalities, ImmutableHashSet<string> ProviderIds, ImmutableHashSet<string> FacilityIds, ImmutableHashSet<UnitKind> UnitKinds)
{
    public static readonly CapacityFilter Everything = new([], [], [], []);

    public bool IsEverything => Municipalities.IsEmpty && ProviderIds.IsEmpty && FacilityIds.IsEmpty && UnitKinds.IsEmpty;

    public bool Fits(UnitEntry unit) =>
        Fits(unit.FacilityId, unit.Facility) && (UnitKinds.IsEmpty || UnitKinds.Contains(unit.Unit.Profile.Kind));

    /// <summary>A facility fits when one of its units does, or when no kind of unit is asked for.</summary>
    public bool Fits(FacilityEntry facility) =>
        facility.State.Profile is { } profile && Fits(facility.Id, profile) && (UnitKinds.IsEmpty || facility.Units.Any(Fits));

    private bool Fits(string facilityId, FacilityProfile facility) =>
        (Municipalities.IsEmpty || Municipalities.Contains(facility.Municipality))
        && (ProviderIds.IsEmpty || ProviderIds.Contains(facility.ProviderId))
        && (FacilityIds.IsEmpty || FacilityIds.Contains(facilityId));
}
