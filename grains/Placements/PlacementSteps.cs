using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

/// <summary>Plans what one command to a request asks of the request, the facility and the children together.</summary>
/// <remarks>
/// A plan is always a step. Where the request does not allow the command, the step asks the request alone, which refuses;
/// so a retry of a command that was accepted still reaches its recorded answer.
/// A part names the head that the plan was made from wherever another state would have made another plan.
/// </remarks>
/// <param name="RequestId">1 to 56 characters, so that the ids made from it fit.</param>
/// <param name="Seen">The request as read, possibly long ago.</param>
public sealed partial record PlacementSteps(string RequestId, Seen<PlacementState> Seen, Command Command, Origin Origin)
{
    /// <param name="order">1 to 4 different subjects.</param>
    public static Step Submit(string requestId, PlacementCommand.Submit order, Command command, Origin origin)
    {
        var request = StreamId.Placement(requestId);
        var children = order.Subjects.Select(subject => new Part(StreamId.Child(subject), new ChildCommand.OpenRequest(requestId)));
        return new(command, origin, request, [.. children, new(request, order)]);
    }

    public Step StartTriage() => Unconditional(new PlacementCommand.StartTriage());

    /// <summary>The facts are those that were seen, with what triage found out.</summary>
    public Step Triage(PlacementCommand.Triage order) => Plan(order);

    /// <summary>The facts are those that were seen, with another distance.</summary>
    public Step ChangeDistance(Sealed facts) => Plan(new PlacementCommand.ChangeDistance(facts));

    public Step Depart(int attempt, Transport transport) => Unconditional(new PlacementCommand.Depart(attempt, transport));

    public Step RejectAsNoCrisis(RejectReason reason, TextRef? redirectedTo) =>
        Plan(new PlacementCommand.RejectAsNoCrisis(reason, redirectedTo), children: CloseRequests);

    public Step Cancel(CancelReason reason, TextRef? text) => Plan(
        new PlacementCommand.Cancel(reason, text),
        State.Live is { } live ? At(live, new FacilityCommand.ReleaseHold(RequestId, live.Number)) : null,
        CloseRequests);

    /// <summary>The request's own clock.</summary>
    public static Step? Tick(StreamId stream, Seen<PlacementState> seen, Context context)
    {
        if (Placement.FirstOwed(seen.State) is not { } owed || owed.At > context.Now) return null;
        // A date of care can be set again to what it was, and is then another debt.
        var what = owed.Order switch
        {
            PlacementCommand.PassCareDate date => $"passed {date.Which} of {seen.Head.Version}",
            PlacementCommand.EndEnquiries => "unanswered",
            PlacementCommand.PassCrisisStay => "crisis stay",
            _ => "missed",
        };
        var command = ClockCommand.For(stream, $"{what} {Micros.From(owed.At)}");
        return new(command, context.Origin, stream, [new(stream, owed.Order, seen.Head)]);
    }

    private PlacementState State => Seen.State;

    private StreamId Request => StreamId.Placement(RequestId);

    private IEnumerable<Part> CloseRequests =>
        State.Subjects.Select(subject => new Part(StreamId.Child(subject), new ChildCommand.CloseRequest(RequestId)));

    private static Part At(Attempt attempt, FacilityCommand order) => new(StreamId.Facility(attempt.FacilityId), order);

    /// <summary>The request decides by itself, whatever its state is by then.</summary>
    private Step Unconditional(PlacementCommand order) => new(Command, Origin, Request, [new(Request, order)]);

    /// <summary>The other parts stand beside the request's own only where it allows the command: elsewhere it refuses alone.</summary>
    private Step Plan(PlacementCommand order, Part? facility = null, IEnumerable<Part>? children = null)
    {
        var parts = ImmutableArray.Create(new Part(Request, order, Seen.Head));
        if (!Transitions.Allows(State.Phase, order)) return new(Command, Origin, Request, parts);
        if (facility is not null) parts = parts.Add(facility);
        return new(Command, Origin, facility?.Stream ?? Request, parts.AddRange(children ?? []));
    }
}
