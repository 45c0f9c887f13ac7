namespace Grains.Kernel;

/// <summary>The region's wall clock: what "today", "midnight" and "a quarter past seven" mean to people. Everything else counts in UTC.</summary>
public static class Amsterdam
{
    private const int DaysKept = 1 << 10;

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    // Asking the zone takes longer than all the arithmetic of a shift, so each day is asked for once. What is found twice is the same.
    private static readonly Day?[] Days = new Day?[DaysKept];

    public static DateOnly DayOf(DateTimeOffset instant)
    {
        var day = DateOnly.FromDateTime(instant.UtcDateTime);
        return day < DateOnly.MaxValue && instant >= InstantOf(day.AddDays(1), 0) ? day.AddDays(1) : day;
    }

    /// <summary>When the clock shows so many minutes after midnight on that day.</summary>
    /// <param name="minute">0 to 1,439. One that the clock skips counts as that much after the last one before it;
    /// of one that the clock shows twice it is the first.</param>
    public static DateTimeOffset InstantOf(DateOnly day, int minute)
    {
        var found = Find(day);
        return found.Midnight.AddMinutes(minute < found.ChangesAt ? minute : minute - found.Shift);
    }

    private static Day Find(DateOnly date)
    {
        var place = date.DayNumber & (DaysKept - 1);
        if (Volatile.Read(ref Days[place]) is { } kept && kept.Date == date) return kept;
        var day = Look(date);
        Volatile.Write(ref Days[place], day);
        return day;
    }

    private static Day Look(DateOnly date)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        var before = Zone.GetUtcOffset(local);
        var midnight = new DateTimeOffset(local, before).ToUniversalTime();
        var shift = (int)(Zone.GetUtcOffset(local.AddDays(1).AddMinutes(-1)) - before).TotalMinutes;
        if (shift == 0) return new(date, midnight, int.MaxValue, 0);
        var elapsed = 0;
        while (Zone.GetUtcOffset(midnight.AddMinutes(elapsed)) == before) elapsed++;
        return new(date, midnight, elapsed + Math.Max(shift, 0), shift);
    }

    /// <param name="ChangesAt">The first minute after midnight that the new offset alone shows.</param>
    /// <param name="Shift">Minutes by which the clock goes forward; negative when it goes back.</param>
    private sealed record Day(DateOnly Date, DateTimeOffset Midnight, int ChangesAt, int Shift);
}
