using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Finding;

/// <summary>A unit as the search sees it: values alone, so that an index can make one from its columns without allocating.</summary>
public readonly record struct Candidate
{
    public UnitKind Kind { get; init; }
    public int AgeMin { get; init; }
    public int AgeMax { get; init; }
    public GenderPolicy GenderPolicy { get; init; }
    public Security Security { get; init; }
    public SpecialismSet Specialisms { get; init; }
    public bool SiblingsPossible { get; init; }

    public Cohort Cohort { get; init; }
    public Openness Openness { get; init; }
    public CrisisUse CrisisUse { get; init; }
    public bool Disputed { get; init; }
    public bool Unknown { get; init; }
    public Freshness Freshness { get; init; }

    /// <summary>Of a Disputed unit what its reports claim. May be negative.</summary>
    public int Slack { get; init; }
    public int SingleRooms { get; init; }

    /// <summary>Of the last attempts that count for accuracy (domain 4): consents, and all.</summary>
    public int Consents { get; init; }
    public int Attempts { get; init; }

    /// <summary>The request excludes this unit now.</summary>
    public bool Excluded { get; init; }

    /// <summary>A child to keep apart from is there, or has a bed held there.</summary>
    public bool KeepApart { get; init; }

    /// <summary>The facility has as many live holds as the policy allows.</summary>
    public bool TooManyHolds { get; init; }

    /// <summary>Straight line from home; null when the home is not known.</summary>
    public int? HomeMetres { get; init; }

    /// <summary>Straight line from school; null when no school is given.</summary>
    public int? SchoolMetres { get; init; }

    /// <summary>The unit as its facility's state has it, asked for by <paramref name="wanted"/>.</summary>
    /// <remarks>A state does not know its facility's id: what is excluded as <c>facility/unit</c> is for <see cref="Wanted.Excludes"/> to say.</remarks>
    public static Candidate Of(FacilityState facility, string unitId, Wanted wanted, DateTimeOffset instant, Policy policy)
    {
        var unit = facility.Units[unitId];
        var capacity = UnitCapacity.At(facility, unitId, instant, policy);
        var place = GeoPoint.At(facility.Profile!.Latitude, facility.Profile.Longitude);
        return new()
        {
            Kind = unit.Profile.Kind,
            AgeMin = unit.Profile.AgeMin,
            AgeMax = unit.Profile.AgeMax,
            GenderPolicy = unit.Profile.GenderPolicy,
            Security = unit.Profile.Security,
            Specialisms = SpecialismSet.Of(unit.Profile.Specialisms),
            SiblingsPossible = unit.Profile.SiblingsPossible,
            Cohort = capacity.Cohort,
            Openness = capacity.Openness,
            CrisisUse = capacity.CrisisUse,
            Disputed = capacity.Disputed,
            Unknown = capacity.Basis == Basis.Unknown,
            Freshness = capacity.Freshness,
            Slack = capacity.Slack,
            SingleRooms = capacity.SingleRooms,
            Consents = unit.LastAttempts.Count(wasTrue => wasTrue),
            Attempts = unit.LastAttempts.Length,
            Excluded = wanted.ExcludedUnits.Contains(unitId),
            KeepApart = Facility.IsPresentOrExpected(facility, unitId, wanted.KeepApartFrom, instant),
            TooManyHolds = Facility.HasTooManyHolds(facility, instant, policy),
            HomeMetres = wanted.Home?.MetresTo(place),
            SchoolMetres = wanted.School?.MetresTo(place),
        };
    }
}
