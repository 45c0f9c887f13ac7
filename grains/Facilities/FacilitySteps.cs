using System.Collections.Immutable;
using Grains.Children;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Facilities;

/// <summary>Plans the steps of a facility that touch other grains too. A plan names the head that it was made from; when the facility has moved on, plan again.</summary>
public static class FacilitySteps
{
    /// <summary>What the facility owes at <paramref name="context"/>'s now, one thing a step: the end of the hold that ends first, jointly with
    /// its request; a shortfall to notice; an offer to take back because of one, jointly with its request.</summary>
    public static Step? Tick(StreamId facility, Seen<FacilityState> seen, Context context)
    {
        if (Facility.FirstToEnd(seen.State) is { } hold && !hold.KeepsBedsAt(context.Now))
            return Joint(new FacilityCommand.EndHoldByTime(hold.RequestId, hold.Attempt), hold.RequestId, hold.Attempt, AttemptEnd.Expired, $"hold {hold.Id} ends");
        return Facility.Owes(seen.State, context.Policy, context.Now) switch
        {
            FacilityCommand.RevokeHold c => Joint(c, c.RequestId, c.Attempt, AttemptEnd.Revoked, $"hold {Hold.IdOf(c.RequestId, c.Attempt)} is revoked"),
            FacilityCommand.NoticeShortfall c => Alone(c, $"shortfall of {c.UnitId} after {seen.Head.Version}"),
            FacilityCommand.NoticeForecastShortfall c => Alone(c, $"forecast of {c.UnitId} after {seen.Head.Version}"),
            _ => null,
        };

        Step Alone(FacilityCommand order, string owed) => new(ClockCommand.For(facility, owed), Origin.Clock(context.Now), facility, [new(facility, order, seen.Head)]);

        Step Joint(FacilityCommand order, string requestId, int attempt, AttemptEnd how, string owed) =>
            new(ClockCommand.For(facility, owed), Origin.Clock(context.Now), facility,
                [new(facility, order, seen.Head), new(StreamId.Placement(requestId), new PlacementCommand.HoldEnded(attempt, how))]);
    }

    /// <summary>A stop or closure takes back every offer that nobody has consented to, jointly with its request.</summary>
    public static Step SetOpenness(Command command, Origin origin, StreamId facility, Seen<FacilityState> seen, FacilityCommand.SetOpenness order) =>
        new(command, origin, facility, [new(facility, order, seen.Head), .. Revoked(seen.State, order)]);

    /// <summary>Ends the stay of a child who came in without a request. A stay with a request ends by the request's EndStay.</summary>
    public static Step EndOccupancy(Command command, Origin origin, StreamId facility, Seen<FacilityState> seen, string occupancyId, DateTimeOffset at)
    {
        var own = new Part(facility, new FacilityCommand.EndOccupancy(occupancyId, RequestId: null, at), seen.Head);
        return new(command, origin, facility, seen.State.Occupancies.TryGetValue(occupancyId, out var stay)
            ? [own, new(StreamId.Child(stay.SubjectId), new ChildCommand.EndOccupancy(occupancyId))]
            : [own]);
    }

    /// <summary>The parts of one facility's description, for an import that joins many.</summary>
    public static ImmutableArray<Part> Describe(StreamId facility, Seen<FacilityState> seen, FacilityCommand.Describe order) =>
    [
        new(facility, order, seen.Head),
        .. Facility.NewStays(seen.State, order).Select(stay => new Part(
            StreamId.Child(stay.Value.SubjectId), new ChildCommand.OpenOccupancy(facility.Key, stay.Key, stay.Value.RequestId))),
        .. order.Reports.OfType<FacilityCommand.SetOpenness>().Where(report => Facility.IsNews(seen.State, report)).SelectMany(report => Revoked(seen.State, report)),
    ];

    private static IEnumerable<Part> Revoked(FacilityState state, FacilityCommand.SetOpenness order) =>
        Facility.EndsOffers(order.Openness) && !Facility.IsLate(state, order.AsOf)
            ? Facility.ActiveHolds(state).Select(hold => new Part(StreamId.Placement(hold.RequestId), new PlacementCommand.HoldEnded(hold.Attempt, AttemptEnd.Revoked)))
            : [];
}
