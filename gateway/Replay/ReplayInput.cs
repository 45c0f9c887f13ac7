using Gateway.Exchange;
using Plek.V1;

namespace Gateway.Replay;

/// <summary>Real facilities and what became known of them, in the order in which it became known.</summary>
/// <param name="Name">Part of ids and folder names: a-z and '-'.</param>
/// <param name="UnitKind">The domain's nearest word for what the facilities are.</param>
/// <param name="NotForCrisis">Why no child may be placed there.</param>
/// <param name="Notes">What a reader of the result must know about the input, one line each.</param>
internal sealed record ReplayInput(
    string Name, string Title, string UnitKind, string NotForCrisis, Area Area, IReadOnlyList<ReplayFacility> Facilities,
    IReadOnlyList<ReplayRow> Rows, IReadOnlyList<string> Notes);

/// <param name="Municipality">The name of its county or state, which stands for a municipality here.</param>
internal sealed record ReplayFacility(string Id, string Name, string Municipality, double Latitude, double Longitude);

/// <param name="Line">In the uncompressed file; the header is line 1.</param>
/// <param name="OccurredAt">The moment that the row is about.</param>
/// <param name="PublishedAt">When the row became known.</param>
/// <param name="NotSent">Why no facility would send this row, or null. The numbers are then 0.</param>
/// <param name="Staff">What it says of staff, sent after its beds; null where the source says nothing of it.</param>
internal sealed record ReplayRow(
    int Line, string Facility, DateTimeOffset OccurredAt, DateTimeOffset PublishedAt, int Licensed, int Occupied, string? NotSent, ReplayStaff? Staff = null)
{
    private const int LicensedMax = 500;        // ReportBedsRequest.licensed.
    private const int OccupiedMax = 1_000;      // ReportBedsRequest.occupied.
    private const int OccupiedShareMax = 150;   // Percent; the default of policy occupied_share_max.

    /// <summary>The reason with which the documented limits refuse this report, or null.</summary>
    public string? Refusal =>
        Licensed > LicensedMax || Occupied > OccupiedMax ? "INVALID_FIELD"
        : Occupied > Licensed * OccupiedShareMax / 100 ? "IMPOSSIBLE"
        : null;
}

/// <param name="From">The first instant of the time that the row is about.</param>
/// <param name="Until">Exclusive.</param>
/// <param name="Openness">What the facility says of itself because of it; null: nothing new.</param>
internal sealed record ReplayStaff(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<ReplayAbsence> Absences, Openness? Openness);

/// <param name="Id">The same for the same absence in every row that speaks of it.</param>
/// <param name="Count">0: an earlier row said that there was one, and there was none.</param>
internal sealed record ReplayAbsence(string Id, StaffFunction Function, AbsenceReason Reason, int Count);

internal static class ReplayRows
{
    /// <summary>The report that the present of each facility rests on: the newest moment, of equal ones the last that became known.</summary>
    public static Dictionary<string, ReplayRow> Present(this IEnumerable<ReplayRow> rows)
    {
        var present = new Dictionary<string, ReplayRow>(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => row.NotSent is null && row.Refusal is null))
            if (!present.TryGetValue(row.Facility, out var known) || row.OccurredAt >= known.OccurredAt) present[row.Facility] = row;
        return present;
    }

    /// <summary>How many accepted reports are older than what was known by then, so that they correct the past only.</summary>
    public static int Late(this IEnumerable<ReplayRow> rows)
    {
        var newest = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var late = 0;
        foreach (var row in rows.Where(row => row.NotSent is null && row.Refusal is null))
            if (newest.TryGetValue(row.Facility, out var known) && row.OccurredAt < known) late++;
            else newest[row.Facility] = row.OccurredAt;
        return late;
    }
}
