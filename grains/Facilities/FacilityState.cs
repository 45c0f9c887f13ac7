using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Facilities;

/// <summary>A facility's book: its units, what was reported about them, whom it holds places for and who is in.</summary>
/// <remarks>Ids are ordered ordinally, so that any walk over a state has one order everywhere.</remarks>
/// <param name="Holds">Live ones only, by <see cref="Hold.IdOf"/>.</param>
/// <param name="HoldsOver">Ids of the last <see cref="FacilityLimits.HoldsOverMax"/> holds that ended or were consumed, oldest first:
/// a late word about one hears that it is over. Older ones are told apart by their request, whose attempts only count up.</param>
/// <param name="Over">Blocks that were ended, and stays without a request that are over: an import that still names one does not bring it back.</param>
public sealed record FacilityState(
    FacilityProfile? Profile,
    bool Crucial,
    OpennessFact Openness,
    ImmutableSortedDictionary<string, UnitState> Units,
    ImmutableSortedDictionary<string, Block> Blocks,
    ImmutableSortedDictionary<string, Hold> Holds,
    ImmutableSortedDictionary<string, Occupancy> Occupancies,
    ImmutableArray<string> HoldsOver,
    ImmutableSortedSet<string> Over)
{
    public static readonly FacilityState None = new(
        null, false, OpennessFact.Never, Ordinal<UnitState>(), Ordinal<Block>(), Ordinal<Hold>(), Ordinal<Occupancy>(),
        [], ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    /// <summary>The last alarms that were acknowledged, oldest first.</summary>
    public ImmutableArray<string> Acknowledged { get; init; } = [];

    /// <summary>How many holds it ever gave.</summary>
    public long HoldsGiven { get; init; }

    private static ImmutableSortedDictionary<string, T> Ordinal<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}

/// <param name="AsOf">The moment of the value. Null: never reported.</param>
/// <param name="FreshAsOf">The moment of the last report or confirmation: freshness counts from here.</param>
public sealed record OpennessFact(
    Openness Value, OpennessReason? Reason, TextRef? Text, DateTimeOffset? ExpectedReopening, DateTimeOffset? AsOf, DateTimeOffset? FreshAsOf)
{
    public static readonly OpennessFact Never = new(Openness.Unknown, null, null, null, null, null);

    /// <summary>When the expected end has passed nobody knows: Unknown, never Open.</summary>
    public Openness At(DateTimeOffset instant) => ExpectedReopening <= instant ? Openness.Unknown : Value;
}

/// <param name="Profile">As described. A later bed report may have changed <see cref="Licensed"/>.</param>
/// <param name="Beds">The newest report of children present, or null.</param>
/// <param name="DeclaredOperable">The declared number, for units staffed so; null until it is declared.</param>
/// <param name="DisputedSince">A place turned out not to be there. Only a bed report of that moment or later ends it.</param>
/// <param name="StaffShortSince">A place was refused for want of staff: staffing counts as stale until it is reported, of that moment or later.</param>
/// <param name="RecentlyEnded">The last <see cref="FacilityLimits.EndedStaysMax"/> stays that ended, oldest first: a report of an earlier moment still counts them.</param>
/// <param name="LastAttempts">The last <see cref="FacilityLimits.AttemptsMax"/> attempts that count for accuracy, oldest first:
/// true for a consent, false for a refusal for data reasons.</param>
public sealed record UnitState(
    UnitProfile Profile, int? ReportedLicensed, BedsFact? Beds, OperableFact? DeclaredOperable, CrisisUseStated? CrisisUse,
    DateTimeOffset? DisputedSince, DateTimeOffset? StaffShortSince,
    ImmutableArray<EndedStay> RecentlyEnded, ImmutableArray<bool> LastAttempts)
{
    public static UnitState New(UnitProfile profile) => new(profile, null, null, null, null, null, null, [], []);

    public int Licensed => ReportedLicensed ?? Profile.Licensed;

    /// <summary>Since when a review of the cohort is asked, by a refusal for fear of infection; null when none is, and once the unit consents to a child again.</summary>
    public DateTimeOffset? CohortReviewAskedAt { get; init; }

    /// <summary>Since when the provider is asked to state its crisis use, by a refusal that said not for crisis; null once it has.</summary>
    public DateTimeOffset? CrisisUseAskedAt { get; init; }

    /// <summary>What the unit is for when there is infection. Every unit is Regular until cohorts are declared.</summary>
    public Cohort Cohort { get; init; } = Cohort.Regular;

    public UnitStaff Staff { get; init; } = UnitStaff.None;

    /// <summary>Staff was reported absent after the operable number was declared: the number stands and ages at once, until it is said again.</summary>
    public DateTimeOffset? AbsentSince { get; init; }

    /// <summary>The shortfall that was noticed last; 0 for none.</summary>
    public int ShortfallNoted { get; init; }

    /// <summary>Short shifts of the forecast that were noticed, of yesterday or later.</summary>
    public ImmutableArray<ShiftKey> ForecastNoted { get; init; } = [];
}

/// <param name="Reported">All children present at <paramref name="AsOf"/>.</param>
/// <param name="Known">Those of them that have an occupancy here, as known now: a stay that is opened or ended late, for an earlier moment, moves it.</param>
/// <param name="AsOf">The moment of the number.</param>
/// <param name="FreshAsOf">The moment of the last report, confirmation or change: freshness counts from here.</param>
public sealed record BedsFact(int Reported, int Known, DateTimeOffset AsOf, DateTimeOffset FreshAsOf, Basis Basis)
{
    /// <summary>Children present whom Plek did not place.</summary>
    public int OtherOccupied => Math.Max(0, Reported - Known);
}

public sealed record OperableFact(int Operable, DateTimeOffset AsOf, DateTimeOffset FreshAsOf);

public sealed record EndedStay(string OccupancyId, DateTimeOffset Since, DateTimeOffset At);

/// <summary>How much of its past a facility keeps at hand. The log keeps everything.</summary>
public static class FacilityLimits
{
    public const int HoldsOverMax = 50;  // A late word about a hold comes within minutes; a facility has a few holds a day.
    public const int EndedStaysMax = 50; // A report that arrives late is days old; a unit has a few stays a week.
    public const int AttemptsMax = 20;   // Domain 4: accuracy looks at the last 20 attempts.
    public const int StaffDaysMax = 7;   // A correction of a shift or an absence that is over comes within the week.
    public const int AbsencesMax = 200;  // A group has some ten staff; an absence that nobody ends must not pile up for ever.
}
