using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

// An attempt at one place: offered, answered, given up, and a child's stay there.
public sealed partial record PlacementSteps
{
    /// <summary>Offers the next attempt and holds the beds for it.</summary>
    /// <param name="facts">The request's own, opened; null only where the request has none.</param>
    /// <param name="infection">The request's own, opened; null where it was erased, which counts as not asked.</param>
    /// <param name="now">For exclusions and legal bases that end.</param>
    public Step Offer(OfferAsked asked, RequestFacts? facts, InfectionFacts? infection, DateTimeOffset now)
    {
        var attempt = State.Attempt + 1;
        var order = new PlacementCommand.Offer(attempt, asked.FacilityId, asked.UnitId, asked.Recommended, asked.OtherThanFirst);
        if (!Transitions.Allows(State.Phase, order)) return Plan(order);

        ArgumentNullException.ThrowIfNull(facts);
        return Plan(order, new(
            StreamId.Facility(asked.FacilityId), HoldOf(asked.FacilityId, asked.UnitId, facts, infection, now, asked.AcceptStale, asked.Consultation, asked.Exception)));
    }

    /// <summary>One bed per child of the unit, for the next attempt.</summary>
    private FacilityCommand.Hold HoldOf(
        string facilityId, string unitId, RequestFacts facts, InfectionFacts? infection, DateTimeOffset now, bool acceptStale, Consultation? consultation,
        HoldException? exception) => new(
            unitId, RequestId, State.Attempt + 1, facts.Children, infection ?? InfectionFacts.None, State.Crisis != CrisisGrade.NotCrisis,
            facts.HasSecureBasisAt(now), State.ExcludedAt(now, facilityId), State.KeepApartFrom, acceptStale, consultation, State.Urgency!.Value, exception);

    /// <param name="agreedBy">Who said yes at the provider.</param>
    public Step Consent(int attempt, PersonRef agreedBy) => Plan(
        new PlacementCommand.Consent(attempt, agreedBy),
        Held(attempt, () => new FacilityCommand.ConsentHold(RequestId, attempt, State.Urgency!.Value)));

    public Step Refuse(int attempt, RefusalCode code, TextRef? text) => Plan(
        new PlacementCommand.Refuse(attempt, code, text),
        Held(attempt, () => new FacilityCommand.RefuseHold(RequestId, attempt, code)));

    public Step WithdrawOffer(int attempt, TextRef reason) =>
        Plan(new PlacementCommand.WithdrawOffer(attempt, reason), Held(attempt, () => new FacilityCommand.ReleaseHold(RequestId, attempt)));

    public Step ArrivalFailed(int attempt, TextRef reason) =>
        Plan(new PlacementCommand.ArrivalFailed(attempt, reason), Held(attempt, () => new FacilityCommand.ReleaseHold(RequestId, attempt)));

    /// <summary>The children are at the door. For an attempt that was given up the request records it alone and nothing is opened.</summary>
    /// <param name="arriving">Each child of the request.</param>
    /// <param name="facts">The request's own, opened; null where the request has none, which is no legal basis.</param>
    /// <param name="old">The request under which the children have a place, where this one is a transfer: that stay ends with it, when it has not yet.</param>
    public Step Admit(int attempt, ImmutableArray<Arriving> arriving, RequestFacts? facts, DateTimeOffset at, Seen<PlacementState>? old = null)
    {
        var bySubject = arriving.ToImmutableSortedDictionary(child => child.SubjectId, child => child, StringComparer.Ordinal);
        var stays = State.Subjects.Select((subject, i) => new Stay(subject, $"{RequestId}.{attempt}.{i + 1}")).ToImmutableArray();
        var order = new PlacementCommand.Admit(attempt, stays, at);
        var leaving = Leaving(old);
        var inside = State.Live?.FacilityId == old?.State.Live?.FacilityId ? leaving : null;
        if (Held(attempt, () => Admission(attempt, stays, bySubject, facts, at) with { Leaving = inside }) is not { } facility) return Plan(order);

        return Plan(order, facility, [.. stays.Select(stay => MovesIn(stay, facility.Stream.Key, old)), .. MoveOut(leaving, facility.Stream.Key, old, at)]);
    }

    /// <summary>One child leaves; the request is over for it, and ends with the last one.</summary>
    public Step EndStay(string subjectId, StayOutcome outcome, TextRef? outflowPlan, DateTimeOffset at)
    {
        var order = new PlacementCommand.EndStay(subjectId, outcome, outflowPlan, at);
        if (State.Live is not { } live || !State.Stays.TryGetValue(subjectId, out var occupancy)) return Plan(order);

        return Plan(
            order, At(live, new FacilityCommand.EndOccupancy(occupancy, RequestId, at)),
            [new(StreamId.Child(subjectId), new ChildCommand.EndOccupancy(occupancy, RequestId))]);
    }

    /// <summary>The facility's part, when the attempt is the live one.</summary>
    private Part? Held(int attempt, Func<FacilityCommand> order) =>
        State.Live is { } live && live.Number == attempt ? At(live, order()) : null;

    private FacilityCommand.Admit Admission(
        int attempt, ImmutableArray<Stay> stays, ImmutableSortedDictionary<string, Arriving> arriving, RequestFacts? facts, DateTimeOffset at) =>
        new(RequestId, attempt, [.. stays.Select(stay => Admission(stay, arriving.GetValueOrDefault(stay.SubjectId)))], facts?.HasSecureBasisAt(at) == true, at);

    private static Admission Admission(Stay stay, Arriving? child) =>
        new(stay.OccupancyId, stay.SubjectId, child?.PlannedEnd, child?.Infection ?? InfectionStatus.NotAsked, child?.SealedInfection);
}

/// <summary>The place that the desk asks, and what it takes on by asking it.</summary>
/// <param name="Recommended">The units that the search put first, best first; at most 3.</param>
/// <param name="OtherThanFirst">Why another place than the first.</param>
/// <param name="AcceptStale">The desk has called, or takes the risk knowingly.</param>
/// <param name="Consultation">With whom at the provider, for a unit that asks for it in a crisis.</param>
public sealed record OfferAsked(
    string FacilityId, string UnitId, ImmutableArray<string> Recommended, TextRef? OtherThanFirst, bool AcceptStale, Consultation? Consultation,
    HoldException? Exception);

/// <summary>A child at the door.</summary>
/// <param name="Infection">As asked at the door, or as last known.</param>
/// <param name="SealedInfection">The same, sealed: what the facility keeps of it.</param>
public sealed record Arriving(string SubjectId, InfectionStatus Infection, Sealed? SealedInfection, DateTimeOffset? PlannedEnd);
