using System.Globalization;
using System.Text;
using Google.Protobuf;
using Plek.V1;

namespace Gateway.Replay;

/// <summary>The facilities of a replay as the files of a region (<c>regions/README.md</c>), so that they come in by the door of every region.</summary>
/// <remarks>Nothing is invented that counts: each facility has one unit, of the same id, without beds and without children, as of a week
/// before the first report, so that every number the service shows later comes from a report. What the format asks for and the sources do not say:
/// <list type="bullet">
/// <item>a county or state stands for a municipality under a code that Statistics Netherlands does not use (GM9001 and on, by name);</item>
/// <item>one provider for each of those stands for whoever runs its facilities and reports for them; its contact is nobody, under a number
/// that nobody has;</item>
/// <item>postcode 9999, which does not exist, stands for a ZIP code, which has five digits;</item>
/// <item>the units are for the oldest that the domain knows (22 years), not bound to staff, and never for a crisis.</item>
/// </list></remarks>
internal sealed class ReplayRegion(ReplayInput input)
{
    private const string Nobody = "000000";

    private readonly Dictionary<string, string> _codes = input.Facilities.Select(facility => facility.Municipality).Distinct().Order(StringComparer.Ordinal).Index()
        .ToDictionary(place => place.Item, place => string.Create(CultureInfo.InvariantCulture, $"GM{9001 + place.Index}"), StringComparer.Ordinal);

    private readonly string _before = input.Rows.Min(row => row.OccurredAt).AddDays(-7).ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture);

    /// <summary>The provider that reports for the facilities of a county or state.</summary>
    public string ProviderOf(string municipality) => $"{input.Name}-{_codes[municipality].ToLowerInvariant()}";

    public IEnumerable<RegionFile> Files()
    {
        yield return File("region.csv", "key,value",
        [
            ["id", input.Name], ["name", $"{input.Title} (replayed)"], ["desk_phone", Nobody], ["written_at", _before], ["area", $"{input.Area}"], ["sample", "no"],
        ]);
        yield return File("municipalities.csv", "cbs_code,name", _codes.Select(place => (string[])[place.Value, place.Key]));
        yield return File("providers.csv", "id,name,kind,segments,municipalities,status,agb,kvk", _codes.Select(
            place => (string[])[ProviderOf(place.Key), $"{input.Title}, {place.Key}", "Other", "", place.Value, "Active", "", ""]));
        yield return File("contacts.csv", "id,provider,role,hours,name,phone", _codes.Select(
            place => (string[])[ProviderOf(place.Key), ProviderOf(place.Key), "not known", "not known", "Nobody", Nobody]));
        yield return File(
            "facilities.csv",
            "id,provider,name,municipality,postcode4,latitude,longitude,openness,openness_reason,openness_text,expected_reopening,observed_at,crucial,delivery_now",
            input.Facilities.Select(Facility));
        yield return File(
            "units.csv",
            "id,facility,name,kind,capacity_kind,licensed,single_rooms,age_min,age_max,gender,security,specialisms,max_stay_days,crisis_use,crisis_stated_by,"
            + "crisis_stated_at,crisis_until,crisis_text,siblings,wheelchair,cohort,staffing,product_code,other_occupied,observed_at",
            input.Facilities.Select(Unit));
        yield return File("occupants.csv", "id,unit,child,since,planned_end,on_leave,single_room", []);
    }

    private string[] Facility(ReplayFacility facility) =>
    [
        facility.Id, ProviderOf(facility.Municipality), facility.Name, _codes[facility.Municipality], "9999", Degrees(facility.Latitude), Degrees(facility.Longitude),
        "Open", "", "", "", "", "no", "InPerson",
    ];

    private string[] Unit(ReplayFacility facility) =>
    [
        facility.Id, facility.Id, "All beds", input.UnitKind, "Beds", "0", "0", "22", "22", "All", "Open", "", "", "NotForCrisis",
        ProviderOf(facility.Municipality), _before, "", input.NotForCrisis, "no", "yes", "Regular", "not-staff-bound", "", "0", "",
    ];

    private static RegionFile File(string name, string header, IEnumerable<string[]> lines)
    {
        var text = new StringBuilder(header).Append('\n');
        foreach (var line in lines) text.AppendJoin(',', line.Select(Quoted)).Append('\n');
        return new() { Name = name, Content = ByteString.CopyFromUtf8(text.ToString()) };
    }

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",;\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Degrees(double degrees) => degrees.ToString(CultureInfo.InvariantCulture);
}
