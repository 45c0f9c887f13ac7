using System.Collections.Immutable;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>Which requests. Of several lists all must match; an empty list matches everything.</summary>
/// <param name="Municipalities">The responsible ones.</param>
/// <param name="FacilityIds">Of the live attempt.</param>
/// <param name="FinalToo">Also those that came to their end in the last <see cref="RequestBoard.FinalDays"/> days.</param>
public sealed record RequestFilter(
    ImmutableHashSet<PlacementPhase> Phases, ImmutableHashSet<Urgency> Urgencies, ImmutableHashSet<string> Municipalities,
    ImmutableHashSet<string> FacilityIds, bool FinalToo)
{
    public static readonly RequestFilter Live = new([], [], [], [], FinalToo: false);

    public bool Fits(RequestRow row) =>
        (FinalToo || row.FinalAt is null)
        && (Phases.IsEmpty || Phases.Contains(row.Phase))
        && (Urgencies.IsEmpty || (row.Urgency is { } urgency && Urgencies.Contains(urgency)))
        && (Municipalities.IsEmpty || Municipalities.Contains(row.Responsible))
        && (FacilityIds.IsEmpty || (row.Live is { } live && FacilityIds.Contains(live.FacilityId)));
}
