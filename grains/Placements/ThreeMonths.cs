using Grains.Kernel;

namespace Grains.Placements;

/// <summary>The rule for children with a protection measure who wait (s1): months and days of the calendar in Amsterdam, not elapsed hours.</summary>
public static class ThreeMonths
{
    private const int Months = 3;
    private const int WarningDays = 21;

    /// <summary>00:00 of the day after the last day. 31 January gives 30 April as last day, so 1 May.</summary>
    public static DateTimeOffset ReachedAt(DateTimeOffset waitingFrom) => Amsterdam.InstantOf(DayAfter(waitingFrom), 0);

    /// <summary>00:00, three weeks before.</summary>
    public static DateTimeOffset NearAt(DateTimeOffset waitingFrom) => Amsterdam.InstantOf(DayAfter(waitingFrom).AddDays(-WarningDays), 0);

    private static DateOnly DayAfter(DateTimeOffset waitingFrom) => Amsterdam.DayOf(waitingFrom).AddMonths(Months).AddDays(1);
}
