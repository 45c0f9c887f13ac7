using Grains.Facilities;

namespace Grains.Placements;

/// <summary>What a provider's refusal does to the request, by its code. What it does to the facility is the facility's own rule.</summary>
/// <param name="ExcludedFor">How long; null for good. Only with <paramref name="ExcludesUnit"/>.</param>
/// <param name="BackToTriage">The request itself misses something.</param>
/// <param name="Asks">What somebody is asked now; null for nothing.</param>
public readonly record struct RefusalEffect(bool ExcludesUnit, TimeSpan? ExcludedFor, bool BackToTriage, RefusalAsks? Asks = null)
{
    /// <summary>A group is another group after a week.</summary>
    private static readonly TimeSpan GroupChanges = TimeSpan.FromDays(7);

    public static RefusalEffect Of(RefusalCode code) => code switch
    {
        RefusalCode.GroupComposition => new(true, GroupChanges, false),
        RefusalCode.DoesNotFitProfile or RefusalCode.GroupSafety => new(true, null, false),
        RefusalCode.NotForCrisis => new(true, null, false, RefusalAsks.CrisisUse),
        RefusalCode.InfectionRisk => new(false, null, false, RefusalAsks.CohortReview),
        RefusalCode.TooFar => new(false, null, false, RefusalAsks.MaxDistance),
        RefusalCode.ParentsRefuse or RefusalCode.ChildRefuses => new(false, null, false, RefusalAsks.DeskDecision),
        RefusalCode.NoLegalBasis => new(false, null, true),
        _ => default,
    };
}

/// <summary>What a refusal asks of somebody: of the provider its crisis use or a review of the cohort, of the family the greatest distance, of the desk what to do now.</summary>
public enum RefusalAsks { CohortReview, CrisisUse, MaxDistance, DeskDecision }
