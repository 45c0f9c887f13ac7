using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>Why a well-formed command was turned down. Expected, stable, safe to show; never an exception.</summary>
public sealed record Refusal(Reason Reason)
{
    /// <summary>What the caller needs to go on, such as <c>allowed_commands</c> or <c>known</c>; never a value about a child.</summary>
    public ImmutableArray<(string Key, string Value)> Details { get; init; } = [];

    public bool Equals(Refusal? other) => other is not null && Reason == other.Reason && Details.SequenceEqual(other.Details);

    public override int GetHashCode() => (int)Reason;
}

/// <summary>Every reason there is, in the order in which the grains check them. The wire shows the name in upper snake case: never rename one.</summary>
public enum Reason
{
    // Any grain.
    CommandIdReused,             // The command id was used before with other contents.
    UnknownProvider,
    UnknownFacility,
    UnknownRequest,
    UnknownChild,
    UnknownRegion,
    NotAllowedInState,           // Details: state, allowed_commands.
    StaleAttempt,                // The attempt named is not the request's live one. Details: attempt.
    OccurredInFuture,            // More than the policy's clock tolerance ahead. Details: at_most.

    // Submit.
    LiveRequestExists,           // Details: desk_phone.
    OpenOccupancyExists,         // The child lives somewhere already; a transfer is its way out.
    RequestIdTaken,

    // Waiting.
    ReviewDateOutOfRange,        // Not ahead, or beyond the policy's longest wait. Details: at_most.
    ChildLinked,                 // This subject was linked to another, which stands for the child now.
    BothChildrenLive,            // Of two children who are one, each has a live request or lives somewhere.
    EscalationUnchanged,         // The request stands at that level already. Details: level.

    // A facility about itself.
    UnknownUnit,
    UnknownBlock,
    UnknownOccupancy,
    BelowKnownPlacements,        // ReportBeds below the children placed through Plek. Details: known.
    Impossible,                  // ReportBeds beyond the policy's share of licensed. Details: at_most.
    FacilityOccupied,            // ClosedForGood with children inside. Details: occupied.
    ReasonMissing,               // A stop, closure or limit without its reason.
    NotDeclaredOperable,         // The unit's staffing is not a declared number.
    BlockExists,
    OccupancyExists,
    UnknownAbsence,
    AbsenceExists,               // The id stands for an absence of another unit.
    TooManyAbsences,             // Details: at_most.

    // Hold, in domain 5's order.
    NotOpen,
    NotForCrisis,
    ConsultationRequired,
    AgeOutOfRange,
    GenderNotAccepted,
    SecurityWithoutLegalBasis,
    CohortMismatch,
    KeepApartChildPresent,
    UnitExcluded,
    UnitDisputed,
    UnitStale,
    NotEnoughBeds,               // Details: available.
    NotEnoughSingleRooms,
    TooManyHolds,

    // An enquiry.
    NotImmediate,                // Only what is Immediate is asked of several at once.
    UnitAsked,                   // It has not answered yet. Details: unit_id.
    TooManyEnquiries,            // Details: at_most, the units that may be asked now.
    UnknownEnquiry,
    FoundElsewhere,              // Another place was faster.
    EnquiryEnded,                // It was answered, or nobody answered in time, or the search has stopped.

    // A hold's later life.
    UnknownHold,
    HoldEnded,                   // Past until, or in a final state.
    HoldAlreadyExtended,
    ExtensionTooLong,            // Details: at_most, in minutes.
    HoldNotConsented,
    NoShortfall,                 // There is nothing to decide about the place.
    LegalBasisMissing,
    InfectionNotAsked,

    // Policy and region.
    PolicyOutOfRange,            // Details: name, minimum, maximum.
    UnknownMunicipality,
    ProviderHasFacilities,
}
