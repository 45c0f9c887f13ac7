using Plek.V1;

namespace Gateway.Replay;

/// <summary>What the rows of Rhode Island's publication log say about staff, as absences of the week and as openness. One reading, in the order of the log.</summary>
/// <remarks>So many of staff as were found to have COVID-19 in the week are absent, ill, all of it. Each of the four flags "shortage of" is a vacancy
/// of one in that week, for the flag names no number. A home with two flags or more takes in few, for want of staff, from its newest week on,
/// and is open again with the first newer week that has fewer.</remarks>
internal sealed class StaffLog
{
    private const string Ill = "staff_weekly_confirmed_covid";
    private const int LimitedFrom = 2; // Flags.
    private const int DaysOfWeek = 7;

    private static readonly TimeZoneInfo AtTheHome = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    // The domain's nearest words: an aide does what a group's own staff does.
    private static readonly (string Column, string Id, StaffFunction Function)[] Flags =
    [
        ("shortage_of_nursing_staff", "short-nursing", StaffFunction.Nurse), ("shortage_of_clinical_staff", "short-clinical", StaffFunction.Behavioural),
        ("shortage_of_aides", "short-aides", StaffFunction.Pedagogical), ("shortage_of_other_staff", "short-other", StaffFunction.Other),
    ];

    private readonly HashSet<(string Home, string Absence)> _absent = [];
    private readonly Dictionary<string, (DateOnly Week, bool Limited)> _newest = new(StringComparer.Ordinal);

    public ReplayStaff Of(TableRow row)
    {
        var (home, week) = (row["federal_provider_number"], row.Date("week_ending"));
        var absences = new List<ReplayAbsence>();
        Add("ill", StaffFunction.Other, AbsenceReason.Ill, row.Whole(Ill) ?? 0);
        foreach (var (column, id, function) in Flags) Add(id, function, AbsenceReason.Vacancy, row[column] == "Y" ? 1 : 0);
        return new(StartOf(week.AddDays(1 - DaysOfWeek)), StartOf(week.AddDays(1)), absences, Openness(home, week, Flags.Count(flag => row[flag.Column] == "Y") >= LimitedFrom));

        void Add(string what, StaffFunction function, AbsenceReason reason, int count)
        {
            var id = $"{what}-{home}-{week:yyyy-MM-dd}";
            if (count > 0) _absent.Add((home, id));
            else if (!_absent.Remove((home, id))) return; // Nobody ever said so.
            absences.Add(new(id, function, reason, count));
        }
    }

    private Openness? Openness(string home, DateOnly week, bool limited)
    {
        var known = _newest.TryGetValue(home, out var newest);
        if (known && week < newest.Week) return null;
        _newest[home] = (week, limited);
        if (limited) return Plek.V1.Openness.Limited;
        return known && newest.Limited ? Plek.V1.Openness.Open : null;
    }

    private static DateTimeOffset StartOf(DateOnly day) => day.ToDateTime(default) is var local ? new(local, AtTheHome.GetUtcOffset(local)) : default;
}
