using Grains.Finding;

namespace Gateway.Views;

/// <summary>The units of one piece of the map, in columns. Never changes.</summary>
internal sealed class Cell
{
    public static readonly Cell Empty = new([]);

    private readonly GeoPoint _low;
    private readonly GeoPoint _high;

    private Cell(IReadOnlyCollection<FacilityEntry> facilities)
    {
        var rows = facilities.SelectMany(facility => facility.Units, (facility, unit) => (facility, unit)).ToArray();
        Facilities = [.. rows.Select(row => row.facility)];
        Units = [.. rows.Select(row => row.unit)];
        Points = [.. rows.Select(row => row.facility.Point)];
        Candidates = [.. rows.Select(row => CandidateOf(row.facility, row.unit))];
        Fits = [.. Candidates.Select(unit => FitBits.Of(unit))];
        (_low, _high) = Bounds(Points);
    }

    public static Cell Of(IReadOnlyCollection<FacilityEntry> facilities) => new(facilities);

    /// <summary>What each unit offers, as <see cref="FitBits"/>.</summary>
    public ulong[] Fits { get; }
    public GeoPoint[] Points { get; }

    /// <summary>Each unit without what depends on who asks.</summary>
    public Candidate[] Candidates { get; }
    public UnitEntry[] Units { get; }
    public FacilityEntry[] Facilities { get; }

    /// <summary>No unit of the cell is nearer.</summary>
    public int MetresAtLeast(GeoPoint from)
    {
        var (x, y, z) = (Outside(from.X, _low.X, _high.X), Outside(from.Y, _low.Y, _high.Y), Outside(from.Z, _low.Z, _high.Z));
        // Through the ground is never longer than along it; the metre less is for what rounding may add.
        return (int)(Math.Sqrt((x * x) + (y * y) + (z * z)) * 1000) - 1;
    }

    private static double Outside(double at, double low, double high) => at < low ? low - at : at > high ? at - high : 0;

    private static (GeoPoint Low, GeoPoint High) Bounds(GeoPoint[] points) => points.Length == 0 ? default : (
        new(points.Min(p => p.X), points.Min(p => p.Y), points.Min(p => p.Z)), new(points.Max(p => p.X), points.Max(p => p.Y), points.Max(p => p.Z)));

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
