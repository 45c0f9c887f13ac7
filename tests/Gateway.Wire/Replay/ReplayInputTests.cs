using Gateway.Exchange;
using Gateway.Replay;
using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>What is read from the published files is what a second reading says, and becomes a region that the format accepts.</summary>
public sealed class ReplayInputTests
{
    private static readonly ReplayInput RhodeIslandHomes = RhodeIsland.Read(Folder("samples", "rhode-island"), log: null);
    private static readonly ReplayInput SomeHospitals = Hospitals.Read(HospitalsCut.Path);

    [Fact]
    public void Reads_the_log_of_Rhode_Island_as_its_judge_does()
    {
        var judged = RhodeIslandRows.Read(Path.Combine(Folder("samples", "rhode-island"), "publication-log-2021.csv.gz"));
        Assert.Equal(
            judged.Select(row => (row.Line, row.Home, row.OccurredAt, row.RecordedAt, row.Fate)),
            RhodeIslandHomes.Rows.Select(row => (row.Line, row.Facility, row.OccurredAt, row.PublishedAt, FateOf(row))));
        Assert.Equal(
            judged.Where(row => row.Fate is RowFate.Accepted or RowFate.Impossible).Select(row => (row.Beds, row.Occupied)),
            RhodeIslandHomes.Rows.Where(row => row.NotSent is null).Select(row => ((int?)row.Licensed, (int?)row.Occupied)));
    }

    [Fact]
    public void Knows_the_present_of_the_homes_and_the_late_reports()
    {
        var present = RhodeIslandHomes.Rows.Present().Values;
        Assert.Equal((80, 8_547, 6_456), (present.Count, present.Sum(row => row.Licensed), present.Sum(row => row.Occupied)));
        Assert.Equal(51, RhodeIslandHomes.Rows.Late());
    }

    [Fact]
    public void Places_a_home_without_coordinates_among_its_neighbours()
    {
        var cedarCrest = RhodeIslandHomes.Facilities.Single(home => home.Id == "415032");
        var craMarMeadows = RhodeIslandHomes.Facilities.Single(home => home.Id == "415066"); // The only other home with ZIP code 02920.
        Assert.Equal((41.77884, -71.47983), (cedarCrest.Latitude, cedarCrest.Longitude));
        Assert.Equal((41.77884, -71.47983), (craMarMeadows.Latitude, craMarMeadows.Longitude));
    }

    [Fact]
    public void Sends_no_number_that_is_missing_or_suppressed()
    {
        Assert.Equal(
            [("beds suppressed (-999999)", 4), ("occupied beds not reported (NA)", 1), ("occupied beds suppressed (-999999)", 5)],
            SomeHospitals.Rows.Where(row => row.NotSent is not null).CountBy(row => row.NotSent!).OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => (reason.Key, reason.Value)));
        Assert.Equal(51, SomeHospitals.Rows.Count);
    }

    [Fact]
    public void Rounds_averages_half_up()
    {
        var row = SomeHospitals.Rows.Single(row => row.Facility == "161377" && row.OccurredAt.Month == 10 && row.OccurredAt.Day == 13);
        Assert.Equal((7, 6), (row.Licensed, row.Occupied)); // 6.5 and 5.5
        Assert.Equal(new DateTimeOffset(2022, 10, 13, 23, 59, 0, TimeSpan.FromHours(-4)), row.OccurredAt);
    }

    [Fact]
    public void Knows_which_hospital_reports_are_beyond_the_limits() => Assert.Equal(
        ["INVALID_FIELD 1191 of 1293", "IMPOSSIBLE 541 of 243", "INVALID_FIELD 1176 of 1293", "INVALID_FIELD 1195 of 1277", "INVALID_FIELD 1179 of 1277", "IMPOSSIBLE 562 of 296"],
        SomeHospitals.Rows.Where(row => row.Refusal is not null).Select(row => $"{row.Refusal} {row.Occupied} of {row.Licensed}"));

    [Fact]
    public void Places_a_hospital_without_coordinates_in_the_middle_of_its_state()
    {
        var stringfellow = SomeHospitals.Facilities.Single(hospital => hospital.Id == "010038");
        Assert.Equal(((33.6571 + 33.506132) / 2, (-85.82343 - 86.801925) / 2), (stringfellow.Latitude, stringfellow.Longitude), Near);
    }

    [Fact]
    public void Is_read_as_a_region_without_an_error()
    {
        foreach (var input in new[] { RhodeIslandHomes, SomeHospitals })
        {
            var files = new ReplayRegion(input).Files().ToDictionary(file => file.Name, file => file.Content.Memory, StringComparer.Ordinal);
            var (region, errors) = RegionFile.Read(files);
            Assert.Empty(errors);
            Assert.Equal(input.Facilities.Select(f => (f.Id, f.Latitude, f.Longitude)).Order(), region!.Facilities.Select(f => (f.Id, f.Profile.Latitude, f.Profile.Longitude)).Order());
            Assert.All(region.Units, unit => Assert.Equal((0, 0, unit.FacilityId), (unit.Profile.Licensed, unit.OtherOccupied, unit.Id)));
            Assert.All(region.Units, unit => Assert.True(unit.ObservedAt < input.Rows.Min(row => row.OccurredAt)));
        }
    }

    private static readonly IEqualityComparer<(double, double)> Near =
        EqualityComparer<(double A, double B)>.Create((x, y) => Math.Abs(x.A - y.A) < 1e-4 && Math.Abs(x.B - y.B) < 1e-4);

    private static RowFate FateOf(ReplayRow row) => (row.NotSent, row.Refusal) switch
    {
        ("not submitted by the home", _) => RowFate.NotSubmitted,
        ("failed the publisher's quality assurance", _) => RowFate.FailedQualityAssurance,
        ("without beds", _) => RowFate.NoBeds,
        (_, null) => RowFate.Accepted,
        _ => RowFate.Impossible,
    };

    internal static string Folder(params string[] names)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plek.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine([folder, .. names]);
    }
}
