using System.Diagnostics;
using Grains.Kernel;
using static Grains.Kernel.Decision;
using static Grains.Placements.PlacementCommand;

namespace Grains.Placements;

// Waiting: parked and resumed, bridged, escalated, handed over.
public static partial class Placement
{
    private static Decision<PlacementEvent> Wait(PlacementState state, PlacementCommand command, Context context) => command switch
    {
        ParkWaiting c when c.ReviewAt <= context.Now || c.ReviewAt > LatestReview(context) => Refuse<PlacementEvent>(
            Reason.ReviewDateOutOfRange, ("at_most", $"{LatestReview(context):O}")),
        ParkWaiting c => Accept<PlacementEvent>([
            new PlacementEvent.ParkedWaiting(c.Reason, c.Text, c.Plan, c.NoneBecause, new(c.ReviewAt, context.Now)), .. DatesAfter(state, c, context)]),
        Resume c => Accept<PlacementEvent>(new PlacementEvent.Resumed(c.Reason, new(Deadlines.OfferBy(context, Known(state.Urgency)), context.Now))),
        SetBridging c => Accept<PlacementEvent>(new PlacementEvent.BridgingSet(c.Plan, c.NoneBecause)),
        ReassessSafety c => Accept<PlacementEvent>([new PlacementEvent.SafetyReassessed(c.Facts), .. DatesAfter(state, c, context)]),
        Escalate c when c.Level == state.Escalation => Refuse<PlacementEvent>(Reason.EscalationUnchanged, ("level", $"{c.Level}")),
        Escalate c => Accept<PlacementEvent>(new PlacementEvent.Escalated(state.Escalation, c.Level, c.Reason)),
        Handover c => Accept<PlacementEvent>(new PlacementEvent.HandedOver(c.Owner, c.Note)),
        SetProcessDirector c => Accept<PlacementEvent>(new PlacementEvent.ProcessDirectorSet(c.Director)),
        SetVisitsAndTransport c => Accept<PlacementEvent>(new PlacementEvent.VisitsAndTransportSet(new(c.ProviderId, c.Text))),
        _ => throw new UnreachableException(command.GetType().Name),
    };

    private static PlacementState Wait(PlacementState state, PlacementEvent fact) => fact switch
    {
        PlacementEvent.ParkedWaiting f => state with { Phase = PlacementPhase.Waiting, Deadline = f.Deadline, Care = state.Care with { Bridging = f.Plan, BridgingReviewed = false } },
        PlacementEvent.Resumed f => state with { Phase = PlacementPhase.Searching, Deadline = f.Deadline },
        PlacementEvent.BridgingSet f => state with { Care = state.Care with { Bridging = f.Plan, BridgingReviewed = false } },
        PlacementEvent.Escalated f => state with { Escalation = f.Level },
        PlacementEvent.HandedOver f => state with { Owner = f.Owner },
        PlacementEvent.SafetyReassessed f => state with { Facts = f.Facts },
        PlacementEvent.CareDatesSet f => state with { Care = state.Care with { Dates = f.Dates } },
        PlacementEvent.ProcessDirectorSet f => state with { Care = state.Care with { Director = f.Director, DirectorBy = null } },
        PlacementEvent.VisitsAndTransportSet f => state with { Care = state.Care with { Visits = f.Visits } },
        _ => state with { Care = Passed(state.Care, fact) },
    };

    private static DateTimeOffset LatestReview(Context context) => context.Now + context.Policy.Minutes(PolicyNumbers.WaitingReviewMax);
}
