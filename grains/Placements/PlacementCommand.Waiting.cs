using Grains.Kernel;

namespace Grains.Placements;

// What can be asked of a request that waits. Never stored.
public abstract partial record PlacementCommand
{
    /// <param name="Text">Why it is better to wait; null only when nothing fits.</param>
    /// <param name="Plan">Null when there is none, with <paramref name="NoneBecause"/>.</param>
    /// <param name="Protected">As in <see cref="CareFacts"/>; null when it was erased, and what stands stays.</param>
    public sealed record ParkWaiting(
        WaitReason Reason, TextRef? Text, DateTimeOffset ReviewAt, Bridging? Plan, TextRef? NoneBecause, bool? Protected) : PlacementCommand;

    public sealed record Resume(TextRef? Reason) : PlacementCommand;

    /// <summary>Another plan instead of the one that stands, or none, with the reason.</summary>
    public sealed record SetBridging(Bridging? Plan, TextRef? NoneBecause) : PlacementCommand;

    /// <param name="Facts">All that is known, with the new scores.</param>
    /// <param name="Known">The same, opened.</param>
    public sealed record ReassessSafety(Sealed Facts, CareFacts Known) : PlacementCommand;

    /// <param name="Level">0 to 4: 1 desk lead, 2 expert team, 3 supra-regional, 4 SOJ.</param>
    public sealed record Escalate(int Level, TextRef Reason) : PlacementCommand;

    /// <param name="Owner">A role or a caller's reference.</param>
    public sealed record Handover(string Owner, TextRef Note) : PlacementCommand;

    public sealed record SetProcessDirector(PersonRef Director) : PlacementCommand;

    public sealed record SetVisitsAndTransport(string? ProviderId, TextRef? Text) : PlacementCommand;

    /// <summary>The request's own clock: a date of its care has come.</summary>
    public sealed record PassCareDate(CareDate Which, DateTimeOffset At) : PlacementCommand;
}
