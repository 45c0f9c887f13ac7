namespace Gateway.Exchange;

/// <summary>The files of a region and their columns, in the order in which the format shows them.</summary>
/// <remarks>Regions keep such files for years: a column that is added later is one that may be absent.</remarks>
internal static class RegionColumns
{
    public const string Region = "region.csv";
    public const string Municipalities = "municipalities.csv";
    public const string Policy = "policy.csv";
    public const string Providers = "providers.csv";
    public const string Contacts = "contacts.csv";
    public const string Facilities = "facilities.csv";
    public const string Units = "units.csv";
    public const string Blocks = "blocks.csv";
    public const string Occupants = "occupants.csv";

    public static readonly IReadOnlyList<string> Keys = ["id", "name", "desk_phone", "written_at", "sample", Area];

    /// <summary>The one key that may be absent.</summary>
    public const string Area = "area";

    /// <summary>Each file stands after those it refers to.</summary>
    public static readonly IReadOnlyList<string> Files =
        [Region, Municipalities, Policy, Providers, Contacts, Facilities, Units, Blocks, Occupants];

    private const string StandardRoster = "standard_roster";

    public static bool MayBeAbsent(string file) => file is Policy or Blocks;

    /// <summary>Columns that came later: a file without one reads as if its cells were empty.</summary>
    public static bool MayBeAbsent(string file, string column) => (file, column) is (Units, StandardRoster);

    public static IReadOnlyList<string> Of(string file) => file switch
    {
        Region => ["key", "value"],
        Municipalities => ["cbs_code", "name"],
        Policy => ["name", "value", "unit"],
        Providers => ["id", "name", "kind", "segments", "municipalities", "status", "agb", "kvk"],
        Contacts => ["id", "provider", "role", "hours", "name", "phone"],
        Facilities =>
        [
            "id", "provider", "name", "municipality", "postcode4", "latitude", "longitude", "openness", "openness_reason", "openness_text",
            "expected_reopening", "observed_at", "crucial", "delivery_now",
        ],
        Units =>
        [
            "id", "facility", "name", "kind", "capacity_kind", "licensed", "single_rooms", "age_min", "age_max", "gender", "security",
            "specialisms", "max_stay_days", "crisis_use", "crisis_stated_by", "crisis_stated_at", "crisis_until", "crisis_text", "siblings",
            "wheelchair", "cohort", "staffing", StandardRoster, "product_code", "other_occupied", "observed_at",
        ],
        Blocks => ["id", "unit", "beds", "reason", "from", "until", "review_at", "note"],
        _ => ["id", "unit", "child", "since", "planned_end", "on_leave", "single_room"],
    };
}
