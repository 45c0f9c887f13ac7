using System.Text;
using Gateway.Exchange;

namespace Gateway.Wire;

/// <summary>A small right region whose cells a test spoils one by one; and the sample region as it stands in the repository.</summary>
internal sealed class RegionFileDraft
{
    private readonly Dictionary<string, List<string[]>> _files = new()
    {
        ["region.csv"] = Rows("key,value", "id,proefregio", "name,Proefregio", "desk_phone,078-0001112", "written_at,2026-11-16T08:00", "sample,no"),
        ["municipalities.csv"] = Rows("cbs_code,name", "GM0505,Dordrecht", "GM0512,Gorinchem"),
        ["policy.csv"] = Rows("name,value,unit", "hold_today,90,min"),
        ["providers.csv"] = Rows("id,name,kind,segments,municipalities,status,agb,kvk", "kade,Kade,YouthCareProvider,1 4a,GM0505 GM0512,Active,,", "wal,Wal,ChildCare,6,GM0512,Active,06012345,12345678"),
        ["contacts.csv"] = Rows("id,provider,role,hours,name,phone", "kade-wacht,kade,Wacht,ma-vr 9-17,Anna de Boer,078-0000001", "wal-wacht,wal,Wacht,altijd,Bo Visser,+31 78 000 0002"),
        ["facilities.csv"] = Rows(
            "id,provider,name,municipality,postcode4,latitude,longitude,openness,openness_reason,openness_text,expected_reopening,observed_at,crucial,delivery_now",
            "huis,kade,Huis,GM0505,3311,51.8151,4.6712,Open,,,,2026-11-16T07:00,yes,InPerson",
            "school,wal,School,GM0512,4201,,,Limited,Staff,,2026-12-01,,no,Hybrid"),
        ["units.csv"] = Rows(
            "id,facility,name,kind,capacity_kind,licensed,single_rooms,age_min,age_max,gender,security,specialisms,max_stay_days,crisis_use,crisis_stated_by,crisis_stated_at,crisis_until,crisis_text,siblings,wheelchair,cohort,staffing,standard_roster,product_code,other_occupied,observed_at",
            "groep,huis,Groep,CrisisGroup,Beds,4,2,6,12,All,Open,Trauma Autism,28,Allowed,kade-wacht,2026-10-01,,,yes,no,Regular,declared:3,,46A03,1,2026-11-16T07:00",
            "peuters,school,Peuters,ChildCareGroup,Slots,8,0,0,4,All,Open,,,NotForCrisis,wal-wacht,2026-10-01T09:00,2027-01-01,Te klein,yes,yes,Regular,not-staff-bound,,,0,"),
        ["blocks.csv"] = Rows("id,unit,beds,reason,from,until,review_at,note", "lek,groep,1,Defect,2026-11-10,,2026-11-20T10:00,Lekkage"),
        ["occupants.csv"] = Rows("id,unit,child,since,planned_end,on_leave,single_room", "occ-1,groep,kind-7f3a01,2026-11-01T22:15,2026-11-29,no,yes", "occ-2,groep,kind-7f3a02,2026-11-02,,yes,no"),
    };

    public static string SampleFolder { get; } = Path.Combine(Root(), "regions", "zuid-holland-zuid");

    public static RegionFile Sample() => RegionFile.Read(RegionFile.FilesIn(SampleFolder)).Region!;

    /// <summary>Changes one cell. Line 2 is the first below the header, as in the errors; region.csv is addressed by key.</summary>
    public RegionFileDraft Set(string file, int line, string column, string value)
    {
        var rows = _files[file];
        if (file == "region.csv") rows.Single(row => row[0] == column)[1] = value;
        else rows[line - 1][Array.IndexOf(rows[0], column)] = value;
        return this;
    }

    public RegionFileDraft Rename(string file, string column, string name)
    {
        var header = _files[file][0];
        header[Array.IndexOf(header, column)] = name;
        return this;
    }

    public RegionFileDraft Add(string file, params string[] line)
    {
        _files[file].Add(line);
        return this;
    }

    public RegionFileDraft Remove(string file)
    {
        _files.Remove(file);
        return this;
    }

    public RegionFileDraft Reverse(string file)
    {
        _files[file].Reverse(1, _files[file].Count - 1);
        return this;
    }

    public Dictionary<string, ReadOnlyMemory<byte>> Bytes(char separator = ',', string lineEnd = "\n", bool mark = false) =>
        _files.ToDictionary(file => file.Key, file => Encode(string.Join(lineEnd, file.Value.Select(row => Line(row, separator))) + lineEnd, mark));

    public RegionReading Read() => RegionFile.Read(Bytes());

    public RegionFile Region() => Read() is { Region: { } region } ? region : throw new InvalidOperationException(string.Join('\n', Read().Errors));

    public static ReadOnlyMemory<byte> Encode(string text, bool mark = false) => (byte[])[.. mark ? Encoding.UTF8.Preamble : [], .. Encoding.UTF8.GetBytes(text)];

    private static string Line(string[] cells, char separator) =>
        string.Join(separator, cells.Select(c => c.AsSpan().ContainsAny(separator, '"', '\n') ? $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : c));

    private static List<string[]> Rows(params string[] lines) => [.. lines.Select(line => line.Split(','))];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Plek.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }
}
