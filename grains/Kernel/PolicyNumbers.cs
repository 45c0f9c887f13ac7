using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>Every number of the domain that is policy and not a constant (domain.md marks them <i>default</i>). Minutes unless the unit says otherwise.</summary>
public static class PolicyNumbers
{
    public static readonly PolicyNumber ClockTolerance = new("clock_tolerance", "min", 5, 0, 60);
    public static readonly PolicyNumber CorrectionWindow = new("correction_window", "min", 20, 1, 1_440);
    public static readonly PolicyNumber OccupiedShareMax = new("occupied_share_max", "percent", 150, 100, 300);
    public static readonly PolicyNumber HoldsPerFacilityMax = new("holds_per_facility_max", "count", 200, 1, 1_000);

    // Expected interval between reports of a fact: fresh up to it, ageing up to twice, then stale.
    public static readonly PolicyNumber StaffingInterval = new("staffing_interval", "min", 12 * 60, 60, 10_080);
    public static readonly PolicyNumber BedsInterval = new("beds_interval", "min", 24 * 60, 60, 20_160);
    public static readonly PolicyNumber BedsIntervalCrisis = new("beds_interval_crisis", "min", 8 * 60, 60, 20_160);
    public static readonly PolicyNumber OpennessInterval = new("openness_interval", "min", 7 * 24 * 60, 60, 43_200);
    public static readonly PolicyNumber OpennessIntervalCrisis = new("openness_interval_crisis", "min", 24 * 60, 60, 43_200);

    // How long the present situation must be tenable to be less urgent: domain 5, "Urgency".
    public static readonly PolicyNumber TenableImmediate = new("tenable_immediate", "min", 120, 15, 1_440);
    public static readonly PolicyNumber TenableWithin48h = new("tenable_within_48h", "min", 48 * 60, 60, 10_080);
    public static readonly PolicyNumber TenableThisWeek = new("tenable_this_week", "min", 7 * 24 * 60, 60, 43_200);

    // Deadlines per state and urgency: domain 5, "deadline (defaults)".
    public static readonly PolicyNumber TriageUnknown = new("triage_unknown", "min", 30, 5, 1_440);
    public static readonly UrgencyNumbers Triage = UrgencyNumbers.Of("triage", 30, 120, 120, 120, 480);
    public static readonly UrgencyNumbers Search = UrgencyNumbers.Of("search", 60, 240, 24 * 60, 72 * 60, 14 * 24 * 60);
    public static readonly UrgencyNumbers HoldTime = UrgencyNumbers.Of("hold", 30, 120, 8 * 60, 24 * 60, 72 * 60);
    public static readonly PolicyNumber EnquiryTime = new("enquiry", "min", 15, 5, 240);
    public static readonly UrgencyNumbers Arrival = UrgencyNumbers.Of("arrival", 4 * 60, 12 * 60, 24 * 60, 72 * 60, 14 * 24 * 60);
    public static readonly PolicyNumber OutflowPlan = new("outflow_plan", "min", 14 * 24 * 60, 60, 129_600);
    public static readonly PolicyNumber WaitingReviewMax = new("waiting_review_maximum", "min", 14 * 24 * 60, 60, 43_200);
    public static readonly PolicyNumber SafetyIntervalSafe = new("safety_interval_safe", "min", 14 * 24 * 60, 60, 43_200);              // Scores 0 and 1.
    public static readonly PolicyNumber SafetyIntervalUnsafe = new("safety_interval_unsafe", "min", 7 * 24 * 60, 60, 43_200);           // Score 2.
    public static readonly PolicyNumber SafetyIntervalVeryUnsafe = new("safety_interval_very_unsafe", "min", 24 * 60, 15, 43_200);      // Score 3.
    public static readonly PolicyNumber DirectorInterval = new("process_director_interval", "min", 24 * 60, 60, 43_200);
    public static readonly PolicyNumber CrisisStayWarning = new("crisis_stay_warning", "min", 21 * 24 * 60, 60, 129_600);
    public static readonly PolicyNumber CrisisStayLimit = new("crisis_stay_limit", "min", 28 * 24 * 60, 60, 129_600);
    public static readonly PolicyNumber DeadlineRepeatMin = new("deadline_repeat_minimum", "min", 15, 1, 1_440);

    // Shifts, in minutes after midnight by the clock of Europe/Amsterdam. One that ends no later than it starts ends on the next day.
    public static readonly ImmutableArray<PolicyNumber> ShiftStart = Shifts("start", 7 * 60, 15 * 60, 23 * 60);
    public static readonly ImmutableArray<PolicyNumber> ShiftEnd = Shifts("end", 15 * 60, 23 * 60, 7 * 60);

