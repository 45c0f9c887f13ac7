using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

public abstract partial record PlacementEvent
{
    /// <summary>A unit was asked whether it has room. No bed is held.</summary>
    /// <param name="Enquiry">1 or more, counted on within the request.</param>
    /// <param name="Until">By when it can be answered.</param>
    /// <param name="Deadline">The one that stood: asking is no offer.</param>
    public sealed record Enquired(int Enquiry, string FacilityId, string UnitId, DateTimeOffset Until, Deadline Deadline) : PlacementEvent;

    /// <summary>The unit said yes first, and holds the beds. Every other enquiry is over with it.</summary>
    public sealed record EnquiryAgreed(
        int Enquiry, int Attempt, string FacilityId, string UnitId, int Beds, PersonRef AgreedBy, Deadline Deadline) : PlacementEvent;

    /// <param name="How">Refused or NoAnswer. What ends an enquiry otherwise is an event of its own.</param>
    /// <param name="ExcludesUnit">As in <see cref="AttemptOver"/>.</param>
    /// <param name="Deadline">Of triage where the request goes back to it; else the one that stood.</param>
    public sealed record EnquiryOver(
        int Enquiry, EnquiryEnd How, RefusalCode? Code, TextRef? Text, bool ExcludesUnit, DateTimeOffset? ExcludedUntil, bool BackToTriage,
        Deadline Deadline) : PlacementEvent;
}
