using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Children;

/// <summary>The rules of a child: one live request and one open occupancy at a time, so that no two places take in the same child.</summary>
public static class Child
{
    public static readonly Decider<ChildState, ChildCommand, ChildEvent> Decider = new(ChildState.None, Decide, Evolve, (_, _) => null);

    public static readonly GrainType Grain = GrainType.Of(GrainKind.Child, Decider, (_, _, _) => null);

    private static Decision<ChildEvent> Decide(ChildState state, ChildCommand command, Context context) => command switch
    {
        ChildCommand.OpenRequest c when state.LiveRequest == c.RequestId => Already,
        ChildCommand.OpenRequest when state.LiveRequest is not null => Refuse(Reason.LiveRequestExists),
        ChildCommand.OpenRequest c => Accept(new ChildEvent.RequestOpened(c.RequestId)),

        ChildCommand.CloseRequest c when state.LiveRequest != c.RequestId => Already,
        ChildCommand.CloseRequest c => Accept(new ChildEvent.RequestClosed(c.RequestId)),

        ChildCommand.OpenOccupancy c when (state.FacilityId, state.OccupancyId) == (c.FacilityId, c.OccupancyId) => Already,
        ChildCommand.OpenOccupancy { RequestId: { } request } when state.LiveRequest != request => Refuse(Reason.NotAllowedInState),
        ChildCommand.OpenOccupancy when state.OccupancyId is not null => Refuse(Reason.OpenOccupancyExists),
        ChildCommand.OpenOccupancy c => Accept(new ChildEvent.OccupancyOpened(c.FacilityId, c.OccupancyId, c.RequestId)),

        ChildCommand.EndOccupancy c => Accept([
            .. state.OccupancyId == c.OccupancyId ? [new ChildEvent.OccupancyEnded(c.OccupancyId)] : Nothing,
            .. c.ClosedRequest is { } request && state.LiveRequest == request ? [new ChildEvent.RequestClosed(request)] : Nothing]),
        _ => throw new System.Diagnostics.UnreachableException(command.GetType().Name),
    };

    private static ChildState Evolve(ChildState state, ChildEvent fact) => fact switch
    {
        ChildEvent.RequestOpened f => state with { LiveRequest = f.RequestId },
        ChildEvent.RequestClosed => state with { LiveRequest = null },
        ChildEvent.OccupancyOpened f => state with { FacilityId = f.FacilityId, OccupancyId = f.OccupancyId },
        ChildEvent.OccupancyEnded => state with { FacilityId = null, OccupancyId = null },
        _ => throw new System.Diagnostics.UnreachableException(fact.GetType().Name),
    };

    private static Decision<ChildEvent> Already => Decision.Already<ChildEvent>();
    private static ChildEvent[] Nothing => [];
    private static Decision<ChildEvent> Accept(params ImmutableArray<ChildEvent> events) => Decision.Accept(events);
    private static Decision<ChildEvent> Refuse(Reason reason) => Decision.Refuse<ChildEvent>(reason);
}
