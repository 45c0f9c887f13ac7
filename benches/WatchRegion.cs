using System.Globalization;
using System.Text;

namespace Bench;

/// <summary>The region that is watched, as the files of a region: 500 facilities with two groups each, of 50 providers, so that the units of
/// one provider are 2 % of all.</summary>
internal static class WatchRegion
{
    public const int Providers = 50;
    public const int FacilitiesEach = 10;
    public const int UnitsEach = 2;
    public const int UnitsOfProvider = FacilitiesEach * UnitsEach;
    public const int Units = Providers * UnitsOfProvider;

    private const int Licensed = 12;

    public static string Provider(int number) => Number("p", number);

    public static string Facility(int unit) => Number("f", unit / UnitsEach);

    public static string Unit(int unit) => $"{Facility(unit)}-{unit % UnitsEach}";

    public static int ProviderOf(int unit) => unit / UnitsOfProvider;

    /// <summary>The number of a unit by its id; the only part of an id that the reader of a stream looks at.</summary>
    public static int UnitOf(ReadOnlySpan<byte> id)
    {
        var facility = 0;
        var dash = id.IndexOf((byte)'-');
        foreach (var digit in id[1..dash]) facility = (facility * 10) + digit - '0';
        return (facility * UnitsEach) + id[^1] - '0';
    }

    /// <summary>As it was an hour ago: everything is fresh, and nothing changes by time alone for as long as the bench takes.</summary>
    public static void WriteTo(string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var before = now.AddHours(-1).ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture);
        Write("region.csv", "key,value", [$"id,watched", "name,Watched", "desk_phone,000000", $"written_at,{before}", "sample,no"]);
        Write("municipalities.csv", "cbs_code,name", ["GM0505,Dordrecht"]);
        Write("providers.csv", "id,name,kind,segments,municipalities,status,agb,kvk",
            Enumerable.Range(0, Providers).Select(p => $"{Provider(p)},{Provider(p)},YouthCareProvider,1,GM0505,Active,,"));
        Write("contacts.csv", "id,provider,role,hours,name,phone", Enumerable.Range(0, Providers).Select(p => $"{Provider(p)},{Provider(p)},desk,always,Nobody,000000"));
        Write(
            "facilities.csv",
            "id,provider,name,municipality,postcode4,latitude,longitude,openness,openness_reason,openness_text,expected_reopening,observed_at,crucial,delivery_now",
            Enumerable.Range(0, Units / UnitsEach).Select(f => f * UnitsEach).Select(
                unit => $"{Facility(unit)},{Provider(ProviderOf(unit))},{Facility(unit)},GM0505,3311,51.81,4.67,Open,,,,,no,InPerson"));
        Write(
            "units.csv",
            "id,facility,name,kind,capacity_kind,licensed,single_rooms,age_min,age_max,gender,security,specialisms,max_stay_days,crisis_use,crisis_stated_by,"
            + "crisis_stated_at,crisis_until,crisis_text,siblings,wheelchair,cohort,staffing,product_code,other_occupied,observed_at",
            Enumerable.Range(0, Units).Select(
                unit => $"{Unit(unit)},{Facility(unit)},Group,CrisisGroup,Beds,{Licensed},4,6,12,All,Open,Trauma,28,Allowed,{Provider(ProviderOf(unit))},{before},,,yes,no,Regular,"
                    + "not-staff-bound,46A03,0,"));
        Write("occupants.csv", "id,unit,child,since,planned_end,on_leave,single_room", []);

        void Write(string file, string header, IEnumerable<string> lines) =>
            File.WriteAllText(Path.Combine(folder, file), new StringBuilder(header).Append('\n').AppendJoin('\n', lines).Append('\n').ToString());
    }

    private static string Number(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number:d3}");
}
