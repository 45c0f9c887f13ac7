using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

/// <summary>Everything that can be asked of a request. Never stored.</summary>
public abstract partial record PlacementCommand
{
    private PlacementCommand() { }

    /// <param name="TransferOf">The request under which the children have a place already, when this asks for another.</param>
    public sealed record Submit(
        ImmutableArray<string> Subjects, Sealed Facts, Sealed Infection, Referral Referral, bool CrisisAsked, DateTimeOffset? WaitingSince,
        ImmutableArray<string> ExcludedUnits, ImmutableArray<string> KeepApartFrom, CareFacts? Known = null,
        string? TransferOf = null) : PlacementCommand;

    public sealed record StartTriage : PlacementCommand;

    /// <param name="TenableUntil">As in the facts, for the urgency table.</param>
    /// <param name="Safety">The worst score of the children, for the urgency table.</param>
    /// <param name="Override">The desk's own urgency, with its reason.</param>
    /// <param name="NoFittingPlace">No place fits these children now: from here on they wait.</param>
    public sealed record Triage(
        Sealed Facts, Sealed Infection, DateTimeOffset? TenableUntil, SafetyScore Safety, Urgency? Override, TextRef? OverrideReason,
        CrisisGrade Crisis, ImmutableArray<AlternativeConsidered> Alternatives, CareFacts? Known = null, bool NoFittingPlace = false) : PlacementCommand;

    /// <param name="Facts">All that is known, with the distance that is not too far.</param>
    public sealed record ChangeDistance(Sealed Facts) : PlacementCommand;

    public sealed record RejectAsNoCrisis(RejectReason Reason, TextRef? RedirectedTo) : PlacementCommand;

    /// <summary>Joint with the facility's Hold. <paramref name="Attempt"/> is the latest attempt plus one.</summary>
    public sealed record Offer(
        int Attempt, string FacilityId, string UnitId, ImmutableArray<string> Recommended, TextRef? OtherThanFirst) : PlacementCommand;

    public sealed record Consent(int Attempt, PersonRef AgreedBy) : PlacementCommand;
    /// <summary>More time for the provider to answer.</summary>
    /// <param name="More">Null for as long again as the offer was made for, which is the most.</param>
    public sealed record ExtendHold(int Attempt, TimeSpan? More) : PlacementCommand;

    /// <summary>The facility has come short of staff or beds, and the desk keeps the place all the same.</summary>
    public sealed record KeepHold(int Attempt, TextRef Reason) : PlacementCommand;
    public sealed record Refuse(int Attempt, RefusalCode Code, TextRef? Text) : PlacementCommand;
    public sealed record WithdrawOffer(int Attempt, TextRef Reason) : PlacementCommand;
    public sealed record Depart(int Attempt, Transport Transport) : PlacementCommand;

    /// <summary>A child is at the door. After a withdrawal or a cancellation it opens nothing and is recorded all the same.
    /// Legal basis, infection and cohort are checked again by the facility beside it.</summary>
    public sealed record Admit(int Attempt, ImmutableArray<Stay> Stays, DateTimeOffset At) : PlacementCommand;
    public sealed record ArrivalFailed(int Attempt, TextRef Reason) : PlacementCommand;
    public sealed record EndStay(string SubjectId, StayOutcome Outcome, TextRef? OutflowPlan, DateTimeOffset At) : PlacementCommand;
    public sealed record Cancel(CancelReason Reason, TextRef? Text) : PlacementCommand;

    /// <summary>The facility's clock ended the hold (Expired), or a shortfall did (Revoked).</summary>
    public sealed record HoldEnded(int Attempt, AttemptEnd How) : PlacementCommand;

    /// <summary>Somebody is about to be shown what is known of the children. Allowed in every phase; without it nothing is shown.</summary>
    public sealed record NoteRead(DetailsShown Shown) : PlacementCommand;

    /// <summary>Somebody has seen an alarm about this request. Allowed in every phase.</summary>
    /// <param name="AlarmId">As <see cref="EffectId"/> makes it.</param>
    public sealed record AcknowledgeAlarm(string AlarmId) : PlacementCommand;

    /// <summary>The request's own clock: <paramref name="Deadline"/> has passed.</summary>
    public sealed record MissDeadline(DateTimeOffset Deadline) : PlacementCommand;
}
