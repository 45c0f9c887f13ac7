using System.Collections.Immutable;
using Grains.Capacity;

namespace Grains.Finding;

/// <summary>How far a unit is from fitting. Of two misses the lesser is nearer: fewer blockers first, then the smaller gap, then the nearer place.</summary>
/// <param name="Gap">Years, beds, rooms and tens of kilometres that are missing; a word that a call may change counts 3, what no call changes 100.</param>
/// <param name="Metres">From home, 0 when that is not known.</param>
public readonly record struct Miss(int Blockers, int Gap, int Metres) : IComparable<Miss>
{
    public int CompareTo(Miss other) => (Blockers, Gap, Metres).CompareTo((other.Blockers, other.Gap, other.Metres));
}

/// <param name="Asked">What the children need, such as the age 11 or 2 beds; 0 when it is no number.</param>
/// <param name="Limit">What the unit has, such as the least age 12 or 1 bed. Beds may be below 0.</param>
/// <param name="Until">When this ends by itself, or null when that is not known.</param>
/// <param name="Staff">What staff would open beds enough, where beds are there and only staff is missing; else null.</param>
public readonly record struct Blocker(Exclusion Reason, int Asked, int Limit, DateTimeOffset? Until, StaffMissing? Staff = null);

/// <summary>What stands between a unit and the children, for places that do not fit: from here a staff loan, an extension or bridging starts.</summary>
public static class NearestMiss
{
    /// <returns>No blockers for a unit that fits.</returns>
    public static Miss Of(Wanted wanted, in Candidate unit)
    {
        var (blockers, gap) = (0, 0);
        for (var reason = Exclusion.NotOpen; reason <= Exclusion.TooFar; reason++)
        {
            if (!HardFilter.Applies(reason, wanted, unit)) continue;
            blockers++;
            gap += GapOf(reason, wanted, unit);
        }
        return new(blockers, gap, unit.HomeMetres ?? 0);
    }

    /// <summary>Each blocker with its numbers, in the order of the filter.</summary>
    /// <param name="bedsBack">When blocked beds come back that would do, or null.</param>
    /// <param name="staff">What staff would do, or null.</param>
    public static ImmutableArray<Blocker> Blockers(Wanted wanted, in Candidate unit, DateTimeOffset? bedsBack, StaffMissing? staff = null)
    {
        var blockers = ImmutableArray.CreateBuilder<Blocker>();
        for (var reason = Exclusion.NotOpen; reason <= Exclusion.TooFar; reason++)
        {
            if (!HardFilter.Applies(reason, wanted, unit)) continue;
            var (asked, limit) = Numbers(reason, wanted, unit);
            var beds = reason == Exclusion.NotEnoughBeds;
            blockers.Add(new(reason, asked, limit, beds ? bedsBack : null, beds ? staff : null));
        }
        return blockers.ToImmutable();
    }

    private static (int Asked, int Limit) Numbers(Exclusion reason, Wanted wanted, in Candidate unit) => reason switch
    {
        Exclusion.AgeOutOfRange when wanted.AgeLow < unit.AgeMin => (wanted.AgeLow, unit.AgeMin),
        Exclusion.AgeOutOfRange => (wanted.AgeHigh, unit.AgeMax),
        Exclusion.NotEnoughBeds => (wanted.Beds, unit.Slack),
        Exclusion.NotEnoughSingleRooms => (wanted.Beds, unit.SingleRooms),
        Exclusion.TooFar => (wanted.MaxDistanceKm ?? 0, KilometresUp(unit.HomeMetres ?? 0)),
        _ => (0, 0),
    };

    private static int GapOf(Exclusion reason, Wanted wanted, in Candidate unit) => reason switch
    {
        Exclusion.AgeOutOfRange => Math.Max(0, unit.AgeMin - wanted.AgeLow) + Math.Max(0, wanted.AgeHigh - unit.AgeMax),
        Exclusion.NotEnoughBeds => wanted.Beds - unit.Slack,
        Exclusion.NotEnoughSingleRooms => wanted.Beds - unit.SingleRooms,
        Exclusion.TooFar => (KilometresUp(unit.HomeMetres ?? 0) - (wanted.MaxDistanceKm ?? 0) + 9) / 10,
        Exclusion.SecurityWithoutLegalBasis or Exclusion.KeepApartChildPresent or Exclusion.UnitExcluded => 100,
        _ => 3,
    };

    private static int KilometresUp(int metres) => (metres + 999) / 1000;
}
