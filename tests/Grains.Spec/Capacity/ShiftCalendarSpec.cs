using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Xunit;

namespace Grains.Spec.Capacity;

/// <summary>When shifts are, by the clock of Europe/Amsterdam.</summary>
public sealed class ShiftCalendarSpec
{
    [Theory]
    [InlineData("2026-11-21", Shift.Day, "2026-11-21T06:00Z", 8)]
    [InlineData("2026-11-21", Shift.Evening, "2026-11-21T14:00Z", 8)]
    [InlineData("2026-11-21", Shift.Night, "2026-11-21T22:00Z", 8)] // Over midnight; its date is that of its start.
    [InlineData("2026-07-31", Shift.Night, "2026-07-31T21:00Z", 8)] // Summer, over the end of a month.
    [InlineData("2026-12-31", Shift.Night, "2026-12-31T22:00Z", 8)] // Over the end of a year.
    [InlineData("2028-02-28", Shift.Night, "2028-02-28T22:00Z", 8)] // Into a leap day.
    [InlineData("2028-02-29", Shift.Night, "2028-02-29T22:00Z", 8)] // Out of it.
    [InlineData("2027-02-28", Shift.Night, "2027-02-28T22:00Z", 8)]
    [InlineData("2026-03-28", Shift.Night, "2026-03-28T22:00Z", 7)] // The clock goes forward at 02:00.
    [InlineData("2026-03-29", Shift.Day, "2026-03-29T05:00Z", 8)]
    [InlineData("2026-10-24", Shift.Night, "2026-10-24T21:00Z", 9)] // It goes back at 03:00.
    [InlineData("2026-10-25", Shift.Day, "2026-10-25T06:00Z", 8)]
    public void A_shift_starts_and_ends_by_the_clock_on_the_wall(string date, Shift shift, string start, int hours)
    {
        var span = ShiftCalendar.Of(Policy.Default).At(new(Day(date), shift));
        Assert.Equal((Instant(start), hours), (span.Start, (span.End - span.Start).TotalHours));
    }

    [Fact]
    public void Shifts_follow_each_other_without_gap_or_overlap_through_both_clock_changes()
    {
        foreach (var begin in new[] { "2026-03-27T12:00Z", "2026-10-23T12:00Z", "2028-02-27T12:00Z" })
        {
            var shifts = ShiftCalendar.Of(Policy.Default).After(Instant(begin));
            var before = shifts.Next();
            Assert.True(before.Start <= Instant(begin) && Instant(begin) < before.End);
            for (var i = 0; i < 21; i++)
            {
                var next = shifts.Next();
                Assert.Equal(before.End, next.Start);
                before = next;
            }
        }
    }

    [Fact]
    public void A_region_that_changes_shifts_at_other_times_says_so()
    {
        var policy = Policies.With(PolicyNumbers.ShiftStart[2], 22 * 60);
        Assert.Equal(Instant("2026-11-21T21:00Z"), ShiftCalendar.Of(policy).At(new(Day("2026-11-21"), Shift.Night)).Start);
        Assert.Equal(Instant("2026-11-21T22:00Z"), ShiftCalendar.Of(Policy.Default).At(new(Day("2026-11-21"), Shift.Night)).Start);
    }

    // A change of shifts within the hour that the clock skips, or shows twice: nobody is left without a shift.
    [Theory]
    [InlineData("2026-03-28", "2026-03-29T01:30Z")] // 02:30 does not exist; half an hour after 02:00 the clock shows 03:30.
    [InlineData("2026-10-24", "2026-10-25T00:30Z")] // The first 02:30, still by summer time.
    public void A_minute_that_the_clock_skips_or_shows_twice_is_one_instant(string date, string end)
    {
        var numbers = Policy.Default.Numbers.Add(PolicyNumbers.ShiftEnd[2].Name, 150).Add(PolicyNumbers.ShiftStart[0].Name, 150);
        var calendar = ShiftCalendar.Of(Policy.Default with { Numbers = numbers });
        Assert.Equal(Instant(end), calendar.At(new(Day(date), Shift.Night)).End);
        Assert.Equal(Instant(end), calendar.At(new(Day(date).AddDays(1), Shift.Day)).Start);
    }

    [Fact]
    public void The_clock_agrees_with_the_time_zone_at_every_quarter_of_an_hour_of_four_years()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
        for (var at = Instant("2025-12-30T00:00Z"); at < Instant("2029-01-03T00:00Z"); at = at.AddMinutes(15))
        {
            var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
            Assert.Equal(DateOnly.FromDateTime(local), Amsterdam.DayOf(at));
            if (!zone.IsAmbiguousTime(local)) Assert.Equal(at, Amsterdam.InstantOf(DateOnly.FromDateTime(local), (int)local.TimeOfDay.TotalMinutes));
        }
    }

    private static DateOnly Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd");

    private static DateTimeOffset Instant(string at) => DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
}
