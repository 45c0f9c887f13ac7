using Grains.Kernel;
using static Grains.Kernel.Decision;
using static Grains.Placements.PlacementCommand;

namespace Grains.Placements;

// How long children stay.
public static partial class Placement
{
    private static Decision<PlacementEvent> Decide(PlacementState state, Extend c, Context context)
    {
        if (!state.Subjects.Contains(c.SubjectId)) return Refuse<PlacementEvent>(Reason.UnknownChild);
        if (!state.Stays.TryGetValue(c.SubjectId, out var occupancy)) return Refuse<PlacementEvent>(Reason.UnknownOccupancy);
        if (c.PlannedEnd <= context.Now) return Refuse<PlacementEvent>(Reason.Impossible, ("at_least", $"{context.Now:O}"));
        return Accept<PlacementEvent>(new PlacementEvent.StayExtended(c.SubjectId, occupancy, c.PlannedEnd, c.OutflowPlan, new(c.PlannedEnd, context.Now)));
    }

    /// <summary>A tick that comes late, early or twice owes nothing.</summary>
    private static Decision<PlacementEvent> Decide(PlacementState state, PassCrisisStay c, Context context) =>
        CrisisStayEnd(state) is { } at && at == c.At && at <= context.Now
            ? Accept<PlacementEvent>(new PlacementEvent.CrisisStayPassed(state.CrisisStay!.WarningAt == at ? CrisisStayMark.Warning : CrisisStayMark.Limit, at))
            : Already<PlacementEvent>();

    /// <summary>When the next mark of a crisis stay passes, or null.</summary>
    internal static DateTimeOffset? CrisisStayEnd(PlacementState state) =>
        state is { Phase: PlacementPhase.Placed, CrisisStay: { } stay } ? stay.WarningAt ?? stay.LimitAt : null;

    private static CrisisStay? CrisisStayFrom(PlacementState state, DateTimeOffset since, Context context) => state.Crisis == CrisisGrade.NotCrisis ? null : new(
        since + context.Policy.Minutes(PolicyNumbers.CrisisStayWarning), since + context.Policy.Minutes(PolicyNumbers.CrisisStayLimit));

    private static PlacementState Passed(PlacementState state, PlacementEvent.CrisisStayPassed f) =>
        state with { CrisisStay = f.Mark == CrisisStayMark.Warning ? state.CrisisStay! with { WarningAt = null } : null };
}
