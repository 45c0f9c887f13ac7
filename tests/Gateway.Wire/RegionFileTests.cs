using Gateway.Exchange;
using Grains.Facilities;
using Grains.Providers;
using Xunit;

namespace Gateway.Wire;

public class RegionFileTests
{
    [Fact]
    public void Reads_what_the_files_say()
    {
        var region = new RegionFileDraft().Region();

        Assert.Equal(("proefregio", "Proefregio", "078-0001112", false), (region.Id, region.Profile.Name, region.Profile.DeskPhone, region.Sample));
        Assert.Equal(Utc("2026-11-16T07:00Z"), region.WrittenAt);
        Assert.Equal(90, region.Policy["hold_today"]);
        Assert.Equal(new ProviderProfile("Kade", ProviderKind.YouthCareProvider, [Segment.S1, Segment.S4a], ["GM0505", "GM0512"], ProviderStatus.Active, null, null), region.Providers[0].Profile);
        Assert.Equal(new OpennessEntry(Openness.Limited, OpennessReason.Staff, null, Utc("2026-11-30T23:00Z"), region.WrittenAt), region.Facilities[1].Openness);
        Assert.Equal(
            new UnitEntry(
                "groep", "huis",
                new("Groep", UnitKind.CrisisGroup, CapacityKind.Beds, 4, 2, 6, 12, GenderPolicy.All, Security.Open, [Specialism.Trauma, Specialism.Autism], true, false, StaffingKind.DeclaredOperable, 28, "46A03"),
                new(CrisisUse.Allowed, "kade-wacht", Utc("2026-09-30T22:00Z"), null, null), 3, 1, Utc("2026-11-16T06:00Z")),
            region.Units[0]);
        Assert.Equal(new OccupantEntry("occ-1", "groep", "kind-7f3a01", Utc("2026-11-01T21:15Z"), Utc("2026-11-28T23:00Z"), false, true), region.Occupants[0]);
    }

    [Fact]
    public void A_facility_without_coordinates_lies_where_its_postcode_lies()
    {
        var school = new RegionFileDraft().Region().Facilities[1].Profile;
        Assert.Equal(Postcodes.Find(4201), (school.Latitude, school.Longitude));
    }

    [Theory]
    [InlineData(',', "\n", true)]
    [InlineData(';', "\n", false)]
    [InlineData(';', "\r\n", true)]
    [InlineData(',', "\r", false)]
    public void Reads_the_same_however_a_spreadsheet_saves_it(char separator, string lineEnd, bool mark)
    {
        var draft = new RegionFileDraft().Set("blocks.csv", 2, "note", "Lek; kamer 7, \"boven\"\nen eronder");
        AssertSame(draft.Region(), RegionFile.Read(draft.Bytes(separator, lineEnd, mark)).Region!);
    }

    [Fact]
    public void Forgives_blanks_around_a_cell_empty_lines_at_the_end_and_a_comma_in_degrees()
    {
        var draft = new RegionFileDraft()
            .Set("facilities.csv", 2, "latitude", "51,8151").Set("units.csv", 2, "kind", " CrisisGroup ").Set("units.csv", 2, "specialisms", "Autism  Trauma")
            .Set("occupants.csv", 3, "since", "2026-11-02 00:00")
            .Add("occupants.csv", "", "", "", "", "", "", "");
        AssertSame(new RegionFileDraft().Region(), draft.Region());
    }

    [Fact]
    public void The_order_of_lines_and_an_absent_optional_file_mean_nothing()
    {
        AssertSame(new RegionFileDraft().Region(), new RegionFileDraft().Reverse("units.csv").Reverse("occupants.csv").Reverse("region.csv").Region());
        Assert.Empty(new RegionFileDraft().Remove("blocks.csv").Region().Blocks);
        Assert.Empty(new RegionFileDraft().Remove("policy.csv").Region().Policy);
    }

    [Theory]
    [InlineData("facilities.csv", "name", "Huis aan de kade", "huis")]
    [InlineData("units.csv", "licensed", "5", "groep")]
    [InlineData("units.csv", "crisis_text", "Alleen overdag", "groep")]
    [InlineData("units.csv", "specialisms", "Trauma", "groep")]
    [InlineData("blocks.csv", "until", "2026-11-30", "lek")]
    [InlineData("occupants.csv", "on_leave", "yes", "occ-1")]
    [InlineData("providers.csv", "segments", "1", "kade")]
    [InlineData("contacts.csv", "phone", "078-0000009", "kade-wacht")]
    public void A_changed_cell_changes_exactly_that_entry(string file, string column, string value, string changed)
    {
        var before = Entries(new RegionFileDraft().Region());
        var after = Entries(new RegionFileDraft().Set(file, 2, column, value).Region());

        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal([changed], before.Keys.Where(id => !before[id].Equals(after[id])));
    }

    [Fact]
    public void Takes_an_offset_at_its_word_and_a_clock_without_one_as_Amsterdams()
    {
        foreach (var (text, utc) in new[]
        {
            ("2026-07-01T12:00", "2026-07-01T10:00Z"), ("2026-01-15", "2026-01-14T23:00Z"), ("2026-07-01T12:00+01:00", "2026-07-01T11:00Z"),
            ("2026-07-01T12:00:30Z", "2026-07-01T12:00:30Z"), ("2026-10-25T02:30+01:00", "2026-10-25T01:30Z"), ("2026-10-25T02:30+02:00", "2026-10-25T00:30Z"),
        })
            Assert.Equal(Utc(utc), new RegionFileDraft().Set("occupants.csv", 3, "since", text).Region().Occupants[1].Since);
    }

    [Fact]
    public void A_sample_moves_to_today_and_its_reports_keep_their_age()
    {
        var region = new RegionFileDraft().Region();
        var now = Utc("2027-04-02T13:37Z"); // Summer time: the local hour stays what it was.
        var moved = region.MovedTo(now);

        Assert.Equal(now, moved.WrittenAt);
        Assert.Equal(TimeSpan.FromHours(1), now - moved.Units[0].ObservedAt);
        Assert.Equal(Utc("2027-03-18T21:15Z"), moved.Occupants[0].Since);
        Assert.Equal(Utc("2027-04-14T22:00Z"), moved.Occupants[0].PlannedEnd);
        Assert.All(moved.Occupants, o => Assert.True(o.Since <= now));
        AssertSame(moved, region.MovedTo(now));
    }

    private static Dictionary<string, object> Entries(RegionFile r) => new object[] { r.Id }.Concat(r.Providers.Cast<object>()).Concat(r.Contacts)
        .Concat(r.Facilities).Concat(r.Units).Concat(r.Blocks).Concat(r.Occupants)
        .ToDictionary(e => e is string id ? id : (string)e.GetType().GetProperty("Id")!.GetValue(e)!, e => e is string ? r.Profile : e);

    private static void AssertSame(RegionFile expected, RegionFile actual)
    {
        Assert.Equal((expected.WrittenAt, expected.Sample), (actual.WrittenAt, actual.Sample));
        Assert.Equal(expected.Policy, actual.Policy);
        Assert.Equal(Entries(expected).OrderBy(e => e.Key, StringComparer.Ordinal), Entries(actual).OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, null);
}
