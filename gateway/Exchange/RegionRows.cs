using System.Text.RegularExpressions;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Providers;
using Grains.Regions;

namespace Gateway.Exchange;

/// <summary>What each line means, and what of it is impossible by itself. Lines that failed give a stand-in that nobody uses.</summary>
/// <param name="writtenAt">Nothing that has happened is later than this. Null when it could not be read: then nothing is compared with it.</param>
internal sealed partial class RegionRows(RegionIds ids, DateTimeOffset? writtenAt, Area area)
{
    private const int NameCharsMax = 120;
    private const int TextCharsMax = 500;

    private static readonly IReadOnlyDictionary<string, Segment> Segments = new OrderedDictionary<string, Segment>(
        Enum.GetValues<Segment>().Select(s => KeyValuePair.Create(s.ToString()[1..], s)), StringComparer.Ordinal); // 4a, as the region writes it.

    public Municipality Municipality(Row row) => new(
        ids.New(row, "cbs_code", row.Matching("cbs_code", CbsForm(), "is not a CBS code: GM and four digits")), row.Text("name", NameCharsMax));

    public KeyValuePair<string, int> PolicyNumber(Row row)
    {
        var name = ids.New(row, "name", row.Raw("name"));
        if (!PolicyNumbers.ByName.TryGetValue(name, out var number))
        {
            row.Wrong("name", $"is no policy number; those are {string.Join(", ", PolicyNumbers.ByName.Keys)}");
            return default;
        }
        if (row.Raw("unit") != number.Unit) row.Wrong("unit", $"is not the unit of {name}: {number.Unit}");
        return new(name, row.Number("value", number.Minimum, number.Maximum));
    }

