using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Placements.SafetyScore;
using static Grains.Placements.Urgency;

namespace Grains.Spec.Placements;

/// <summary>Domain 5's urgency table. Instants are UTC; Amsterdam is one hour ahead in winter and two in summer.</summary>
public sealed class UrgencySpec
{
    [Theory]
    // now                    tenable until            safety            urgency
    [InlineData("2026-11-21T12:00", "2026-11-21T14:00", Safe, Immediate)]           // Two hours exactly.
    [InlineData("2026-11-21T12:00", "2026-11-21T14:01", Safe, Today)]
    [InlineData("2026-11-21T12:00", "2026-11-21T11:00", Safe, Immediate)]           // It is untenable already.
    [InlineData("2026-11-21T12:00", null, VeryUnsafe, Immediate)]
    [InlineData("2026-11-21T12:00", "2026-12-21T12:00", VeryUnsafe, Immediate)]
    [InlineData("2026-11-21T12:00", null, Unsafe, Today)]
    [InlineData("2026-11-21T12:00", "2026-11-23T12:00", Unsafe, Today)]
    [InlineData("2026-11-21T12:00", "2026-11-23T12:00", Safe, Within48h)]           // 48 hours exactly.
    [InlineData("2026-11-21T12:00", "2026-11-23T12:01", Safe, ThisWeek)]
    [InlineData("2026-11-21T12:00", "2026-11-28T12:00", ReasonablySafe, ThisWeek)]  // Seven days exactly.
    [InlineData("2026-11-21T12:00", "2026-11-28T12:01", ReasonablySafe, Planned)]
    [InlineData("2026-11-21T12:00", null, Safe, Planned)]
    // Midnight in Amsterdam ends today: 23:00 UTC in winter, 22:00 in summer.
    [InlineData("2026-11-21T19:00", "2026-11-21T22:59", Safe, Today)]
    [InlineData("2026-11-21T19:00", "2026-11-21T23:00", Safe, Within48h)]
    [InlineData("2026-07-21T18:00", "2026-07-21T21:59", Safe, Today)]
    [InlineData("2026-07-21T18:00", "2026-07-21T22:00", Safe, Within48h)]
    [InlineData("2026-11-21T23:30", "2026-11-22T20:00", Safe, Today)]               // Just after midnight the whole day is today.
    [InlineData("2026-11-21T22:30", "2026-11-22T20:00", Safe, Within48h)]           // Just before it none of it is.
    // Two hours to go across midnight is Immediate, whatever the day.
    [InlineData("2026-11-21T22:30", "2026-11-22T00:30", Safe, Immediate)]
    // The night the clocks go forward (29 March 2026, 01:00 UTC): the day ends at 22:00 UTC, the night began at 23:00.
    [InlineData("2026-03-28T23:30", "2026-03-29T21:59", Safe, Today)]
    [InlineData("2026-03-28T23:30", "2026-03-29T22:00", Safe, Within48h)]
    // The night they go back (25 October 2026): the day lasts 25 hours, from 22:00 UTC to 23:00.
    [InlineData("2026-10-24T22:10", "2026-10-25T22:59", Safe, Today)]
    [InlineData("2026-10-24T22:10", "2026-10-25T23:00", Safe, Within48h)]
    // Hours are elapsed hours: 48 of them over the change are 47 or 49 on the wall.
    [InlineData("2026-03-28T12:00", "2026-03-30T12:00", Safe, Within48h)]
    [InlineData("2026-03-28T12:00", "2026-03-30T12:01", Safe, ThisWeek)]
    [InlineData("2026-10-24T12:00", "2026-10-26T12:00", Safe, Within48h)]
    [InlineData("2026-10-24T12:00", "2026-10-26T12:01", Safe, ThisWeek)]
    public void Follows_the_table(string now, string? tenableUntil, SafetyScore safety, Urgency expected) =>
        Assert.Equal(expected, UrgencyTable.Derive(Utc(now), Policy.Default, tenableUntil is null ? null : Utc(tenableUntil), safety));

    [Theory]
    [InlineData("2026-11-21T13:00", VeryUnsafe, UrgencyReason.HardlyTenable)]
    [InlineData("2026-11-21T18:00", VeryUnsafe, UrgencyReason.VeryUnsafe)]
    [InlineData("2026-11-21T18:00", Unsafe, UrgencyReason.TenableToday)]
    [InlineData("2026-11-22T18:00", Unsafe, UrgencyReason.Unsafe)]
    [InlineData("2026-11-22T18:00", Safe, UrgencyReason.TenableTwoDays)]
    [InlineData("2026-11-26T18:00", Safe, UrgencyReason.TenableThisWeek)]
    [InlineData("2027-11-26T18:00", Safe, UrgencyReason.Tenable)]
    public void Gives_the_strongest_reason(string tenableUntil, SafetyScore safety, UrgencyReason expected) =>
        Assert.Equal(expected, UrgencyTable.Explain(Requests.Noon, Policy.Default, Utc(tenableUntil), safety));

    [Fact]
    public void Takes_its_hours_from_the_policy() => Assert.Equal(
        Immediate,
        UrgencyTable.Derive(
            Requests.Noon, Policy.Default with { Numbers = Policy.Default.Numbers.Add("tenable_immediate", 180) }, Requests.Noon.AddHours(3), Safe));

    private static DateTimeOffset Utc(string minute) =>
        DateTimeOffset.ParseExact(minute, "yyyy-MM-ddTHH:mm", null, System.Globalization.DateTimeStyles.AssumeUniversal);
}
