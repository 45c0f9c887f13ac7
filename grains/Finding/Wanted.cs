using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Placements;

namespace Grains.Finding;

/// <summary>What is asked for, prepared once so that thousands of units can be held against it: siblings who stay together ask as one.</summary>
/// <param name="Children">1 to 4.</param>
/// <param name="Infections">One per child, in their order.</param>
/// <param name="Home">Where the home postcode lies, or null when that is not known: distance then neither excludes nor counts.</param>
public sealed record Wanted(
    ImmutableArray<WantedChild> Children, ImmutableArray<InfectionStatus> Infections, bool Crisis, bool HasSecureBasis, Urgency Urgency,
    ImmutableSortedSet<string> ExcludedUnits, ImmutableSortedSet<string> KeepApartFrom, GeoPoint? Home, GeoPoint? School, int? MaxDistanceKm)
{
    public int Beds => Children.Length;
    public int AgeLow { get; } = Children.Min(child => child.AgeYears);
    public int AgeHigh { get; } = Children.Max(child => child.AgeYears);

    private readonly bool _allF = Children.All(child => child.GenderNeed == GenderNeed.F);
    private readonly bool _allM = Children.All(child => child.GenderNeed == GenderNeed.M);

    /// <param name="infection">A child that it does not name counts as NotAsked.</param>
    public static Wanted Of(
        ImmutableArray<ChildFacts> children, InfectionFacts infection, bool crisis, bool hasSecureBasis, Urgency urgency,
        ImmutableSortedSet<string> excludedUnits, ImmutableSortedSet<string> keepApartFrom, GeoPoint? home = null, GeoPoint? school = null, int? maxDistanceKm = null) => new(
            [.. children.Select(WantedChild.Of)],
            [.. children.Select(child => infection.BySubject.TryGetValue(child.SubjectId, out var asked) ? asked.Status : InfectionStatus.NotAsked)],
            crisis, hasSecureBasis, urgency, excludedUnits, keepApartFrom, home, school, maxDistanceKm);

    /// <summary>Whether a unit is excluded, by its id alone or as <c>facility/unit</c>.</summary>
    public bool Excludes(string facilityId, string unitId) =>
        !ExcludedUnits.IsEmpty && (ExcludedUnits.Contains(unitId) || ExcludedUnits.Contains($"{facilityId}/{unitId}"));

    public bool FitsAge(int ageMin, int ageMax) => ageMin <= AgeLow && AgeHigh <= ageMax;

    /// <summary>By consultation excludes nobody: the provider says it when it is asked for its consent.</summary>
    public bool FitsGender(GenderPolicy policy) => policy switch
    {
        GenderPolicy.F => _allF,
        GenderPolicy.M => _allM,
        _ => true,
    };

    public bool FitsSecurity(Security security) => security != Security.Secure || HasSecureBasis;

    /// <summary>The strictest fit of the children: one who needs a single room gives all of them one.</summary>
    public CohortFit FitsCohort(Cohort cohort)
    {
        var strictest = CohortFit.Yes;
        foreach (var child in Infections)
        {
            var fit = Cohorts.Fit(child, cohort, Urgency);
            if (fit > strictest) strictest = fit;
        }
        return strictest;
    }
}

/// <param name="Specialisms">What this child needs, as bits: see <see cref="SpecialismSet"/>.</param>
public readonly record struct WantedChild(int AgeYears, GenderNeed GenderNeed, Security Security, SpecialismSet Specialisms)
{
    public static WantedChild Of(ChildFacts facts)
    {
        var needs = SpecialismSet.Of(facts.Specialisms);
        if (facts.ParentChild) needs = needs.With(Specialism.ParentChild);
        if (facts.Medical) needs = needs.With(Specialism.Medical);
        return new(facts.AgeYears, facts.GenderNeed, facts.Security, needs);
    }
}

/// <summary>Specialisms as bits, so that an index can hold them in a column.</summary>
public readonly record struct SpecialismSet(uint Bits)
{
    public int Count => System.Numerics.BitOperations.PopCount(Bits);

    public static SpecialismSet Of(ImmutableArray<Specialism> specialisms)
    {
        var set = default(SpecialismSet);
        foreach (var specialism in specialisms) set = set.With(specialism);
        return set;
    }

    public SpecialismSet With(Specialism specialism) => new(Bits | (1u << (int)specialism));

    public SpecialismSet And(SpecialismSet other) => new(Bits & other.Bits);
}