    public ProviderEntry Provider(Row row)
    {
        var municipalities = row.Raw("municipalities").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var code in municipalities)
            if (!ids.IsKnown(RegionColumns.Municipalities, code)) row.Wrong("municipalities", $"holds '{code}', which is not in {RegionColumns.Municipalities}");
        if (municipalities.Distinct().Count() < municipalities.Length) row.Wrong("municipalities", "holds a code twice");
        return new(NewId(row), new(
            row.Text("name", NameCharsMax), row.One<ProviderKind>("kind"), row.Many("segments", Segments),
            [.. municipalities.Order(StringComparer.Ordinal)], row.One<ProviderStatus>("status"),
            row.OptionalMatching("agb", EightDigits(), "is not an AGB code: eight digits (a spreadsheet drops a leading zero)"),
            row.OptionalMatching("kvk", EightDigits(), "is not a KvK number: eight digits (a spreadsheet drops a leading zero)")));
    }

    public ContactEntry Contact(Row row) => new(
        NewId(row), ids.Known(row, "provider", RegionColumns.Providers), row.Text("role", 60), row.Text("hours", 60),
        new(row.Text("name", VaultLimits.PersonNameCharsMax), row.Phone("phone")));

    public FacilityEntry Facility(Row row)
    {
        var (latitude, longitude) = Place(row);
        var profile = new FacilityProfile(
            ids.Known(row, "provider", RegionColumns.Providers), row.Text("name", NameCharsMax),
            ids.Known(row, "municipality", RegionColumns.Municipalities), row.Number("postcode4", 1000, 9999), latitude, longitude,
            row.One<DeliveryNow>("delivery_now"));
        return new(NewId(row), profile, row.YesNo("crucial"), Openness(row));
    }

    public UnitEntry Unit(Row row)
    {
        var licensed = row.Number("licensed", 0, 500);
        var most = row.Failed ? 500 : licensed; // A wrong number must not make others wrong.
        var kind = row.One<UnitKind>("kind");
        var capacity = row.One<CapacityKind>("capacity_kind");
        if (!row.Failed && (capacity == CapacityKind.Slots) != CountsSlots(kind))
            row.Wrong("capacity_kind", $"does not fit {kind}: it counts {(CountsSlots(kind) ? CapacityKind.Slots : CapacityKind.Beds)}");
        if (row.One<Cohort>("cohort") != Cohort.Regular)
            row.Wrong("cohort", "is not yet possible: only Regular. Write the beds of a quarantine as a block");

        var ageMin = row.Number("age_min", 0, 22);
        var (staffing, declared, ratio) = RegionStaffing.Read(row, most);
        var profile = new UnitProfile(
            row.Text("name", NameCharsMax), kind, capacity, licensed, row.Number("single_rooms", 0, most), ageMin,
            row.Number("age_max", ageMin, 22), row.One<GenderPolicy>("gender"), row.One<Security>("security"),
            row.Many<Specialism>("specialisms"), row.YesNo("siblings"), row.YesNo("wheelchair"),
            staffing, row.OptionalNumber("max_stay_days", 1, 3650),
            row.OptionalMatching("product_code", ProductForm(), "is not a JZ21 product code such as 46A03"), ratio);
        return new(
            NewId(row), ids.Known(row, "facility", RegionColumns.Facilities), profile, CrisisUse(row), declared,
            row.Number("other_occupied", 0, 1500), Past(row, "observed_at"), RegionStaffing.StandardRoster(row));
    }

    public BlockEntry Block(Row row)
    {
        var from = row.Instant("from");
        var block = new Block(
            ids.Known(row, "unit", RegionColumns.Units), row.Number("beds", 1, 500), row.One<BlockReason>("reason"), from,
            After(row, "until", from), row.Instant("review_at"));
        return new(NewId(row), block, row.OptionalText("note", TextCharsMax));
    }

    public OccupantEntry Occupant(Row row)
    {
        var since = row.Has("since") ? Past(row, "since") : row.Instant("since");
        return new(
            NewId(row), ids.Known(row, "unit", RegionColumns.Units), ChildToken.Read(row, "child"), since, After(row, "planned_end", since),
            row.YesNo("on_leave"), row.YesNo("single_room"));
    }

    private OpennessEntry Openness(Row row)
    {
        var value = row.One<Openness>("openness");
        var reason = row.OptionalOne<OpennessReason>("openness_reason");
        var text = row.OptionalText("openness_text", TextCharsMax);
        var asOf = Past(row, "observed_at");
        var unknown = row.Raw("expected_reopening") == "unknown";
        var expected = unknown ? null : row.OptionalInstant("expected_reopening");
        if (row.Failed) return new(value, reason, text, expected, asOf);

        if (value is Grains.Facilities.Openness.Open or Grains.Facilities.Openness.Unknown)
        {
            foreach (var column in new[] { "openness_reason", "openness_text", "expected_reopening" })
                if (row.Has(column)) row.Wrong(column, $"does not fit {value}: leave it empty");
            return new(value, null, null, null, asOf);
        }
        if (reason is null) row.Wrong("openness_reason", $"is not enough: {value} needs a reason of {string.Join(", ", Enum.GetNames<OpennessReason>())}");
        if (reason == OpennessReason.Other && text is null) row.Wrong("openness_text", "is not enough: the reason Other needs a text");
        if (expected is null && !unknown) row.Wrong("expected_reopening", $"is not enough: {value} needs an expected end or the word unknown");
        if (expected <= writtenAt) row.Wrong("expected_reopening", "is not after written_at in region.csv: whoever wrote the file knew better");
        return new(value, reason, text, expected, asOf);
    }

    private CrisisUseEntry CrisisUse(Row row)
    {
        var value = row.One<CrisisUse>("crisis_use");
        var text = row.OptionalText("crisis_text", TextCharsMax);
        if (value == Grains.Facilities.CrisisUse.NotForCrisis && text is null) row.Wrong("crisis_text", "is not enough: NotForCrisis needs the reason");
        var at = row.Has("crisis_stated_at") ? Past(row, "crisis_stated_at") : row.Instant("crisis_stated_at");
        return new(value, ids.Known(row, "crisis_stated_by", RegionColumns.Contacts), at, After(row, "crisis_until", at), text);
    }

    private (double Latitude, double Longitude) Place(Row row)
    {
        if (row.Has("latitude") || row.Has("longitude")) return (row.Degrees("latitude", area.South, area.North), row.Degrees("longitude", area.West, area.East));
        if (area == Area.Netherlands && int.TryParse(row.Raw("postcode4"), out var postcode) && Postcodes.Find(postcode) is { } place) return place;
        if (area != Area.Netherlands) row.Wrong("latitude", "is not enough: only a postcode of the Netherlands says where it lies");
        else row.Wrong("postcode4", "is not in the list of postcodes; write a right one, or latitude and longitude beside it");
        return default;
    }

    private static bool CountsSlots(UnitKind kind) => kind is UnitKind.AmbulatoryTeam or UnitKind.FlitsTeam or UnitKind.ChildCareGroup;

    private string NewId(Row row) => ids.New(row, "id", row.Id("id"));

    /// <summary>An instant of something that has happened; empty means the instant of the files.</summary>
    private DateTimeOffset Past(Row row, string column)
    {
        var instant = row.OptionalInstant(column) ?? writtenAt ?? default;
        if (instant > writtenAt) row.Wrong(column, "lies after written_at in region.csv");
        return instant;
    }

    private static DateTimeOffset? After(Row row, string column, DateTimeOffset begin)
    {
        var end = row.OptionalInstant(column);
        if (!row.Failed && end <= begin) row.Wrong(column, "is not after the beginning");
        return end;
    }

    [GeneratedRegex(@"^GM\d{4}\z", RegexOptions.ECMAScript)]
    private static partial Regex CbsForm();

    [GeneratedRegex(@"^\d{8}\z", RegexOptions.ECMAScript)]
    private static partial Regex EightDigits();

    [GeneratedRegex(@"^\d\d[A-Z]\d\d\z", RegexOptions.ECMAScript)]
    private static partial Regex ProductForm();
}
