using System.Globalization;
using System.Text;

namespace Gateway.Replay.Desk;

/// <summary>What a replay of the desk came to, and whether the service kept all that it acknowledged.</summary>
internal sealed class DeskTable
{
    private const int ListedMax = 40;

    private readonly StringBuilder _text = new();
    private readonly List<string> _differences = [];

    public bool Agrees => _differences.Count == 0;

    public override string ToString() => _text.ToString();

    public static DeskTable Of(Scene scene, Audit audit, int arrivals, int days, TimeSpan took)
    {
        var table = new DeskTable();
        table.Requests(scene, arrivals, days);
        table.Attempts(scene.Tally);
        table.Minutes(scene.Tally.Cases);
        table.Calls(scene, audit, took);
        table.Verdict();
        return table;
    }

    private void Requests(Scene scene, int arrivals, int days)
    {
        var cases = scene.Tally.Cases.Where(request => request.Submitted).ToList();
        Line("days", Number(days), $"from {scene.Admissions.First:yyyy-MM-dd}; seed {scene.Seed}");
        Line("requests", Number(arrivals), "3 for 8 admissions to hospital");
        var transfers = cases.Count(request => request.TransferOf is not null);
        Line("transfers asked", Number(transfers), "from one place to the next");
        if (cases.Count - transfers != arrivals) _differences.Add($"{cases.Count - transfers} requests were taken in, {arrivals} came");
        Line("placed", Number(cases.Count(request => request.AdmittedAt is not null)));
        foreach (var phase in cases.CountBy(request => request.Phase).OrderBy(phase => phase.Key)) Line($"  now {phase.Key}", Number(phase.Value));
    }

    private void Attempts(Tally tally)
    {
        Line("refused by providers", Number(tally.Codes.Values.Sum()));
        foreach (var (code, times) in tally.Codes.OrderBy(code => code.Key)) Line($"  {code}", Number(times));
        foreach (var (what, times) in tally.Counts.OrderBy(count => count.Key, StringComparer.Ordinal)) Line(what, Number(times));
    }

    private void Minutes(IReadOnlyList<Case> cases)
    {
        Line("", "median", "90 %");
        Minutes("minutes to the first offer", cases.Where(request => request.OfferedAt is not null).Select(request => request.OfferedAt!.Value - request.SubmittedAt));
        Minutes("minutes to admission", cases.Where(request => request.AdmittedAt is not null).Select(request => request.AdmittedAt!.Value - request.SubmittedAt));
    }

    private void Minutes(string what, IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        if (sorted.Count > 0) Line(what, Number((long)At(sorted, 0.5).TotalMinutes), Number((long)At(sorted, 0.9).TotalMinutes));
    }

    private void Calls(Scene scene, Audit audit, TimeSpan took)
    {
        var (caller, book) = (scene.Caller, scene.Book);
        Line("commands", Number(caller.Writes), $"{Number(caller.SentTwice)} of them sent twice at the same time");
        foreach (var (reason, times) in caller.Refusals.OrderBy(reason => reason.Key, StringComparer.Ordinal)) Line($"  refused {reason}", Number(times));
        Line("alarms raised", Number(scene.Alarms.Raised.Values.Sum()), $"seen in {Number(scene.Alarms.Rounds)} rounds of the desk");
        foreach (var (kind, times) in scene.Alarms.Raised) Line($"  {kind}", Number(times));
        Line("alarms answered", Number(scene.Alarms.Answered));
        Line("double promises", Number(book.PromisedTwice), $"beds, in {Number(book.Promises)} promises held against a book of the answers");
        Line("lost acknowledgements", Number(caller.Lost), $"of {Number(caller.AskedAgain)} asked again under their command id");
        Line("nights compared", Number(audit.Nights), "operable, occupied and held beds against that book");
        Line("facilities compared", Number(audit.FacilitiesCompared));
        Line("requests compared", Number(audit.RequestsCompared));
        var sorted = caller.Times.Order().ToList();
        if (sorted.Count > 0) Line("time per call", $"{Milliseconds(At(sorted, 0.5))} ms", $"median; p99 {Milliseconds(At(sorted, 0.99))} ms; {Number(sorted.Count)} in this run");
        Line("whole run", $"{took.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s", "everything asked again included");

        if (book.PromisedTwice > 0) _differences.Add($"{book.PromisedTwice} beds are promised twice");
        if (caller.Lost > 0) _differences.Add($"{caller.Lost} acknowledged answers were not found again");
        _differences.AddRange(audit.Differences);
        _differences.AddRange(caller.Surprises);
    }

    private void Verdict()
    {
        Line("verdict", Agrees ? "the service kept all that it acknowledged" : "service and answers DIFFER");
        foreach (var difference in _differences.Take(ListedMax)) Line("  differs", difference);
        if (_differences.Count > ListedMax) Line("  differs", Number(_differences.Count - ListedMax), "times more");
    }

    private static TimeSpan At(List<TimeSpan> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private void Line(string what, string value, string more = "") =>
        _text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{what,-46} {value,10}   {more}").TrimEnd());

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
