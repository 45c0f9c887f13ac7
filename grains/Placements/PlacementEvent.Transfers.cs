using Grains.Kernel;

namespace Grains.Placements;

public abstract partial record PlacementEvent
{
    /// <summary>Another place is asked for, by a request of its own. The children stay until that one lets them in.</summary>
    /// <param name="RequestId">The new request, which names this one.</param>
    /// <param name="Deadline">The one that stood.</param>
    public sealed record TransferRequested(string RequestId, TextRef Reason, Deadline Deadline) : PlacementEvent;

    /// <param name="Deadline">The planned end: by then the child has left, or its stay is extended again.</param>
    public sealed record StayExtended(string SubjectId, string OccupancyId, DateTimeOffset PlannedEnd, TextRef OutflowPlan, Deadline Deadline) : PlacementEvent;

    /// <summary>A crisis stay has lasted long. It ends nothing; the desk is alarmed.</summary>
    public sealed record CrisisStayPassed(CrisisStayMark Mark, DateTimeOffset At) : PlacementEvent;
}

/// <summary>When a crisis stay becomes long, and when too long: promised at the admission.</summary>
/// <param name="WarningAt">Null once it has passed.</param>
public sealed record CrisisStay(DateTimeOffset? WarningAt, DateTimeOffset LimitAt);
