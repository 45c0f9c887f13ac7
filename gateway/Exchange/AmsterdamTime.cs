using System.Globalization;

namespace Gateway.Exchange;

/// <summary>Instants as people in the region write them: ISO 8601, and without an offset by the clock of Europe/Amsterdam.</summary>
internal static class AmsterdamTime
{
    public const string Allowed = "a date such as 2026-11-21 or an instant such as 2026-11-21T08:30 (clock of Europe/Amsterdam) or 2026-11-21T08:30+01:00";

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    // A space instead of the T is what LibreOffice and Excel make of it.
    private static readonly string[] Local =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] WithOffset =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>The instant in UTC, or why it is none. A date alone is 00:00 of that day.</summary>
    public static (DateTimeOffset Instant, string? Wrong) Read(string text)
    {
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return At(local);
        return DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? Plausible(instant.ToUniversalTime())
            : (default, $"is not {Allowed}");
    }

    /// <summary>The same time of day, a number of days later by the calendar: what a clock change moves in between is undone.</summary>
    public static DateTimeOffset AddDays(DateTimeOffset instant, int days)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Zone).DateTime.AddDays(days);
        if (Zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static (DateTimeOffset, string?) At(DateTime local)
    {
        if (Zone.IsInvalidTime(local)) return (default, "does not exist: the clock went forward over it");
        if (Zone.IsAmbiguousTime(local)) return (default, "happened twice, the clock went back: add +02:00 for the first or +01:00 for the second");
        return Plausible(new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime());
    }

    // A year outside is a slip of the finger, and far enough from the ends of the calendar to be moved.
    private static (DateTimeOffset, string?) Plausible(DateTimeOffset instant) =>
        instant.Year is >= 2000 and <= 2100 ? (instant, null) : (default, "lies outside the years 2000 to 2100");
}
