using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Children;

/// <summary>The rules of a child: one live request and one open occupancy at a time, so that no two places take in the same child.
/// A transfer request beside them is the one exception.</summary>
public static class Child
{
    public static readonly Decider<ChildState, ChildCommand, ChildEvent> Decider = new(ChildState.None, Decide, Evolve, (_, _, _) => null);

    public static readonly GrainType Grain = GrainType.Of(GrainKind.Child, Decider, (_, _, _) => null);

    private static Decision<ChildEvent> Decide(ChildState state, ChildCommand command, Context context) => command switch
    {
        ChildCommand.OpenRequest or ChildCommand.OpenOccupancy or ChildCommand.LinkTo or ChildCommand.TakeIn when state.LinkedTo is not null => Refuse(Reason.ChildLinked),
        ChildCommand.LinkTo when state.IsLive => Refuse(Reason.BothChildrenLive),
        ChildCommand.LinkTo c => Accept(new ChildEvent.LinkedTo(c.Subject)),
        ChildCommand.TakeIn c => Accept(new ChildEvent.TakenIn(c.Subject)),

        ChildCommand.OpenRequest c when state.LiveRequest == c.RequestId => Already,
        ChildCommand.OpenRequest when state.LiveRequest is not null => Refuse(Reason.LiveRequestExists),
        ChildCommand.OpenRequest c => Accept(new ChildEvent.RequestOpened(c.RequestId)),

        ChildCommand.OpenTransfer c when state.TransferRequest == c.RequestId => Already,
        ChildCommand.OpenTransfer c when state.LiveRequest != c.From || state.OccupancyId is null => Refuse(Reason.NotAllowedInState),
        ChildCommand.OpenTransfer when state.TransferRequest is not null => Refuse(Reason.LiveRequestExists),
        ChildCommand.OpenTransfer c => Accept(new ChildEvent.TransferOpened(c.RequestId)),

        ChildCommand.CloseRequest c when state.TransferRequest == c.RequestId => Accept(new ChildEvent.RequestClosed(c.RequestId)),
        ChildCommand.CloseRequest c when state.LiveRequest != c.RequestId => Already,
        ChildCommand.CloseRequest c => Accept(new ChildEvent.RequestClosed(c.RequestId)),

        ChildCommand.OpenOccupancy c when (state.FacilityId, state.OccupancyId) == (c.FacilityId, c.OccupancyId) => Already,
        ChildCommand.OpenOccupancy { RequestId: { } request } when state.LiveRequest != request => Refuse(Reason.NotAllowedInState),
        ChildCommand.OpenOccupancy when state.OccupancyId is not null => Refuse(Reason.OpenOccupancyExists),
        ChildCommand.OpenOccupancy c => Accept(new ChildEvent.OccupancyOpened(c.FacilityId, c.OccupancyId, c.RequestId)),

        ChildCommand.Move c when (state.FacilityId, state.OccupancyId) == (c.FacilityId, c.OccupancyId) => Already,
        ChildCommand.Move c when (state.TransferRequest, state.LiveRequest, state.OccupancyId) != (c.RequestId, c.Closed, c.From) => Refuse(Reason.NotAllowedInState),
        ChildCommand.Move c => Accept(
            new ChildEvent.OccupancyEnded(c.From), new ChildEvent.RequestClosed(c.Closed), new ChildEvent.OccupancyOpened(c.FacilityId, c.OccupancyId, c.RequestId)),

        ChildCommand.EndOccupancy c => Accept([
            .. state.OccupancyId == c.OccupancyId ? [new ChildEvent.OccupancyEnded(c.OccupancyId)] : Nothing,
            .. c.ClosedRequest is { } request && state.LiveRequest == request ? [new ChildEvent.RequestClosed(request)] : Nothing]),
        _ => throw new System.Diagnostics.UnreachableException(command.GetType().Name),
    };

    private static ChildState Evolve(ChildState state, ChildEvent fact) => fact switch
    {
        ChildEvent.RequestOpened f => state with { LiveRequest = f.RequestId },
        ChildEvent.TransferOpened f => state with { TransferRequest = f.RequestId },
        ChildEvent.RequestClosed f when f.RequestId == state.TransferRequest => state with { TransferRequest = null },
        ChildEvent.RequestClosed => state with { LiveRequest = state.TransferRequest, TransferRequest = null },
        ChildEvent.OccupancyOpened f => state with { FacilityId = f.FacilityId, OccupancyId = f.OccupancyId },
        ChildEvent.LinkedTo f => state with { LinkedTo = f.Subject },
        ChildEvent.TakenIn => state,
        ChildEvent.OccupancyEnded => state with { FacilityId = null, OccupancyId = null },
        _ => throw new System.Diagnostics.UnreachableException(fact.GetType().Name),
    };

    private static Decision<ChildEvent> Already => Decision.Already<ChildEvent>();
    private static ChildEvent[] Nothing => [];
    private static Decision<ChildEvent> Accept(params ImmutableArray<ChildEvent> events) => Decision.Accept(events);
    private static Decision<ChildEvent> Refuse(Reason reason) => Decision.Refuse<ChildEvent>(reason);
}
