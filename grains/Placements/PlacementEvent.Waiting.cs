using Grains.Kernel;

namespace Grains.Placements;

// What can have happened to a request that waits. Stored for ever, as the others.
public abstract partial record PlacementEvent
{
    /// <param name="Deadline">The date on which the wait is looked at again.</param>
    public sealed record ParkedWaiting(WaitReason Reason, TextRef? Text, Bridging? Plan, TextRef? NoneBecause, Deadline Deadline) : PlacementEvent;

    public sealed record Resumed(TextRef? Reason, Deadline Deadline) : PlacementEvent;

    public sealed record BridgingSet(Bridging? Plan, TextRef? NoneBecause) : PlacementEvent;

    /// <summary>All dates as they stand from here on.</summary>
    public sealed record CareDatesSet(CareDates Dates) : PlacementEvent;

    public sealed record SafetyReassessed(Sealed Facts) : PlacementEvent;

    /// <param name="From">0 to 4, as <paramref name="Level"/>.</param>
    public sealed record Escalated(int From, int Level, TextRef Reason) : PlacementEvent;

    public sealed record HandedOver(string Owner, TextRef Note) : PlacementEvent;

    public sealed record ProcessDirectorSet(PersonRef Director) : PlacementEvent;

    public sealed record VisitsAndTransportSet(VisitsAndTransport Visits) : PlacementEvent;

    /// <summary>Nobody has assessed safety in time. The score keeps its value, and is an old one.</summary>
    public sealed record SafetyOverdue(DateTimeOffset Missed, Deadline Next, string Owner) : PlacementEvent;

    public sealed record HearingPassed(DateTimeOffset Before, string Owner) : PlacementEvent;

    public sealed record BridgingReviewPassed(DateTimeOffset ReviewAt, string Owner) : PlacementEvent;

    /// <param name="ReachedAt">When the three months are over.</param>
    public sealed record ThreeMonthsNear(DateTimeOffset ReachedAt, string Owner) : PlacementEvent;

    /// <summary>Registers the request with the expert team.</summary>
    /// <param name="DirectorBy">By when a process director must be named; null when one is there.</param>
    public sealed record ThreeMonthsReached(DateTimeOffset At, Deadline? DirectorBy) : PlacementEvent;

    public sealed record ProcessDirectorMissing(DateTimeOffset Missed, Deadline Next) : PlacementEvent;
}
