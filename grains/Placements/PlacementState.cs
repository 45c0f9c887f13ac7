using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Placements;

/// <summary>One request and its whole road. What is known of the children stands sealed.</summary>
/// <param name="Owner">A role or a caller's reference; never empty while the request is not final.</param>
/// <param name="Deadline">The next one; null only before Submit and in a final phase.</param>
/// <param name="Attempt">The number of the latest attempt, 0 before the first.</param>
/// <param name="Live">The attempt in progress: offered, agreed, en route or placed.</param>
/// <param name="Excluded">Units not to offer again, until an instant or for good (null): of what was refused <c>facility/unit</c>, of what was
/// asked with the request the unit's id alone, which excludes it wherever it stands.</param>
/// <param name="Past">Attempts that are over, by number: a late Admit finds here where the child stands.</param>
/// <param name="Stays">Children in the place now, by subject: the occupancy's id.</param>
public sealed partial record PlacementState(
    PlacementPhase Phase, ImmutableArray<string> Subjects, Sealed? Facts, Sealed? Infection, Referral? Referral, bool CrisisAsked,
    CrisisGrade Crisis, Urgency? Urgency, DateTimeOffset? WaitingSince, string Owner, Deadline? Deadline,
    int Escalation, int Attempt, Attempt? Live, ImmutableSortedDictionary<string, DateTimeOffset?> Excluded,
    ImmutableSortedSet<string> KeepApartFrom, ImmutableSortedDictionary<int, Attempt> Past, ImmutableSortedDictionary<string, string> Stays)
{
    public static readonly PlacementState None = new(
        PlacementPhase.None, [], null, null, null, false, CrisisGrade.NotCrisis, null, null, "", null, 0, 0, null,
        ImmutableSortedDictionary.Create<string, DateTimeOffset?>(StringComparer.Ordinal),
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal), ImmutableSortedDictionary<int, Attempt>.Empty,
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>What waiting asks for beside the deadline.</summary>
    public Care Care { get; init; } = Care.None;

    /// <summary>The last alarms that were acknowledged, oldest first.</summary>
    public ImmutableArray<string> Acknowledged { get; init; } = [];

    /// <summary>An attempt that the desk gave up: a child can still be on its way there, or stand at that door.</summary>
    public Attempt? GivenUp(int attempt) =>
        Past.TryGetValue(attempt, out var past) && past.End is AttemptEnd.Withdrawn or AttemptEnd.Cancelled or AttemptEnd.ArrivalFailed ? past : null;

    /// <summary>Units not to offer at this instant.</summary>
    public ImmutableSortedSet<string> ExcludedAt(DateTimeOffset instant) =>
        Excluded.Where(unit => !(unit.Value <= instant)).Select(unit => unit.Key).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>Of them those that a facility may have, by its own ids.</summary>
    public ImmutableSortedSet<string> ExcludedAt(DateTimeOffset instant, string facilityId) =>
        [.. from unit in ExcludedAt(instant)
            let slash = unit.IndexOf('/', StringComparison.Ordinal)
            where slash < 0 || unit.AsSpan(0, slash).SequenceEqual(facilityId)
            select unit[(slash + 1)..]];

    /// <summary>With expert team and process directors, and still without a place.</summary>
    public bool IsExpertCase => IsWithoutPlace && (Escalation >= Care.ExpertTeamLevel || Care.Registered || Owner is "ExpertTeam" or "ProcessDirector");

    /// <summary>The children wait, whether or not somebody searches or asks for them now.</summary>
    public bool IsWaiting => IsWithoutPlace && Care.Dates.WaitingFrom is not null;

    private bool IsWithoutPlace => Phase != PlacementPhase.None && Phase != PlacementPhase.Placed && !IsFinal;

    public bool IsFinal => Phase is PlacementPhase.Ended or PlacementPhase.Rejected or PlacementPhase.Cancelled;
}

/// <param name="Until">While offered the end of the hold, later the arrival deadline.</param>
/// <param name="End">How it came to nothing; null while it is live, and when it came to a stay that is over.</param>
/// <param name="Extended">Whether its hold was given more time, which happens once.</param>
public sealed record Attempt(int Number, string FacilityId, string UnitId, int Beds, DateTimeOffset Until, AttemptEnd? End = null, bool Extended = false);
