using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Facilities;

/// <summary>A facility's book: its units, what was reported about them, whom it holds places for and who is in.</summary>
/// <remarks>Ids are ordered ordinally, so that any walk over a state has one order everywhere.</remarks>
public sealed record FacilityState(
    FacilityProfile? Profile,
    bool Crucial,
    OpennessFact Openness,
    ImmutableSortedDictionary<string, UnitState> Units,
    ImmutableSortedDictionary<string, Block> Blocks,
    ImmutableSortedDictionary<string, Hold> Holds,
    ImmutableSortedDictionary<string, Occupancy> Occupancies)
{
    public static readonly FacilityState None = new(
        null, false, OpennessFact.Never, Ordinal<UnitState>(), Ordinal<Block>(), Ordinal<Hold>(), Ordinal<Occupancy>());

    private static ImmutableSortedDictionary<string, T> Ordinal<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}

/// <param name="AsOf">Null: never reported.</param>
public sealed record OpennessFact(Openness Value, OpennessReason? Reason, TextRef? Text, DateTimeOffset? ExpectedReopening, DateTimeOffset? AsOf)
{
    public static readonly OpennessFact Never = new(Openness.Unknown, null, null, null, null);

    /// <summary>When the expected end has passed nobody knows: Unknown, never Open.</summary>
    public Openness At(DateTimeOffset instant) => ExpectedReopening <= instant ? Openness.Unknown : Value;
}

/// <param name="Beds">The newest report of children present, or null.</param>
/// <param name="DeclaredOperable">The declared number, for units staffed so; null until it is declared.</param>
/// <param name="DisputedSince">A place that turned out not to be there. Only a new bed report ends it.</param>
/// <param name="RecentlyEnded">Occupancies that ended after the newest bed report's instant: a report of an earlier moment still counts them.</param>
/// <param name="LastAttempts">The last 20 attempts that count for accuracy, oldest first: true for a consent, false for a refusal for data reasons.</param>
public sealed record UnitState(
    UnitProfile Profile, BedsFact? Beds, OperableFact? DeclaredOperable, CrisisUseStated? CrisisUse, DateTimeOffset? DisputedSince,
    ImmutableArray<EndedStay> RecentlyEnded, ImmutableArray<bool> LastAttempts)
{
    public int? Operable => DeclaredOperable?.Operable;
}

/// <param name="OtherOccupied">Children present whom Plek did not place: reported minus the occupancies open at <paramref name="AsOf"/>.</param>
/// <param name="AsOf">The moment of the number.</param>
/// <param name="FreshAsOf">The moment of the last confirmation or change: freshness counts from here.</param>
public sealed record BedsFact(int OtherOccupied, DateTimeOffset AsOf, DateTimeOffset FreshAsOf);

public sealed record OperableFact(int Operable, DateTimeOffset AsOf, DateTimeOffset FreshAsOf);

public sealed record EndedStay(DateTimeOffset Since, DateTimeOffset At);
