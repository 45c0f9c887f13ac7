using System.Globalization;
using System.IO.Compression;

namespace Gateway.Wire.Replay;

/// <summary>What must become of a row of the publication log: the first of these that applies.</summary>
public enum RowFate
{
    NotSubmitted,           // The home sent nothing that week; what stands there is the publisher's carry-over.
    FailedQualityAssurance, // The publisher says no. A row that was never checked (empty) is sent.
    NoBeds,                 // Beds or occupied beds are missing.
    Impossible,             // Sent, and refused: more than 150 % of the beds that the same report names.
    Accepted,
}

/// <param name="Line">In the uncompressed file; the header is line 1.</param>
/// <param name="OccurredAt">The end of the week that the report is about: 23:59 at the home.</param>
/// <param name="RecordedAt">When the row became known.</param>
/// <param name="Ill">Staff found ill in the week.</param>
/// <param name="Short">How many of the four kinds of staff are said to be short.</param>
public sealed record RhodeIslandRow(
    int Line, string Home, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, int? Beds, int? Occupied, RowFate Fate, int Ill, int Short);

/// <summary>The tests' own reading of the publication log, which shares no code with the replay that it judges.</summary>
public static class RhodeIslandRows
{
    private static readonly TimeZoneInfo AtTheHome = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public static IReadOnlyList<RhodeIslandRow> Read(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var columns = lines.ReadLine()!.Split(',');
        var rows = new List<RhodeIslandRow>();
        while (lines.ReadLine() is { } line)
            rows.Add(Row(rows.Count + 2, columns.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second)));
        return rows;
    }

    /// <summary>The report that each home's present rests on: the newest week, of equal ones the last recorded.</summary>
    public static IReadOnlyDictionary<string, RhodeIslandRow> Present(IEnumerable<RhodeIslandRow> rows) => rows
        .Where(row => row.Fate == RowFate.Accepted)
        .GroupBy(row => row.Home)
        .ToDictionary(home => home.Key, home => home.Aggregate((newest, row) => row.OccurredAt >= newest.OccurredAt ? row : newest));

    private static RhodeIslandRow Row(int line, Dictionary<string, string> cells)
    {
        var week = DateTime.ParseExact(cells["week_ending"], "yyyy-MM-dd", CultureInfo.InvariantCulture).AddHours(23).AddMinutes(59);
        var beds = Number(cells["number_of_all_beds"]);
        var occupied = Number(cells["total_number_of_occupied_beds"]);
        var fate =
            cells["submitted_data"] != "Y" ? RowFate.NotSubmitted :
            cells["passed_quality_assurance"] == "N" ? RowFate.FailedQualityAssurance :
            beds is null or 0 || occupied is null ? RowFate.NoBeds :
            occupied * 100 > beds * 150 ? RowFate.Impossible : RowFate.Accepted;
        return new(line, cells["federal_provider_number"], new(week, AtTheHome.GetUtcOffset(week)),
            DateTimeOffset.Parse(cells["published_at"], CultureInfo.InvariantCulture), beds, occupied, fate,
            Number(cells["staff_weekly_confirmed_covid"]) ?? 0, cells.Count(cell => cell.Key.StartsWith("shortage_of_") && cell.Value == "Y"));
    }

    private static int? Number(string cell) => cell.Length == 0 ? null : int.Parse(cell, CultureInfo.InvariantCulture);
}
