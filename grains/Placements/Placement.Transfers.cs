using System.Collections.Immutable;
using Grains.Kernel;
using static Grains.Kernel.Decision;
using static Grains.Placements.PlacementCommand;

namespace Grains.Placements;

// Another place for children who have one: a request of its own, and the child stays where it is until that one lets it in.
public static partial class Placement
{
    private static Decision<PlacementEvent> Decide(PlacementState state, RequestTransfer c, Context context)
    {
        if (c.Subjects.Any(subject => !state.Subjects.Contains(subject))) return Refuse<PlacementEvent>(Reason.UnknownChild);
        if (c.Subjects.Any(subject => !state.Stays.ContainsKey(subject))) return Refuse<PlacementEvent>(Reason.UnknownOccupancy);
        return Accept<PlacementEvent>(new PlacementEvent.TransferRequested(c.To, c.Reason, state.Deadline!));
    }

    /// <summary>The children have moved in elsewhere; of this request they are gone in the same step.</summary>
    private static Decision<PlacementEvent> Decide(PlacementState state, TransferOut c, Context context)
    {
        if (state.Phase != PlacementPhase.Placed) return NotAllowed(state.Phase);
        if (c.Subjects.Any(subject => !state.Stays.ContainsKey(subject))) return Refuse<PlacementEvent>(Reason.UnknownOccupancy);
        var at = context.NoLaterThanNow(c.At);
        var left = c.Subjects.Select(subject => new PlacementEvent.StayEnded(subject, state.Stays[subject], StayOutcome.OtherPlace, null, at, c.To));
        return Accept<PlacementEvent>([.. left, .. c.Subjects.Length == state.Stays.Count ? [new PlacementEvent.Ended(at)] : ImmutableArray<PlacementEvent>.Empty]);
    }
}
