using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Finding;

namespace Gateway.Views;

/// <summary>A facility's book as it stood at one position, with its units as they count at one instant.</summary>
/// <param name="Units">By unit id.</param>
/// <param name="TooManyHolds">No further hold can be given, however many places are free.</param>
/// <param name="Position">Of the facility's last event.</param>
public sealed record FacilityEntry(
    string Id, FacilityState State, ImmutableArray<UnitEntry> Units, GeoPoint Point, bool TooManyHolds, long Position)
{
    internal static readonly IComparer<FacilityEntry> ById = Comparer<FacilityEntry>.Create((a, b) => string.CompareOrdinal(a.Id, b.Id));

    internal static FacilityEntry Named(string id) => new(id, FacilityState.None, [], default, TooManyHolds: false, 0);
}
