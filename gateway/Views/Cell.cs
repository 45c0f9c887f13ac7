using System.Runtime.Intrinsics;
using Grains.Finding;

namespace Gateway.Views;

/// <summary>The units of one piece of the map, in columns, those with the most points first. Never changes.</summary>
internal sealed class Cell
{
    public static readonly Cell Empty = new([], default);

    private Cell(IReadOnlyCollection<FacilityEntry> facilities, ScoreWeights weights)
    {
        var rows = facilities
            .SelectMany(facility => facility.Units, (facility, unit) => (Facility: facility, Unit: unit, Candidate: CandidateOf(facility, unit)))
            .Select(row => (row.Facility, row.Unit, row.Candidate, Merit: MeritScale.Of(row.Candidate, weights)))
            .OrderByDescending(row => MeritScale.PointsOf(row.Merit))
            .ToArray();
        Facilities = [.. rows.Select(row => row.Facility)];
        Units = [.. rows.Select(row => row.Unit)];
        Candidates = [.. rows.Select(row => row.Candidate)];
        Merits = Padded([.. rows.Select(row => row.Merit)]);
        Points = [.. rows.Select(row => row.Facility.Point)];
        Marks = [.. rows.Select(row => Views.Marks.Of(row.Facility.State, row.Unit.UnitId))];
        Fits = Padded([.. Candidates.Select(unit => FitBits.Of(unit))]);
        Bounds = CellBounds.Of(Points, Merits);
    }

    public static Cell Of(IReadOnlyCollection<FacilityEntry> facilities, ScoreWeights weights) => new(facilities, weights);

    public int Count => Units.Length;

    /// <summary>What each unit offers, as <see cref="FitBits"/>, and after the last unit nothing up to a whole vector.</summary>
    public ulong[] Fits { get; }

    /// <summary>What each unit is worth at best, as <see cref="MeritScale"/> reads it; as long as <see cref="Fits"/>.</summary>
    public ulong[] Merits { get; }

    /// <summary>What a request may have against each unit itself, as <see cref="Views.Marks"/>.</summary>
    public ulong[] Marks { get; }
    public GeoPoint[] Points { get; }

    /// <summary>Each unit without what depends on who asks.</summary>
    public Candidate[] Candidates { get; }
    public UnitEntry[] Units { get; }
    public FacilityEntry[] Facilities { get; }
    public CellBounds Bounds { get; }

    private static ulong[] Padded(ulong[] column)
    {
        Array.Resize(ref column, (column.Length + Vector256<ulong>.Count - 1) / Vector256<ulong>.Count * Vector256<ulong>.Count);
        return column;
    }

    private static Candidate CandidateOf(FacilityEntry facility, UnitEntry entry)
    {
        var (profile, capacity, attempts) = (entry.Unit.Profile, entry.Capacity, entry.Unit.LastAttempts);
        return new()
        {
            Kind = profile.Kind,
            AgeMin = profile.AgeMin,
            AgeMax = profile.AgeMax,
            GenderPolicy = profile.GenderPolicy,
            Security = profile.Security,
            Specialisms = SpecialismSet.Of(profile.Specialisms),
            SiblingsPossible = profile.SiblingsPossible,
            Cohort = capacity.Cohort,
            Openness = capacity.Openness,
            CrisisUse = capacity.CrisisUse,
            Disputed = capacity.Disputed,
            Unknown = capacity.Basis == Grains.Facilities.Basis.Unknown,
            Freshness = capacity.Freshness,
            Slack = capacity.Slack,
            SingleRooms = capacity.SingleRooms,
            Consents = attempts.Count(wasTrue => wasTrue),
            Attempts = attempts.Length,
            TooManyHolds = facility.TooManyHolds,
        };
    }
}
