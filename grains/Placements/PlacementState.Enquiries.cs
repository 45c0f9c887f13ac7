using System.Collections.Immutable;

namespace Grains.Placements;

public sealed partial record PlacementState
{
    /// <summary>Places asked by enquiry, by number. A late answer finds here how its own ended.</summary>
    public ImmutableSortedDictionary<int, Enquiry> Enquiries { get; init; } = ImmutableSortedDictionary<int, Enquiry>.Empty;

    /// <summary>Those that can still be answered, by number; at most <see cref="Placement.EnquiriesMax"/>.</summary>
    public IEnumerable<Enquiry> OpenEnquiries => Enquiries.Values.Where(asked => asked.End is null);
}

/// <summary>A unit asked whether it has room, with no bed held.</summary>
/// <param name="Number">1 or more, counted on within the request.</param>
/// <param name="End">Null while it can be answered.</param>
public sealed record Enquiry(int Number, string FacilityId, string UnitId, DateTimeOffset Until, EnquiryEnd? End = null)
{
    /// <summary>As <see cref="PlacementState.Excluded"/> names a unit that was refused.</summary>
    internal string Place => $"{FacilityId}/{UnitId}";
}
