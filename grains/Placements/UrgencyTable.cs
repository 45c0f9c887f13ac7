using Grains.Kernel;

namespace Grains.Placements;

/// <summary>How soon a place is needed, from how long the present situation can be borne and how unsafe it is.</summary>
public static class UrgencyTable
{
    /// <param name="tenableUntil">Null when nobody knows of an end.</param>
    /// <param name="safety">The worst of the children.</param>
    public static Urgency Derive(DateTimeOffset now, Policy policy, DateTimeOffset? tenableUntil, SafetyScore safety) =>
        Explain(now, policy, tenableUntil, safety) switch
        {
            UrgencyReason.HardlyTenable or UrgencyReason.VeryUnsafe => Urgency.Immediate,
            UrgencyReason.TenableToday or UrgencyReason.Unsafe => Urgency.Today,
            UrgencyReason.TenableTwoDays => Urgency.Within48h,
            UrgencyReason.TenableThisWeek => Urgency.ThisWeek,
            _ => Urgency.Planned,
        };

    /// <summary>The row of the table that decided. It tells of the child, so it is shown to who may see the facts and never stored in plain.</summary>
    /// <remarks>"Today" is a day in Amsterdam; the other rows count elapsed time, whatever the clocks do that night.</remarks>
    public static UrgencyReason Explain(DateTimeOffset now, Policy policy, DateTimeOffset? tenableUntil, SafetyScore safety)
    {
        bool TenableAtMost(PolicyNumber number) => tenableUntil <= now + policy.Minutes(number);

        if (TenableAtMost(PolicyNumbers.TenableImmediate)) return UrgencyReason.HardlyTenable;
        if (safety == SafetyScore.VeryUnsafe) return UrgencyReason.VeryUnsafe;
        if (tenableUntil is { } end && Amsterdam.DayOf(end) <= Amsterdam.DayOf(now)) return UrgencyReason.TenableToday;
        if (safety == SafetyScore.Unsafe) return UrgencyReason.Unsafe;
        if (TenableAtMost(PolicyNumbers.TenableWithin48h)) return UrgencyReason.TenableTwoDays;
        if (TenableAtMost(PolicyNumbers.TenableThisWeek)) return UrgencyReason.TenableThisWeek;
        return UrgencyReason.Tenable;
    }
}

/// <summary>Why a request is as urgent as it is, the strongest reason first.</summary>
public enum UrgencyReason { HardlyTenable, VeryUnsafe, TenableToday, Unsafe, TenableTwoDays, TenableThisWeek, Tenable }
