using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

public abstract partial record PlacementCommand
{
    /// <summary>Asks 1 to 3 different units whether they have room. The facilities beside it say which of them cannot be asked.</summary>
    public sealed record Enquire(ImmutableArray<PlaceAsked> Places) : PlacementCommand;

    /// <summary>Yes: joint with the facility's Hold, made already consented. No: with its code.</summary>
    /// <param name="AgreedBy">Who said yes; null for no.</param>
    /// <param name="Code">Null for yes.</param>
    public sealed record AnswerEnquiry(int Enquiry, PersonRef? AgreedBy, RefusalCode? Code, TextRef? Text) : PlacementCommand;

    /// <summary>The request's own clock: who has not answered by now has not answered.</summary>
    public sealed record EndEnquiries(DateTimeOffset Until) : PlacementCommand;
}

public sealed record PlaceAsked(string FacilityId, string UnitId);
