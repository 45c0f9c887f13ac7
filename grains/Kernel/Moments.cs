namespace Grains.Kernel;

/// <summary>What a caller's clock is worth: a moment a little ahead of ours counts as now, one further ahead is refused.</summary>
public static class Moments
{
    public static bool IsTooFarAhead(this Context context, DateTimeOffset at) => at > LatestAllowed(context);

    public static DateTimeOffset LatestAllowed(this Context context) => context.Now + context.Policy.Minutes(PolicyNumbers.ClockTolerance);

    /// <summary>The moment to record: whole microseconds, never later than now.</summary>
    public static DateTimeOffset NoLaterThanNow(this Context context, DateTimeOffset at) => at > context.Now ? context.Now : Micros.Floor(at);
}
