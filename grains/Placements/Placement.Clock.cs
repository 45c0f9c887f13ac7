using System.Diagnostics;
using Grains.Kernel;
using static Grains.Kernel.Decision;
using static Grains.Placements.PlacementCommand;

namespace Grains.Placements;

// What the clock owes a request: its deadline, and the dates of its care. It notes and alarms; it never places, moves, refuses or ends anything.
public static partial class Placement
{
    /// <summary>The first of what is owed, in the past or ahead, or null. Of two at the same instant always the same one comes first.</summary>
    internal static (DateTimeOffset At, PlacementCommand Order)? FirstOwed(PlacementState state)
    {
        (DateTimeOffset At, PlacementCommand Order)? first = null;
        foreach (var owed in Owed(state))
            if (first is null || owed.At < first.Value.At) first = owed;
        return first;
    }

    private static DateTimeOffset? Due(PlacementState state, Policy policy) => FirstOwed(state)?.At;

    private static IEnumerable<(DateTimeOffset At, PlacementCommand Order)> Owed(PlacementState state)
    {
        // The facility's clock ends a hold, and nothing is missed then; every other deadline is the request's own.
        if (state.Phase != PlacementPhase.Offered && state.Deadline is { } deadline) yield return (deadline.At, new MissDeadline(deadline.At));
        if (FirstEnquiryEnd(state) is { } unanswered) yield return (unanswered, new EndEnquiries(unanswered));
        if (CrisisStayEnd(state) is { } passed) yield return (passed, new PassCrisisStay(passed));
        foreach (var which in Enum.GetValues<CareDate>())
            if (DateOf(state, which) is { } at) yield return (at, new PassCareDate(which, at));
    }

    private static DateTimeOffset? DateOf(PlacementState state, CareDate which)
    {
        var care = state.Care;
        if (state.IsFinal) return null;
        if (which == CareDate.Hearing) return care.Dates.Hearing;
        if (state.Phase == PlacementPhase.Placed) return null; // The other dates are about waiting for a place.
        return which switch
        {
            CareDate.Safety => care.Dates.Safety?.At,
            CareDate.NearThreeMonths => care.Dates.NearThreeMonths,
            CareDate.ThreeMonths => care.Dates.ThreeMonths,
            CareDate.ProcessDirector => care.DirectorBy?.At,
            CareDate.BridgingReview => care.BridgingReviewed ? null : care.Bridging?.ReviewAt,
            _ => throw new UnreachableException($"{which}"),
        };
    }

    private static bool IsOwed(PlacementState state, PlacementCommand order, Context context) =>
        Owed(state).Any(owed => owed.At <= context.Now && owed.Order == order);

    /// <summary>A tick that comes late, early or twice owes nothing.</summary>
    private static Decision<PlacementEvent> Pass(PlacementState state, PassCareDate c, Context context)
    {
        if (!IsOwed(state, c, context)) return Already<PlacementEvent>();
        var care = state.Care;
        return Accept<PlacementEvent>(c.Which switch
        {
            CareDate.Safety => new PlacementEvent.SafetyOverdue(c.At, Again(context, care.Dates.Safety!), state.Owner),
            CareDate.Hearing => new PlacementEvent.HearingPassed(c.At, state.Owner),
            CareDate.NearThreeMonths => new PlacementEvent.ThreeMonthsNear(care.Dates.ThreeMonths!.Value, state.Owner),
            CareDate.ThreeMonths => new PlacementEvent.ThreeMonthsReached(c.At, care.Director is null ? DirectorBy(context) : null),
            CareDate.ProcessDirector => new PlacementEvent.ProcessDirectorMissing(c.At, DirectorBy(context)),
            CareDate.BridgingReview => new PlacementEvent.BridgingReviewPassed(c.At, state.Owner),
            _ => throw new UnreachableException($"{c.Which}"),
        });
    }

    private static Care Passed(Care care, PlacementEvent fact) => fact switch
    {
        PlacementEvent.SafetyOverdue f => care with { Dates = care.Dates with { Safety = f.Next } },
        PlacementEvent.HearingPassed => care with { Dates = care.Dates with { Hearing = null } },
        PlacementEvent.BridgingReviewPassed => care with { BridgingReviewed = true },
        PlacementEvent.ThreeMonthsNear => care with { Warned = true, Dates = care.Dates with { NearThreeMonths = null } },
        PlacementEvent.ThreeMonthsReached f => care with
        {
            Registered = true,
            DirectorBy = f.DirectorBy,
            Dates = care.Dates with { NearThreeMonths = null, ThreeMonths = null },
        },
        PlacementEvent.ProcessDirectorMissing f => care with { DirectorBy = f.Next },
        _ => throw new UnreachableException(fact.GetType().Name),
    };

    /// <summary>A request stays overdue until somebody moves it: the deadlines that follow a missed one are the clock's own.</summary>
    private static PlacementState Overdue(PlacementState before, PlacementState after, PlacementEvent fact) => fact switch
    {
        PlacementEvent.DeadlineMissed f => after with { Care = after.Care with { OverdueSince = after.Care.OverdueSince ?? f.Missed } },
        _ when after.Care.OverdueSince is not null && after.Deadline != before.Deadline => after with { Care = after.Care with { OverdueSince = null } },
        _ => after,
    };

    private static Deadline Again(Context context, Deadline missed) => new(Deadlines.AfterMiss(context, missed.At - missed.SetAt), context.Now);

    private static Deadline DirectorBy(Context context) => new(context.Now + context.Policy.Minutes(PolicyNumbers.DirectorInterval), context.Now);
}
