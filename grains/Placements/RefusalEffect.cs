using Grains.Facilities;

namespace Grains.Placements;

/// <summary>What a provider's refusal does to the request, by its code. What it does to the facility is the facility's own rule.</summary>
/// <param name="ExcludedFor">How long; null for good. Only with <paramref name="ExcludesUnit"/>.</param>
/// <param name="BackToTriage">The request itself misses something.</param>
public readonly record struct RefusalEffect(bool ExcludesUnit, TimeSpan? ExcludedFor, bool BackToTriage)
{
    /// <summary>A group is another group after a week.</summary>
    private static readonly TimeSpan GroupChanges = TimeSpan.FromDays(7);

    public static RefusalEffect Of(RefusalCode code) => code switch
    {
        RefusalCode.GroupComposition => new(true, GroupChanges, false),
        RefusalCode.DoesNotFitProfile or RefusalCode.GroupSafety or RefusalCode.NotForCrisis => new(true, null, false),
        RefusalCode.NoLegalBasis => new(false, null, true),
        _ => default,
    };
}
