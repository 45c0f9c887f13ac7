using System.Diagnostics;
using Grains.Kernel;
using static Grains.Kernel.Decision;
using static Grains.Placements.PlacementCommand;

namespace Grains.Placements;

/// <summary>The rules of one request: its road from Submit to a final phase, with an owner and a deadline at every moment.</summary>
public static partial class Placement
{
    /// <summary>Who has it until somebody takes it up.</summary>
    public const string FirstOwner = "CrisisDesk";

    /// <summary>Who asked may take it back by itself only until it is offered; from then on a provider keeps beds for it.</summary>
    private const string ReferrerRole = "Referrer";

    /// <summary>The clock alone raises a request to the desk lead, never further.</summary>
    private const int EscalationByClockMax = 1;

    public static readonly Decider<PlacementState, PlacementCommand, PlacementEvent> Decider = new(PlacementState.None, Decide, Evolve, (state, policy, _) => Due(state, policy));

    public static readonly GrainType Grain = GrainType.Of(GrainKind.Placement, Decider, PlacementSteps.Tick);

    // Arms read top to bottom: when two refusals apply, the caller always sees the upper one.
    public static Decision<PlacementEvent> Decide(PlacementState state, PlacementCommand command, Context context) => command switch
    {
        MissDeadline c => Miss(state, c, context),
        PassCareDate c => Pass(state, c, context),
        EndEnquiries c => Decide(state, c, context),
        PassCrisisStay c => Decide(state, c, context),
        Submit when state.Phase != PlacementPhase.None => Refuse<PlacementEvent>(Reason.RequestIdTaken),
        not Submit when state.Phase == PlacementPhase.None => Refuse<PlacementEvent>(Reason.UnknownRequest),
        TransferOut c => Decide(state, c, context),
        NoteRead c => Accept<PlacementEvent>(new PlacementEvent.DetailsRead(c.Shown)),
        AcknowledgeAlarm c => state.Acknowledged.Contains(c.AlarmId) ? Already<PlacementEvent>() : Accept<PlacementEvent>(new PlacementEvent.AlarmAcknowledged(c.AlarmId)),
        Admit c when state.GivenUp(c.Attempt) is { } past =>
            Accept<PlacementEvent>(new PlacementEvent.ArrivedAfterWithdrawal(past.Number, past.FacilityId, past.UnitId)),
        AnswerEnquiry c when state.Enquiries.GetValueOrDefault(c.Enquiry)?.End is { } end => TooLate(end),
        _ when !Transitions.Allows(state.Phase, command) => NotAllowed(state.Phase),
        Cancel when context.Origin.Role == ReferrerRole && HasOffer(state.Phase) => NotAllowed(state.Phase, except: nameof(Cancel)),
        _ when AttemptOf(command) is { } attempt && attempt != Expected(state, command) => Refuse<PlacementEvent>(
            Reason.StaleAttempt, ("attempt", $"{Expected(state, command)}")),
        Submit c => Accept<PlacementEvent>([new PlacementEvent.Submitted(
            c.Subjects, c.Facts, c.Infection, c.Referral, c.CrisisAsked, c.WaitingSince, c.ExcludedUnits, c.KeepApartFrom, FirstOwner,
            new(Deadlines.TriageBy(context, null), context.Now), c.TransferOf), .. DatesAfter(state, c, context)]),
        StartTriage => Accept<PlacementEvent>(new PlacementEvent.TriageStarted(
            context.Origin.Actor, new(Deadlines.TriageBy(context, state.Urgency), context.Now))),
        Triage c => Decide(state, c, context),
        ChangeDistance c => Accept<PlacementEvent>(new PlacementEvent.DistanceChanged(c.Facts)),
        RejectAsNoCrisis c => Accept<PlacementEvent>(new PlacementEvent.Rejected(c.Reason, c.RedirectedTo)),
        Offer c => Accept<PlacementEvent>(new PlacementEvent.Offered(
            c.Attempt, c.FacilityId, c.UnitId, state.Subjects.Length, new(Deadlines.HoldUntil(context, Known(state.Urgency)), context.Now),
            c.Recommended, c.OtherThanFirst)),
        Enquire c => Decide(state, c, context),
        AnswerEnquiry c => Decide(state, c, context),
        ExtendHold c => Decide(state, c, context),
        KeepHold c => Accept<PlacementEvent>(new PlacementEvent.HoldKept(c.Attempt, c.Reason, state.Deadline!)),
        Consent when state.Live!.Until <= context.Now => Refuse<PlacementEvent>(Reason.HoldEnded),
        Consent c => Accept<PlacementEvent>(new PlacementEvent.Consented(
            c.Attempt, c.AgreedBy, new(Deadlines.ArrivalBy(context, Known(state.Urgency)), context.Now))),
        PlacementCommand.Refuse c => Refused(state, c, context),
        HoldEnded c => Accept<PlacementEvent>(Over(state, context, c.Attempt, c.How)),
        WithdrawOffer c => Accept<PlacementEvent>(Over(state, context, c.Attempt, AttemptEnd.Withdrawn, c.Reason)),
        ArrivalFailed c => Accept<PlacementEvent>(Over(state, context, c.Attempt, AttemptEnd.ArrivalFailed, c.Reason)),
        Depart c => Accept<PlacementEvent>(new PlacementEvent.Departed(c.Attempt, c.Transport, state.Deadline!)),
        Admit c => Decide(state, c, context),
        RequestTransfer c => Decide(state, c, context),
        Extend c => Decide(state, c, context),
        EndStay c => Decide(state, c, context),
        Cancel c => Accept<PlacementEvent>(new PlacementEvent.Cancelled(c.Reason, c.Text)),
        _ => Wait(state, command, context),
    };

