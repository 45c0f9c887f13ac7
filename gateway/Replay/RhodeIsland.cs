using System.Globalization;

namespace Gateway.Replay;

/// <summary>The nursing homes of Rhode Island and the log in which their weekly reports were published (<c>samples/rhode-island</c>).</summary>
internal static class RhodeIsland
{
    public const string LogFile = "publication-log-2021.csv.gz";

    private static readonly TimeZoneInfo AtTheHome = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <param name="folder">Where facilities.csv stands.</param>
    /// <param name="log">Another publication log of the same homes, or null for the one in the folder.</param>
    public static ReplayInput Read(string folder, string? log)
    {
        var homes = Table.Read(Path.Combine(folder, "facilities.csv")).ToList();
        var placed = homes.Where(home => home["latitude"].Length > 0).ToList();
        var facilities = homes.Select(home => Facility(home, placed)).ToList();
        var staff = new StaffLog();
        var rows = Table.Read(log ?? Path.Combine(folder, LogFile)).Select(row => Report(row) is { NotSent: null } sent ? sent with { Staff = staff.Of(row) } : Report(row)).ToList();
        return new(
            "rhode-island", "Nursing homes of Rhode Island", "LivingGroup", "A nursing home in replayed data.", new(41.0, -72.0, 42.1, -71.0), facilities, rows,
            [$"{homes.Count - placed.Count} homes without coordinates stand in the middle of the homes with their ZIP code, else of their county"]);
    }

    private static ReplayFacility Facility(TableRow home, IReadOnlyList<TableRow> placed)
    {
        IReadOnlyList<TableRow> near = home["latitude"].Length > 0 ? [home] : [.. placed.Where(other => other["provider_zip_code"] == home["provider_zip_code"])];
        if (near.Count == 0) near = [.. placed.Where(other => other["county"] == home["county"])];
        return new(home["federal_provider_number"], home["provider_name"], home["county"], Middle(near, "latitude"), Middle(near, "longitude"));
    }

    private static double Middle(IReadOnlyList<TableRow> homes, string column) =>
        Math.Round(homes.Average(home => double.Parse(home[column], CultureInfo.InvariantCulture)), 5);

    private static ReplayRow Report(TableRow row)
    {
        var beds = row.Whole("number_of_all_beds");
        var occupied = row.Whole("total_number_of_occupied_beds");
        var notSent =
            row["submitted_data"] != "Y" ? "not submitted by the home"
            : row["passed_quality_assurance"] == "N" ? "failed the publisher's quality assurance"
            : beds is null or 0 || occupied is null ? "without beds"
            : null;
        var end = row.Date("week_ending").ToDateTime(new TimeOnly(23, 59));
        return new(
            row.Line, row["federal_provider_number"], new(end, AtTheHome.GetUtcOffset(end)), row.Instant("published_at"),
            notSent is null ? beds!.Value : 0, notSent is null ? occupied!.Value : 0, notSent);
    }
}
