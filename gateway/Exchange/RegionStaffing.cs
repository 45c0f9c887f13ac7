using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Grains.Facilities;

namespace Gateway.Exchange;

/// <summary>How a line of units.csv says what staff a unit needs and has: <c>declared:8</c>, <c>not-staff-bound</c> or <c>ratio:</c>, and its standard roster.</summary>
internal static partial class RegionStaffing
{
    private const string DeclaredPrefix = "declared:";
    private const string RatioPrefix = "ratio:";
    private const string RatioExample = "ratio:day 1=3 2=8 3=12 / evening 1=3 2=8 / night 1=12";
    private const string RosterExample = "day Pedagogical 3 Nurse 1 / evening Pedagogical 2 / night NightWatch 1";
    private const int StaffMax = 100;
    private const int ChildrenMax = 500;

    /// <param name="licensed">At most so many can be declared.</param>
    public static (StaffingKind Kind, int? Declared, RatioTable? Ratio) Read(Row row, int licensed)
    {
        var words = row.Raw("staffing");
        if (words == "not-staff-bound") return (StaffingKind.NotStaffBound, null, null);
        if (words.StartsWith(RatioPrefix, StringComparison.Ordinal)) return (StaffingKind.ShiftRatio, null, Ratio(row, words[RatioPrefix.Length..]));
        if (!DeclaredForm().IsMatch(words)) row.Wrong("staffing", $"is neither not-staff-bound nor declared: and a number, such as declared:8, nor a table such as {RatioExample}");
        else if (int.Parse(words.AsSpan(DeclaredPrefix.Length), provider: null) is var declared && declared <= licensed) return (StaffingKind.DeclaredOperable, declared, null);
        else row.Wrong("staffing", $"declares more than the {licensed} licensed");
        return (StaffingKind.DeclaredOperable, 0, null);
    }

    /// <summary>Who is planned on every day, or null for an empty cell.</summary>
    public static ImmutableArray<StandardStaff>? StandardRoster(Row row)
    {
        if (!row.Has("standard_roster")) return null;
        if (Shifts(row.Raw("standard_roster"), Planned) is not { } shifts)
        {
            row.Wrong("standard_roster", $"is not a roster such as {RosterExample}; shifts day, evening, night, each once; functions {string.Join(", ", Enum.GetNames<StaffFunction>())}, each once in a shift; 0 to {StaffMax}");
            return null;
        }
        return [.. from shift in shifts from line in shift.Value select new StandardStaff(shift.Key, line.Function, line.Planned)];
    }

    private static RatioTable? Ratio(Row row, string words)
    {
        if (Shifts(words, Steps) is { Count: 3 } table) return new(table[Shift.Day], table[Shift.Evening], table[Shift.Night]);
        row.Wrong("staffing", $"is not a table such as {RatioExample}: for day, evening and night, each once, steps of staff = children that both rise; staff 0 to {StaffMax}, children 1 to {ChildrenMax}");
        return null;
    }

    // Parts between slashes, each a shift and what it says; null when one is not that.
    private static SortedDictionary<Shift, ImmutableArray<T>>? Shifts<T>(string words, Func<string[], ImmutableArray<T>?> read)
    {
        var shifts = new SortedDictionary<Shift, ImmutableArray<T>>();
        foreach (var part in words.Split('/'))
        {
            var parts = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Shift? shift = parts is [var name, ..] ? name switch { "day" => Shift.Day, "evening" => Shift.Evening, "night" => Shift.Night, _ => null } : null;
            if (shift is not { } known || read(parts[1..]) is not { IsEmpty: false } said || !shifts.TryAdd(known, said)) return null;
        }
        return shifts;
    }

    private static ImmutableArray<RatioStep>? Steps(string[] words)
    {
        var steps = ImmutableArray.CreateBuilder<RatioStep>(words.Length);
        foreach (var word in words)
        {
            if (word.Split('=') is not [var staff, var children] || Number(staff, StaffMax) is not { } least || Number(children, ChildrenMax) is not { } most || most < 1) return null;
            if (steps.Count > 0 && (least <= steps[^1].MinStaff || most <= steps[^1].MaxChildren)) return null;
            steps.Add(new(least, most));
        }
        return steps.DrainToImmutable();
    }

    private static ImmutableArray<PlannedStaff>? Planned(string[] words)
    {
        var planned = ImmutableArray.CreateBuilder<PlannedStaff>(words.Length / 2);
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!Functions.TryGetValue(words[i], out var function) || i + 1 == words.Length || Number(words[i + 1], StaffMax) is not { } count) return null;
            if (planned.Any(line => line.Function == function)) return null;
            planned.Add(new(function, count));
        }
        return planned.DrainToImmutable();
    }

    private static readonly Dictionary<string, StaffFunction> Functions =
        Enum.GetValues<StaffFunction>().ToDictionary(function => function.ToString(), function => function, StringComparer.Ordinal);

    private static int? Number(string word, int max) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;

    [GeneratedRegex(@"^declared:\d{1,3}\z", RegexOptions.ECMAScript)]
    private static partial Regex DeclaredForm();
}
