using System.Collections.Immutable;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Access;

/// <summary>What a caller may see of a request: the one table of staged reveal.</summary>
/// <param name="Exactly">Ages, safety, home and legal basis; otherwise age bands and needs.</param>
/// <param name="Contact">The referrer's contact.</param>
/// <param name="Words">Texts, persons, and who acted.</param>
/// <param name="Attempt">The only attempt whose history is shown, beside that of <paramref name="Enquiries"/>; null for all.</param>
/// <param name="Enquiries">The enquiries whose history is shown, when not all is.</param>
public sealed record Reveal(bool Exactly, bool Contact, bool Words, int? Attempt, ImmutableArray<int> Enquiries)
{
    private static readonly Reveal Desk = new(Exactly: true, Contact: true, Words: true, Attempt: null, []);
    private static readonly Reveal Reporter = new(Exactly: true, Contact: true, Words: false, Attempt: null, []);

    /// <param name="ownEnquiries">Those that are open at the caller's own facilities: an enquiry shows a provider what an offer does.</param>
    public static Reveal Of(Role role, PlacementState state, ImmutableArray<int> ownEnquiries) => role switch
    {
        Role.CrisisDesk or Role.DeskLead or Role.ExpertTeam or Role.ProcessDirector => Desk,
        Role.Referrer => Reporter,
        _ => new(Exactly: false, Contact: HasConsented(state), Words: false, Attempt: state.Live?.Number ?? 0, ownEnquiries), // Attempts count from 1: without a live one, none is shown.
    };

    /// <param name="attempt">0 for what is about no attempt.</param>
    public bool ShowsAttempt(int attempt) => Attempt is not { } own || (attempt == own && attempt > 0);

    /// <param name="enquiry">0 for what is about no enquiry.</param>
    public bool ShowsEnquiry(int enquiry) => Attempt is null || Enquiries.Contains(enquiry);

    /// <summary>How a provider sees an age with an offer.</summary>
    public static AgeBand AgeBandOf(int years) => years switch
    {
        < 4 => AgeBand.Ages0To3,
        < 8 => AgeBand.Ages4To7,
        < 12 => AgeBand.Ages8To11,
        < 16 => AgeBand.Ages12To15,
        < 18 => AgeBand.Ages16To17,
        _ => AgeBand.Ages18To22,
    };

    /// <summary>How a number of places is seen by those who may not see it exactly.</summary>
    public static Band BandOf(int places) => places switch
    {
        <= 0 => Band.None,
        <= 2 => Band.OneOrTwo,
        _ => Band.ThreeOrMore,
    };

    private static bool HasConsented(PlacementState state) =>
        state.Phase is Grains.Placements.PlacementPhase.Agreed or Grains.Placements.PlacementPhase.EnRoute or Grains.Placements.PlacementPhase.Placed;
}
