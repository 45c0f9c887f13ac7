using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Replay;

/// <summary>Four weeks of the hospitals of the United States, as published by the Department of Health and Human Services
/// ("COVID-19 Reported Patient Impact and Hospital Capacity by Facility").</summary>
/// <remarks>The file gives a week's averages: they are rounded half up and sent as the report of the week's last minute, on the day after.
/// <c>NA</c> (nothing reported) and <c>-999999</c> (fewer than four, suppressed) are no numbers and are never sent.</remarks>
internal static partial class Hospitals
{
    private const string Beds = "inpatient_beds_7_day_avg";
    private const string Used = "inpatient_beds_used_7_day_avg";

    private static readonly TimeZoneInfo AtTheDepartment = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public static ReplayInput Read(string path)
    {
        var table = Table.Read(path).ToList();
        var last = table.GroupBy(Id, StringComparer.Ordinal).Select(hospital => hospital.Last()).ToList();
        var points = table.Where(row => Point(row) is not null).GroupBy(Id, StringComparer.Ordinal)
            .ToDictionary(hospital => hospital.Key, hospital => Point(hospital.Last())!.Value, StringComparer.Ordinal);
        if (points.Count == 0) throw new InvalidDataException($"{path} places no hospital.");
        var states = last.Where(row => points.ContainsKey(Id(row))).GroupBy(row => row["state"], StringComparer.Ordinal)
            .ToDictionary(state => state.Key, state => Middle(state.Select(row => points[Id(row)])), StringComparer.Ordinal);
        var country = Middle(points.Values);

        var facilities = last.Select(row =>
        {
            var point = points.TryGetValue(Id(row), out var own) ? own : states.GetValueOrDefault(row["state"], country);
            return new ReplayFacility(Id(row), row["hospital_name"], row["state"], point.Latitude, point.Longitude);
        }).ToList();
        return new(
            "hospitals", "Hospitals of the United States", "TreatmentGroup", "A hospital in replayed data.", new(-90, -180, 90, 180), facilities,
            [.. table.Select(Report).OrderBy(row => row.PublishedAt).ThenBy(row => row.Line)],
            [$"{last.Count - points.Count} hospitals without coordinates stand in the middle of those of their state, else of all"]);
    }

    private static string Id(TableRow row) => row["hospital_pk"].ToLowerInvariant();

    private static ReplayRow Report(TableRow row)
    {
        var notSent = NotSent(row, Beds, "beds") ?? NotSent(row, Used, "occupied beds");
        var friday = row.Date("collection_week");
        return new(
            row.Line, Id(row), At(friday.AddDays(6), new(23, 59)), At(friday.AddDays(7), new(12, 0)),
            notSent is null ? HalfUp(row, Beds) : 0, notSent is null ? HalfUp(row, Used) : 0, notSent);
    }

    private static string? NotSent(TableRow row, string column, string what) => row[column] switch
    {
        "NA" or "" => $"{what} not reported (NA)",
        "-999999" or "-999999.0" => $"{what} suppressed (-999999)",
        _ => null,
    };

    private static int HalfUp(TableRow row, string column) =>
        decimal.TryParse(row[column], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Min(int.MaxValue, Math.Floor(number + 0.5m))
            : throw new InvalidDataException($"{row.File} line {row.Line}, {column}: '{row[column]}' is no number of beds.");

    private static DateTimeOffset At(DateOnly date, TimeOnly time) =>
        date.ToDateTime(time) is var local ? new(local, AtTheDepartment.GetUtcOffset(local)) : default;

    private static (double Latitude, double Longitude)? Point(TableRow row) => PointForm().Match(row["geocoded_hospital_address"]) is { Success: true } point
        ? (double.Parse(point.Groups[2].Value, CultureInfo.InvariantCulture), double.Parse(point.Groups[1].Value, CultureInfo.InvariantCulture))
        : null;

    private static (double Latitude, double Longitude) Middle(IEnumerable<(double Latitude, double Longitude)> points)
    {
        var all = points.ToList();
        return (Math.Round(all.Average(point => point.Latitude), 5), Math.Round(all.Average(point => point.Longitude), 5));
    }

    [GeneratedRegex(@"^POINT \((-?\d{1,3}(?:\.\d+)?) (-?\d{1,2}(?:\.\d+)?)\)\z", RegexOptions.ECMAScript)]
    private static partial Regex PointForm();
}