    private static Decision<PlacementEvent> Decide(PlacementState state, Triage c, Context context)
    {
        var derived = UrgencyTable.Derive(context.Now, context.Policy, c.TenableUntil, c.Safety);
        var urgency = c.Override ?? derived;
        if (urgency != derived && c.OverrideReason is null) return Refuse<PlacementEvent>(Reason.ReasonMissing);

        return Accept<PlacementEvent>([new PlacementEvent.Triaged(
            c.Facts, c.Infection, urgency, derived, urgency == derived ? null : c.OverrideReason, c.Crisis, c.Alternatives,
            new(Deadlines.OfferBy(context, urgency), context.Now)), .. DatesAfter(state, c, context)]);
    }

    private static Decision<PlacementEvent> Refused(PlacementState state, PlacementCommand.Refuse c, Context context)
    {
        var effect = RefusalEffect.Of(c.Code);
        var deadline = effect.BackToTriage ? Deadlines.TriageBy(context, state.Urgency) : Deadlines.OfferBy(context, Known(state.Urgency));
        return Accept<PlacementEvent>(new PlacementEvent.AttemptOver(
            c.Attempt, AttemptEnd.Refused, c.Code, c.Text, effect.ExcludesUnit, context.Now + effect.ExcludedFor, effect.BackToTriage,
            new(deadline, context.Now)));
    }

    private static Decision<PlacementEvent> Decide(PlacementState state, Admit c, Context context)
    {
        if (context.IsTooFarAhead(c.At)) return InFuture(context);

        var at = context.NoLaterThanNow(c.At);
        return Accept<PlacementEvent>(new PlacementEvent.Admitted(
            c.Attempt, c.Stays, at, new(Deadlines.OutflowPlanBy(context), context.Now), CrisisStayFrom(state, at, context)));
    }

    private static Decision<PlacementEvent> Decide(PlacementState state, EndStay c, Context context)
    {
        if (!state.Subjects.Contains(c.SubjectId)) return Refuse<PlacementEvent>(Reason.UnknownChild);
        if (!state.Stays.TryGetValue(c.SubjectId, out var occupancy)) return Refuse<PlacementEvent>(Reason.UnknownOccupancy);
        if (context.IsTooFarAhead(c.At)) return InFuture(context);

        var at = context.NoLaterThanNow(c.At);
        var left = new PlacementEvent.StayEnded(c.SubjectId, occupancy, c.Outcome, c.OutflowPlan, at);
        return state.Stays.Count > 1 ? Accept<PlacementEvent>(left) : Accept<PlacementEvent>(left, new PlacementEvent.Ended(at));
    }

    /// <summary>A tick that comes late, early or twice owes nothing.</summary>
    private static Decision<PlacementEvent> Miss(PlacementState state, MissDeadline c, Context context) =>
        state.Deadline is { } deadline && deadline.At == c.Deadline && IsOwed(state, c, context)
            ? Accept<PlacementEvent>(new PlacementEvent.DeadlineMissed(
                deadline.At, Again(context, deadline), Math.Max(state.Escalation, EscalationByClockMax), state.Owner))
            : Already<PlacementEvent>();

    private static PlacementEvent.AttemptOver Over(PlacementState state, Context context, int attempt, AttemptEnd how, TextRef? text = null) =>
        new(
            attempt, how, null, text, false, null, false, new(Deadlines.OfferBy(context, Known(state.Urgency)), context.Now));

    private static bool HasOffer(PlacementPhase phase) => phase is PlacementPhase.Offered or PlacementPhase.Agreed or PlacementPhase.EnRoute;

    private static Decision<PlacementEvent> NotAllowed(PlacementPhase phase, string? except = null) => Refuse<PlacementEvent>(
        Reason.NotAllowedInState, ("state", $"{phase}"),
        ("allowed_commands", string.Join(',', Transitions.AllowedTo(phase).Where(command => command != except))));

    private static Decision<PlacementEvent> InFuture(Context context) => Refuse<PlacementEvent>(
        Reason.OccurredInFuture, ("at_most", $"{context.LatestAllowed():O}"));

    private static int? AttemptOf(PlacementCommand command) => command switch
    {
        Offer c => c.Attempt,
        ExtendHold c => c.Attempt,
        KeepHold c => c.Attempt,
        Consent c => c.Attempt,
        PlacementCommand.Refuse c => c.Attempt,
        WithdrawOffer c => c.Attempt,
        Depart c => c.Attempt,
        Admit c => c.Attempt,
        ArrivalFailed c => c.Attempt,
        HoldEnded c => c.Attempt,
        _ => null,
    };

    private static int Expected(PlacementState state, PlacementCommand command) => command is Offer ? state.Attempt + 1 : state.Attempt;

    private static Urgency Known(Urgency? urgency) => urgency ?? throw new UnreachableException("Nothing is searched for before triage.");
}
