using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

/// <summary>Everything that can have happened to a request. Stored for ever as JSON under these names:
/// add a case or an optional member; never rename, renumber or reuse one. What it says about a child stands sealed.</summary>
/// <remarks>Every event that moves the request names the deadline of where it stands then; the clock holds the owner to it.</remarks>
public abstract partial record PlacementEvent
{
    private PlacementEvent() { }

    /// <param name="TransferOf">The request under which the children have a place already, when this asks for another.</param>
    public sealed record Submitted(
        ImmutableArray<string> Subjects, Sealed Facts, Sealed Infection, Referral Referral, bool CrisisAsked, DateTimeOffset? WaitingSince,
        ImmutableArray<string> ExcludedUnits, ImmutableArray<string> KeepApartFrom, string Owner, Deadline Deadline,
        string? TransferOf = null) : PlacementEvent;

    public sealed record TriageStarted(string Owner, Deadline Deadline) : PlacementEvent;

    /// <param name="Derived">What the table makes of it; <paramref name="Urgency"/> differs from it only with a <paramref name="OverrideReason"/>.</param>
    public sealed record Triaged(
        Sealed Facts, Sealed Infection, Urgency Urgency, Urgency Derived, TextRef? OverrideReason, CrisisGrade Crisis,
        ImmutableArray<AlternativeConsidered> Alternatives, Deadline Deadline) : PlacementEvent;

    /// <summary>How far from home a place may be was asked again. It moves nothing.</summary>
    public sealed record DistanceChanged(Sealed Facts) : PlacementEvent;

    public sealed record Rejected(RejectReason Reason, TextRef? RedirectedTo) : PlacementEvent;

    /// <param name="Deadline">The end of the hold. The facility's clock ends it, so nothing is missed when it passes.</param>
    /// <param name="Recommended">The units that the search put first, best first; at most 3.</param>
    public sealed record Offered(
        int Attempt, string FacilityId, string UnitId, int Beds, Deadline Deadline, ImmutableArray<string> Recommended,
        TextRef? OtherThanFirst) : PlacementEvent;

    /// <param name="Deadline">The later end of the hold; set when the offer was made.</param>
    public sealed record HoldExtended(int Attempt, Deadline Deadline) : PlacementEvent;

    /// <summary>The desk's word after a shortfall. It moves nothing.</summary>
    /// <param name="Deadline">The one that stood.</param>
    public sealed record HoldKept(int Attempt, TextRef Reason, Deadline Deadline) : PlacementEvent;

    /// <param name="AgreedBy">Who said yes at the provider.</param>
    public sealed record Consented(int Attempt, PersonRef AgreedBy, Deadline Deadline) : PlacementEvent;

    /// <param name="Code">Set when <paramref name="How"/> is Refused.</param>
    /// <param name="ExcludesUnit">Whether the unit is not offered again for this request, until <paramref name="ExcludedUntil"/> or for good.</param>
    /// <param name="BackToTriage">The request misses its legal basis.</param>
    public sealed record AttemptOver(
        int Attempt, AttemptEnd How, RefusalCode? Code, TextRef? Text, bool ExcludesUnit, DateTimeOffset? ExcludedUntil, bool BackToTriage,
        Deadline Deadline) : PlacementEvent;

    /// <param name="Deadline">The one that stood: a child on the road has no more time than was agreed.</param>
    public sealed record Departed(int Attempt, Transport Transport, Deadline Deadline) : PlacementEvent;
    public sealed record Admitted(int Attempt, ImmutableArray<Stay> Stays, DateTimeOffset At, Deadline Deadline, CrisisStay? CrisisStay = null) : PlacementEvent;

    /// <summary>A child stands at the door of a place that was given up. Nothing was opened; the desk is alarmed at once.</summary>
    public sealed record ArrivedAfterWithdrawal(int Attempt, string FacilityId, string UnitId) : PlacementEvent;

    /// <param name="TransferredTo">The request that brought the child to its next place, when it left for that.</param>
    public sealed record StayEnded(
        string SubjectId, string OccupancyId, StayOutcome Outcome, TextRef? OutflowPlan, DateTimeOffset At, string? TransferredTo = null) : PlacementEvent;
    public sealed record Ended(DateTimeOffset At) : PlacementEvent;

    /// <summary>The live attempt, if any, is over with it.</summary>
    public sealed record Cancelled(CancelReason Reason, TextRef? Text) : PlacementEvent;

    /// <param name="Next">Half the length of the missed one later, at least the policy's minimum.</param>
    /// <param name="Escalation">0 to 4; the clock raises it at most to 1.</param>
    /// <param name="Owner">Who is alarmed; null in events from before this was said.</param>
    public sealed record DeadlineMissed(DateTimeOffset Missed, Deadline Next, int Escalation, string? Owner = null) : PlacementEvent;

    /// <summary>Who reads stands in the event's origin, as with every event. It moves nothing.</summary>
    public sealed record DetailsRead(DetailsShown Shown) : PlacementEvent;

    /// <summary>Somebody, who stands in the origin, has seen an alarm about this request. It moves nothing.</summary>
    public sealed record AlarmAcknowledged(string AlarmId) : PlacementEvent;
}

/// <summary>By when something must have happened.</summary>
/// <param name="SetAt">When it was set: a missed one is followed by one of half its length.</param>
public sealed record Deadline(DateTimeOffset At, DateTimeOffset SetAt);

/// <summary>Who asks, and which municipality answers for the child. Municipalities are CBS codes.</summary>
/// <param name="Reporter">The caller's reference.</param>
public sealed record Referral(
    ReferrerKind Kind, string Organisation, string Reporter, PersonRef? Contact, PersonRef? CaseLead, string Responsible, string? Origin);

/// <param name="Why">Kept outside the log.</param>
public sealed record AlternativeConsidered(Alternative Alternative, bool Possible, TextRef? Why);

public sealed record Stay(string SubjectId, string OccupancyId);