    // Whose work counts for a ratio table (1) and whose does not (0), by function: trainees alone do not.
    public static readonly ImmutableArray<PolicyNumber> CountsForRatio =
    [
        Counts("pedagogical", 1), Counts("behavioural", 1), Counts("night_watch", 1), Counts("ambulatory", 1), Counts("nurse", 1),
        Counts("family_home_parent", 1), Counts("trainee_flex", 0), Counts("other", 1),
    ];

    // After how long an alarm that nobody acknowledged says "bel nu": domain 5 gives Immediate, decision 29 the rest.
    public static readonly UrgencyNumbers CallNow = UrgencyNumbers.AtLeast(1, "call_now", 3, 15, 60, 4 * 60, 24 * 60);
    public static readonly PolicyNumber CallNowUnknown = new("call_now_unknown", "min", 10, 1, 43_200);
    public static readonly PolicyNumber CallNowFacility = new("call_now_facility", "min", 15, 1, 43_200);

    // Weights of the score, domain 6.
    public static readonly PolicyNumber WeightSpecialism = new("weight_specialism", "weight", 30, 0, 100);
    public static readonly PolicyNumber WeightNearness = new("weight_nearness", "weight", 20, 0, 100);
    public static readonly PolicyNumber WeightSetting = new("weight_setting", "weight", 10, 0, 100);
    public static readonly PolicyNumber WeightGroupFit = new("weight_group_fit", "weight", 10, 0, 100);
    public static readonly PolicyNumber WeightFreshness = new("weight_freshness", "weight", 10, 0, 100);
    public static readonly PolicyNumber WeightAccuracy = new("weight_accuracy", "weight", 10, 0, 100);
    public static readonly PolicyNumber WeightSlack = new("weight_slack", "weight", 10, 0, 100);

    public static readonly ImmutableArray<PolicyNumber> All =
    [
        ClockTolerance, CorrectionWindow, OccupiedShareMax, HoldsPerFacilityMax,
        StaffingInterval, BedsInterval, BedsIntervalCrisis, OpennessInterval, OpennessIntervalCrisis,
        TenableImmediate, TenableWithin48h, TenableThisWeek,
        TriageUnknown, .. Triage.All, .. Search.All, .. HoldTime.All, EnquiryTime, .. Arrival.All, OutflowPlan, CrisisStayWarning, CrisisStayLimit, DeadlineRepeatMin,
        .. ShiftStart, .. ShiftEnd, .. CountsForRatio,
        WaitingReviewMax, SafetyIntervalSafe, SafetyIntervalUnsafe, SafetyIntervalVeryUnsafe, DirectorInterval,
        .. CallNow.All, CallNowUnknown, CallNowFacility,
        WeightSpecialism, WeightNearness, WeightSetting, WeightGroupFit, WeightFreshness, WeightAccuracy, WeightSlack,
    ];

    public static readonly ImmutableSortedDictionary<string, PolicyNumber> ByName = All.ToImmutableSortedDictionary(n => n.Name, n => n, StringComparer.Ordinal);

    // Day, Evening, Night.
    private static ImmutableArray<PolicyNumber> Shifts(string end, params ReadOnlySpan<int> defaults) =>
        [new($"shift_day_{end}", "min", defaults[0], 0, 1_439), new($"shift_evening_{end}", "min", defaults[1], 0, 1_439), new($"shift_night_{end}", "min", defaults[2], 0, 1_439)];

    private static PolicyNumber Counts(string function, int counts) => new($"counts_{function}", "flag", counts, 0, 1);
}

/// <summary>One policy number per urgency, in minutes.</summary>
public sealed record UrgencyNumbers(ImmutableArray<PolicyNumber> All)
{
    private static readonly string[] Names = ["immediate", "today", "within_48h", "this_week", "planned"];

    public static UrgencyNumbers Of(string name, params ReadOnlySpan<int> defaults) => AtLeast(5, name, defaults);

    public static UrgencyNumbers AtLeast(int minimum, string name, params ReadOnlySpan<int> defaults)
    {
        var numbers = ImmutableArray.CreateBuilder<PolicyNumber>(Names.Length);
        for (var i = 0; i < Names.Length; i++) numbers.Add(new($"{name}_{Names[i]}", "min", defaults[i], minimum, 43_200));
        return new(numbers.MoveToImmutable());
    }

    /// <param name="urgency">0 for Immediate to 4 for Planned.</param>
    public PolicyNumber For(int urgency) => All[urgency];
}
