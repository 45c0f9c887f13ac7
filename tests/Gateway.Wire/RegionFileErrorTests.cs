using System.Text;
using Gateway.Exchange;
using Xunit;

namespace Gateway.Wire;

/// <summary>What people get wrong in a region's files, and the one error that tells them where and what is allowed.</summary>
public class RegionFileErrorTests
{
    [Theory]
    [InlineData("region.csv", 2, "id", "Zuid Holland", "is not an id")]
    [InlineData("region.csv", 4, "desk_phone", "78-0001112", "begins with 0 or +")]
    [InlineData("region.csv", 5, "written_at", "16-11-2026 08:00", "is not a date such as 2026-11-21")]
    [InlineData("region.csv", 6, "sample", "ja", "'ja' is not yes or no")]
    [InlineData("municipalities.csv", 2, "name", "", "the empty cell is not enough")]
    [InlineData("policy.csv", 2, "name", "hold_tomorrow", "is no policy number; those are")]
    [InlineData("policy.csv", 2, "value", "4", "is not a whole number from 5 to 43200")]
    [InlineData("policy.csv", 2, "value", "1,5", "is not a whole number")]
    [InlineData("policy.csv", 2, "unit", "uur", "'uur' is not the unit of hold_today: min")]
    [InlineData("blocks.csv", 2, "id", "Lek!", "is not an id")]
    [InlineData("providers.csv", 2, "kind", "Pleegzorg", "is none of YouthCareProvider, FosterCare")]
    [InlineData("providers.csv", 2, "kind", "1", "is none of YouthCareProvider")]
    [InlineData("providers.csv", 2, "segments", "1 4", "holds '4'; allowed, separated by spaces: 1, 2, 3, 4a")]
    [InlineData("providers.csv", 2, "segments", "4a 4a", "holds '4a' twice")]
    [InlineData("providers.csv", 2, "municipalities", "GM0505 GM9999", "holds 'GM9999', which is not in municipalities.csv")]
    [InlineData("providers.csv", 3, "agb", "6012345", "eight digits")]
    [InlineData("contacts.csv", 2, "provider", "kadee", "'kadee' is not in providers.csv")]
    [InlineData("contacts.csv", 2, "role", "Wacht, 06 12345678", "looks like it holds a phone number")]
    [InlineData("contacts.csv", 2, "hours", "mail wacht@kade.example.nl", "looks like it holds an e-mail address")]
    [InlineData("contacts.csv", 2, "phone", "780000001", "a spreadsheet drops the zero")]
    [InlineData("facilities.csv", 2, "provider", "", "the empty cell is not in providers.csv")]
    [InlineData("facilities.csv", 2, "municipality", "Dordrecht", "is not in municipalities.csv")]
    [InlineData("facilities.csv", 2, "postcode4", "3311 AB", "is not a whole number from 1000 to 9999")]
    [InlineData("facilities.csv", 3, "postcode4", "1000", "is not in the list of postcodes")]
    [InlineData("facilities.csv", 2, "latitude", "518151", "degrees from 50.7 to 53.6")]
    [InlineData("facilities.csv", 2, "longitude", "", "degrees from 3.3 to 7.3")]
    [InlineData("facilities.csv", 2, "openness", "open", "is none of Unknown, Open")]
    [InlineData("facilities.csv", 2, "openness_reason", "Staff", "does not fit Open: leave it empty")]
    [InlineData("facilities.csv", 3, "openness_reason", "", "Limited needs a reason")]
    [InlineData("facilities.csv", 3, "openness_reason", "Other", "needs a text", "openness_text")]
    [InlineData("facilities.csv", 3, "openness_text", "BSN 111222333", "looks like it holds a citizen service number")]
    [InlineData("facilities.csv", 3, "expected_reopening", "", "needs an expected end or the word unknown")]
    [InlineData("facilities.csv", 3, "expected_reopening", "2026-11-01", "is not after written_at")]
    [InlineData("facilities.csv", 2, "observed_at", "2026-11-17", "lies after written_at")]
    [InlineData("facilities.csv", 3, "openness", "ClosedForGood", "does not fit the children who are in peuters", "openness", "other_occupied", "2")]
    [InlineData("units.csv", 2, "facility", "thuis", "'thuis' is not in facilities.csv")]
    [InlineData("units.csv", 2, "licensed", "-4", "is not a whole number from 0 to 500")]
    [InlineData("units.csv", 2, "licensed", "vier", "'vier' is not a whole number")]
    [InlineData("units.csv", 2, "single_rooms", "5", "from 0 to 4")]
    [InlineData("units.csv", 2, "single_rooms", "0", "is less than the 1 occupants in a single room")]
    [InlineData("units.csv", 2, "age_max", "5", "from 6 to 22")]
    [InlineData("units.csv", 2, "age_max", "23", "from 6 to 22")]
    [InlineData("units.csv", 2, "capacity_kind", "Slots", "does not fit CrisisGroup: it counts Beds")]
    [InlineData("units.csv", 2, "gender", "V", "is none of All, F, M, ByConsultation")]
    [InlineData("units.csv", 2, "specialisms", "Trauma,Autism", "allowed, separated by spaces")]
    [InlineData("units.csv", 2, "max_stay_days", "0", "from 1 to 3650")]
    [InlineData("units.csv", 2, "crisis_use", "Nee", "is none of AfterConsultation, Allowed, NotForCrisis")]
    [InlineData("units.csv", 2, "crisis_stated_by", "wal-wacht", "is a contact of wal, not of kade")]
    [InlineData("units.csv", 2, "crisis_stated_by", "Anna de Boer", "is not in contacts.csv")]
    [InlineData("units.csv", 2, "crisis_stated_at", "", "the empty cell is not a date")]
    [InlineData("units.csv", 3, "crisis_until", "2026-09-01", "is not after the beginning")]
    [InlineData("units.csv", 3, "crisis_text", "", "NotForCrisis needs the reason")]
    [InlineData("units.csv", 2, "cohort", "Confirmed", "is not yet possible")]
    [InlineData("units.csv", 2, "staffing", "declared:5", "declares more than the 4 licensed")]
    [InlineData("units.csv", 2, "staffing", "8", "declared:8")]
    [InlineData("units.csv", 2, "staffing", "ratio:dag", "is not a table such as ratio:day")]
    [InlineData("units.csv", 2, "staffing", "ratio:day 1=3 / evening 1=3", "for day, evening and night, each once")]
    [InlineData("units.csv", 2, "staffing", "ratio:day 1=3 / day 1=3 / night 1=3", "each once")]
    [InlineData("units.csv", 2, "staffing", "ratio:day 2=8 1=3 / evening 1=3 / night 1=3", "both rise")]
    [InlineData("units.csv", 2, "staffing", "ratio:day 1=0 / evening 1=3 / night 1=3", "children 1 to 500")]
    [InlineData("units.csv", 2, "standard_roster", "day Pedagogisch 3", "functions Pedagogical, Behavioural")]
    [InlineData("units.csv", 2, "standard_roster", "day Nurse 1 Nurse 2", "each once in a shift")]
    [InlineData("units.csv", 2, "standard_roster", "day Nurse 101", "0 to 100")]
    [InlineData("units.csv", 2, "product_code", "46a3", "is not a JZ21 product code")]
    [InlineData("units.csv", 2, "other_occupied", "5", "with the 2 in occupants.csv is more than 150 % of the 4 licensed")]
    [InlineData("blocks.csv", 2, "unit", "grop", "'grop' is not in units.csv")]
    [InlineData("blocks.csv", 2, "beds", "0", "from 1 to 500")]
    [InlineData("blocks.csv", 2, "beds", "5", "is more than the 4 licensed of groep")]
    [InlineData("blocks.csv", 2, "reason", "Lek", "is none of Quarantine")]
    [InlineData("blocks.csv", 2, "until", "2026-11-10", "is not after the beginning")]
    [InlineData("blocks.csv", 2, "note", "bel 078-1234567", "looks like it holds a phone number")]
    [InlineData("occupants.csv", 2, "unit", "", "the empty cell is not in units.csv")]
    [InlineData("occupants.csv", 2, "child", "111222333", "looks like a citizen service number")]
    [InlineData("occupants.csv", 2, "child", "Jan de Vries", "is not a child token")]
    [InlineData("occupants.csv", 3, "child", "kind-7f3a01", "has a bed already on line 2")]
    [InlineData("occupants.csv", 3, "id", "occ-1", "stands already on line 2")]
    [InlineData("occupants.csv", 2, "since", "", "the empty cell is not a date")]
    [InlineData("occupants.csv", 2, "since", "2026-11-31", "is not a date")]
    [InlineData("occupants.csv", 2, "since", "2026-03-29T02:30", "does not exist: the clock went forward")]
    [InlineData("occupants.csv", 2, "since", "2026-10-25T02:30", "happened twice")]
    [InlineData("occupants.csv", 2, "since", "1926-11-01", "outside the years 2000 to 2100")]
    [InlineData("occupants.csv", 2, "planned_end", "2026-10-29", "is not after the beginning")]
    [InlineData("occupants.csv", 2, "on_leave", "", "the empty cell is not yes or no")]
    public void Names_file_line_and_field(string file, int line, string column, string value, string says, string? field = null, string? with = null, string? withValue = null)
    {
        var draft = new RegionFileDraft().Set(file, line, column, value);
        if (with is not null) draft.Set("units.csv", line, with, withValue!);

        var reading = draft.Read();

        Assert.Null(reading.Region);
        var error = Assert.Single(reading.Errors);
        Assert.Equal((file, line, field ?? column), (error.File, error.Line, error.Field));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("municipalities.csv", "cbs_code", 79, "the region has at most 80 lines in municipalities.csv", "GM1{0:000},Een naam")]
    [InlineData("contacts.csv", "provider", 60, "kade has at most 60 lines in contacts.csv", "c-{0},kade,Wacht,altijd,Anna de Boer,078-0000001")]
    [InlineData("blocks.csv", "unit", 100, "huis has at most 100 lines in blocks.csv", "b-{0},groep,1,Defect,2026-11-10,,2026-11-20T10:00,")]
    [InlineData("units.csv", "facility", 50, "huis has at most 50 lines in units.csv", "u-{0},huis,Groep,CrisisGroup,Beds,4,2,6,12,All,Open,,28,Allowed,kade-wacht,2026-10-01,,,yes,no,Regular,declared:3,,,0,2026-11-16T07:00")]
    [InlineData("occupants.csv", "unit", 499, "huis has at most 500 lines in occupants.csv", "o-{0},groep,kind-9a{0:000},2026-11-02,,no,no")]
    [InlineData("providers.csv", "id", 999, "the region has at most 1000 lines in providers.csv", "p-{0},Kade,ChildCare,,,Active,,")]
    public void One_import_fits_in_one_commit(string file, string column, int more, string why, string line)
    {
        var draft = new RegionFileDraft();
        for (var i = 0; i < more; i++) draft.Add(file, string.Format(System.Globalization.CultureInfo.InvariantCulture, line, i).Split(','));
        var error = Assert.Single(draft.Read().Errors, error => error.Message.Contains("one too many", StringComparison.Ordinal));
        Assert.Equal((file, column), (error.File, error.Field));
        Assert.EndsWith(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_wrong_code_and_every_line_that_refers_to_the_right_one()
    {
        var errors = new RegionFileDraft().Set("municipalities.csv", 3, "cbs_code", "0512").Read().Errors;
        Assert.Equal(
            ["municipalities.csv line 3, cbs_code", "providers.csv line 2, municipalities", "providers.csv line 3, municipalities", "facilities.csv line 3, municipality"],
            errors.Select(e => e.ToString().Split(':')[0]));
    }

    [Fact]
    public void Names_an_unknown_a_missing_and_a_repeated_column()
    {
        Assert.Equal(["Licensed", "licensed"], new RegionFileDraft().Rename("units.csv", "licensed", "Licensed").Read().Errors.Select(e => e.Field));
        Assert.Contains(new RegionFileDraft().Rename("units.csv", "licensed", "kind").Read().Errors, e => e is { Line: 1, Field: "kind", Message: "column 'kind' stands twice" });
    }

    [Fact]
    public void Names_an_unknown_and_a_missing_key_of_the_region()
    {
        var files = new RegionFileDraft().Bytes();
        files["region.csv"] = RegionFileDraft.Encode("key,value\nid,proef\nnaam,Proef\ndesk_phone,078-0001112\nwritten_at,2026-11-16\nsample,no\n");
        var errors = RegionFile.Read(files).Errors;
        Assert.Equal([(0, "name"), (3, "key")], errors.Select(e => (e.Line, e.Field)));
    }

    [Fact]
    public void Names_a_missing_and_an_unknown_file()
    {
        var files = new RegionFileDraft().Remove("units.csv").Bytes();
        files["unit.csv"] = RegionFileDraft.Encode("id\n");
        Assert.Equal(["units.csv: is missing", "unit.csv: is no file of a region; those are region.csv, municipalities.csv, policy.csv, providers.csv, contacts.csv, facilities.csv, units.csv, blocks.csv, occupants.csv"],
            RegionFile.Read(files).Errors.Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("cbs_code,name\nGM0505,Dordrecht\nGM0512\n", 3, "has 1 cells where the header has 2")]
    [InlineData("cbs_code,name\nGM0505,Dordrecht, stad\n", 2, "has 3 cells where the header has 2")]
    [InlineData("cbs_code,name\nGM0505,\"Dordrecht\nGM0512,Gorinchem\n", 2, "is never closed")]
    [InlineData("cbs_code,name\n\"GM\n0505\",x\nGM0505,Dordt \"stad\"\n", 4, "a quote stands inside a cell")]
    [InlineData("cbs_code,name\nGM0505,\"Dordt\" stad\n", 2, "text stands behind a closing quote")]
    [InlineData("cbs_code\tname\nGM0505\tDordrecht\n", 1, "unknown column")]
    public void Names_the_line_where_a_file_stops_being_CSV(string text, int line, string says)
    {
        var files = new RegionFileDraft().Bytes();
        files["municipalities.csv"] = RegionFileDraft.Encode(text);
        Assert.Contains(RegionFile.Read(files).Errors, e => e.File == "municipalities.csv" && e.Line == line && e.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_read_brings_no_errors_about_those_that_refer_to_it()
    {
        var files = new RegionFileDraft().Bytes();
        files["municipalities.csv"] = RegionFileDraft.Encode("GM0505,Dordrecht\n");
        Assert.All(RegionFile.Read(files).Errors, e => Assert.Equal("municipalities.csv", e.File));
    }

    [Fact]
    public void Names_the_line_that_is_not_UTF_8()
    {
        var files = new RegionFileDraft().Bytes();
        files["municipalities.csv"] = Encoding.Latin1.GetBytes("cbs_code,name\nGM0505,Dordrecht\nGM0001,Coöperatie\n");
        Assert.Contains(new FileError("municipalities.csv", 3, "", "is not UTF-8 from this line on; save it as \"CSV UTF-8\""), RegionFile.Read(files).Errors);
    }

    [Fact]
    public void Refuses_what_is_too_large_without_reading_it()
    {
        var files = new RegionFileDraft().Bytes();
        files["units.csv"] = new byte[CsvBytesMax + 1];
        Assert.Contains(RegionFile.Read(files).Errors, e => e is { File: "units.csv", Line: 0 } && e.Message.Contains("at most", StringComparison.Ordinal));
    }

    [Fact]
    public void Reports_all_that_is_wrong_at_once_in_the_order_of_files_and_lines()
    {
        var errors = new RegionFileDraft().Set("occupants.csv", 2, "unit", "x").Set("units.csv", 3, "gender", "x").Set("units.csv", 2, "kind", "x").Set("region.csv", 0, "sample", "x").Read().Errors;
        Assert.Equal(["region.csv line 6, sample", "units.csv line 2, kind", "units.csv line 3, gender", "occupants.csv line 2, unit"], errors.Select(e => e.ToString().Split(':')[0]));
    }

    [Fact]
    public void Stops_at_a_hundred_errors()
    {
        var draft = new RegionFileDraft();
        for (var i = 0; i < 200; i++) draft.Add("blocks.csv", $"b-{i}", "groep", "0", "Other", "2026-11-10", "", "2026-11-20", "");
        Assert.Equal(100, draft.Read().Errors.Count);
    }

    [Fact]
    public void Never_repeats_a_value_that_looks_personal()
    {
        var errors = new RegionFileDraft().Set("occupants.csv", 2, "child", "111222333").Set("units.csv", 2, "licensed", "06 12345678").Read().Errors;
        Assert.Equal(2, errors.Count);
        Assert.All(errors, e => Assert.DoesNotContain("1112", e.Message, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.DoesNotContain("1234", e.Message, StringComparison.Ordinal));
    }

    private const int CsvBytesMax = 8 * 1024 * 1024;
}
