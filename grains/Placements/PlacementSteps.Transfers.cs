using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

// Another place for children who have one.
public sealed partial record PlacementSteps
{
    /// <summary>Asks for another place: a linked request beside this one, for each child at most one.</summary>
    /// <param name="to">As the request id of <see cref="Submit"/>.</param>
    /// <param name="order">For the children who are to move; it names this request.</param>
    public Step RequestTransfer(string to, PlacementCommand.Submit order, TextRef reason)
    {
        var children = order.Subjects.Select(subject => new Part(StreamId.Child(subject), new ChildCommand.OpenTransfer(to, RequestId)));
        return Plan(new PlacementCommand.RequestTransfer(to, order.Subjects, reason), children: [.. children, new(StreamId.Placement(to), order)]);
    }

    public Step Extend(string subjectId, DateTimeOffset plannedEnd, TextRef outflowPlan)
    {
        var order = new PlacementCommand.Extend(subjectId, plannedEnd, outflowPlan);
        return Plan(order, State.Live is { } live && State.Stays.TryGetValue(subjectId, out var occupancy)
            ? At(live, new FacilityCommand.ExtendStay(occupancy, RequestId, plannedEnd))
            : null);
    }

    /// <summary>One child moves in: from the place it has under the old request, or from anywhere else.</summary>
    private Part MovesIn(Stay stay, string facilityId, Seen<PlacementState>? old) => new(
        StreamId.Child(stay.SubjectId),
        old?.State.Stays.GetValueOrDefault(stay.SubjectId) is { } from
            ? new ChildCommand.Move(facilityId, stay.OccupancyId, RequestId, from, State.TransferOf!)
            : new ChildCommand.OpenOccupancy(facilityId, stay.OccupancyId, RequestId));

    /// <summary>The stays that end when this request lets the children in, or null when none does any more.</summary>
    private Departure? Leaving(Seen<PlacementState>? old)
    {
        var stays = State.Subjects.Select(subject => old?.State.Stays.GetValueOrDefault(subject)).OfType<string>().ToImmutableArray();
        return stays.IsEmpty ? null : new(State.TransferOf!, stays);
    }

    /// <summary>What the old request, and its facility where that is another one, say to the move.</summary>
    private IEnumerable<Part> MoveOut(Departure? leaving, string facilityId, Seen<PlacementState>? old, DateTimeOffset at)
    {
        if (leaving is null || old is not { } from) yield break;
        yield return new(
            StreamId.Placement(leaving.RequestId),
            new PlacementCommand.TransferOut(RequestId, [.. State.Subjects.Where(from.State.Stays.ContainsKey)], at), from.Head);
        if (from.State.Live!.FacilityId != facilityId) yield return At(from.State.Live, new FacilityCommand.EndOccupancies(leaving, at));
    }
}
