using System.Globalization;
using System.Text;
using Plek.V1;

namespace Gateway.Replay;

/// <summary>What a replay came to, beside what the file says it must have come to.</summary>
internal sealed class EndTable
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _differences = [];

    /// <summary>Whether the service and the file agree in everything.</summary>
    public bool Agrees => _differences.Count == 0;

    public override string ToString() => _text.ToString();

    public static EndTable Of(ReplayInput input, Journal journal, ReplayRun run, TimeSpan took, Shown shown)
    {
        var table = new EndTable();
        table.Rows(input, journal);
        table.Staff(input, journal, shown);
        table.Times(run, took);
        table.Totals(input, shown);
        table.Promises(run, shown);
        foreach (var note in input.Notes) table.Line("note", note);
        table.Line("verdict", table.Agrees ? "service and file agree" : "service and file DIFFER");
        foreach (var difference in table._differences) table.Line("  differs", difference);
        return table;
    }

    private void Rows(ReplayInput input, Journal journal)
    {
        var sent = input.Rows.Where(row => row.NotSent is null).Select(row => (Row: row, Outcome: journal.Of(row))).ToList();
        foreach (var (row, outcome) in sent)
        {
            if (outcome is null) _differences.Add($"line {row.Line} was not sent");
            else if (outcome.Refusal != row.Refusal) _differences.Add($"line {row.Line} ({row.Occupied} of {row.Licensed}): {outcome.Refusal ?? "accepted"} instead of {row.Refusal ?? "accepted"}");
        }
        Line("rows", Number(input.Rows.Count), $"in {Number(input.Rows.Select(row => row.PublishedAt).Distinct().Count())} publications of {Number(input.Facilities.Count)} facilities");
        Line("sent", Number(sent.Count));
        Line("  accepted", Number(sent.Count(s => s.Outcome is { Refusal: null })));
        Line("    late", Number(input.Rows.Late()), "correct the past only");
        Line("    nothing new", Number(sent.Count(s => s.Outcome is { Refusal: null, Wrote: false })));
        foreach (var reason in sent.Where(s => s.Outcome?.Refusal is not null).CountBy(s => s.Outcome!.Refusal!).OrderBy(reason => reason.Key, StringComparer.Ordinal))
            Line($"  refused {reason.Key}", Number(reason.Value));
        Line("not sent", Number(input.Rows.Count - sent.Count));
        foreach (var reason in input.Rows.Where(row => row.NotSent is not null).CountBy(row => row.NotSent!).OrderByDescending(reason => reason.Value))
            Line($"  {reason.Key}", Number(reason.Value));

        var refused = sent.Where(s => s.Outcome?.Refusal is not null).ToList();
        foreach (var (row, outcome) in refused.Take(ListedMax))
            Line("refused line", Number(row.Line), $"{outcome!.Refusal}: {row.Occupied} of {row.Licensed}, {row.Facility}, {row.OccurredAt:yyyy-MM-dd}");
        if (refused.Count > ListedMax) Line("refused lines", Number(refused.Count - ListedMax), "more; all stand in journal.csv of a replay that is kept (--keep)");
    }

    // Each answer beside what was said; only an absence that is over for so long that the facility has let go of it may be refused.
    private void Staff(ReplayInput input, Journal journal, Shown shown)
    {
        var rows = input.Rows.Where(row => row.Staff is not null).ToList();
        if (rows.Count == 0) return;
        var said = rows.SelectMany(row => row.Staff!.Absences.Zip(Answers(row))).ToList();
        Line("absences reported", Number(said.Count(s => s.First.Count > 0)), $"{Number(said.Where(s => s.First.Reason == AbsenceReason.Ill).Sum(s => s.First.Count))} ill, the rest short");
        Line("  taken back", Number(said.Count(s => s.First.Count == 0)), $"{Number(said.Count(s => s.Second == "UNKNOWN_ABSENCE"))} of them long over");
        Line("openness said", Number(rows.Count(row => row.Staff!.Openness is not null)));
        foreach (var row in rows)
        {
            if (Answers(row).Length != row.Staff!.Absences.Count + (row.Staff.Openness is null ? 0 : 1)) _differences.Add($"line {row.Line}: not all about its staff was answered");
            foreach (var refused in Answers(row).Where((answer, i) => char.IsUpper(answer[0]) && !(answer == "UNKNOWN_ABSENCE" && row.Staff.Absences[i].Count == 0)))
                _differences.Add($"line {row.Line}: what it says about staff was refused, {refused}");
        }
        var limited = rows.Where(row => row.Staff!.Openness is not null).GroupBy(row => row.Facility, StringComparer.Ordinal)
            .Where(facility => facility.Last().Staff!.Openness == Openness.Limited).Select(facility => facility.Key).Order(StringComparer.Ordinal);
        Line("limited for want of staff", Number(shown.Limited.Count));
        if (!limited.SequenceEqual(shown.Limited.Order(StringComparer.Ordinal))) _differences.Add("other facilities are limited than the file says");

        string[] Answers(ReplayRow row) => journal.Of(row)?.Staff.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private void Times(ReplayRun run, TimeSpan took)
    {
        var sorted = run.Times.Order().ToList();
        if (sorted.Count == 0) return;
        TimeSpan At(double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
        Line("time per report", $"{Milliseconds(At(0.5))} ms", $"median; p99 {Milliseconds(At(0.99))} ms; {Number(sorted.Count)} in this run");
        Line("whole run", $"{took.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s", "everything asked again included");
    }

    private void Totals(ReplayInput input, Shown shown)
    {
        var present = input.Rows.Present();
        var differing = 0;
        foreach (var (facility, exact) in shown.Facilities.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var (licensed, occupied) = present.TryGetValue(facility, out var row) ? (row.Licensed, row.Occupied) : (0, 0);
            if ((exact.Licensed, exact.Occupied) == (licensed, occupied)) continue;
            differing++;
            _differences.Add($"{facility}: the service shows {exact.Occupied} of {exact.Licensed}, the last accepted report says {occupied} of {licensed}");
        }
        Line("", "service", "file");
        Compare("facilities that reported", shown.Facilities.Count(f => f.Value.Licensed + f.Value.Occupied > 0), present.Values.Count(row => row.Licensed + row.Occupied > 0));
        Compare("beds", shown.Licensed, present.Values.Sum(row => row.Licensed));
        Compare("occupied", shown.Occupied, present.Values.Sum(row => row.Occupied));
        Line("facilities that differ", Number(differing));
    }

    private void Promises(ReplayRun run, Shown shown)
    {
        var twice = shown.Facilities.Values.Sum(exact => Math.Max(0, exact.Held - Math.Max(0, exact.Operable - exact.Occupied)));
        Line("double promises", Number(twice), "beds held that are not free");
        Line("lost acknowledgements", Number(run.Lost), $"of {Number(run.AskedAgain)} acknowledged reports asked again under their command id");
        if (twice > 0) _differences.Add($"{twice} beds are promised twice");
        if (run.Lost > 0) _differences.Add($"{run.Lost} acknowledged reports were not found again");
    }

    private const int ListedMax = 40;

    private void Compare(string what, long service, long file)
    {
        Line(what, Number(service), Number(file));
        if (service != file) _differences.Add($"{what}: {Number(service)} in the service, {Number(file)} in the file");
    }

    private void Line(string what, string value, string more = "") =>
        _text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{what,-46} {value,10}   {more}").TrimEnd());

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
