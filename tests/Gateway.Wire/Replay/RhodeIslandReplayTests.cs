using System.Diagnostics;
using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>The whole publication log through the public API of a server of its own, judged by a second reading of the file.</summary>
public sealed class RhodeIslandReplayTests : IDisposable
{
    private static readonly IReadOnlyList<RhodeIslandRow> Rows =
        RhodeIslandRows.Read(Path.Combine(ReplayInputTests.Folder("samples", "rhode-island"), "publication-log-2021.csv.gz"));

    private static readonly DateTimeOffset FirstWeek = Rows.Min(row => row.OccurredAt);

    private readonly ReplayProgram _program = new();

    [Fact]
    public async Task Ends_with_what_the_judge_says()
    {
        Assert.True(await _program.RunAsync("rhode-island --keep") == 0, _program.Text);

        Assert.Equal(
            Rows.Where(row => row.Fate == RowFate.Impossible).Select(row => $"refused line {row.Line:N0} {Reason(row)}: {row.Occupied} of {row.Beds}, {row.Home}, {row.OccurredAt:yyyy-MM-dd}"),
            _program.Lines.Where(line => line.StartsWith("refused line ", StringComparison.Ordinal)).Select(Squeezed));
        Assert.Equal(
            (5_604, 5_597, 51, 6, 1, 109, 11, 4),
            (_program.Number("sent"), _program.Number("accepted"), _program.Number("late"), _program.Number("refused IMPOSSIBLE"), _program.Number("refused INVALID_FIELD"),
                _program.Number("not submitted by the home"), _program.Number("failed the publisher's quality assurance"), _program.Number("without beds")));
        Assert.Equal((80, 8_547, 6_456), (_program.Number("facilities that reported"), _program.Number("beds"), _program.Number("occupied")));
        Assert.Equal((0, 0, 0), (_program.Number("facilities that differ"), _program.Number("double promises"), _program.Number("lost acknowledgements")));
        await TheLogHoldsEveryAcceptedReportAndNothingElse();
        await TheLogHoldsTheStaffOfEveryRowThatWasSent();
    }

    [Fact]
    public async Task Keeps_every_acknowledged_report_and_nothing_else_when_the_server_is_killed_in_the_middle()
    {
        var killed = 0;
        var code = await _program.RunAsync("rhode-island --keep", line =>
        {
            if (!line.Contains(" rows", StringComparison.Ordinal) || Interlocked.Exchange(ref killed, 1) == 1) return;
            using var server = Process.GetProcessById(_program.ServerId);
            server.Kill();
        });
        Assert.Equal(1, code);
        Assert.Contains(_program.Lines, line => line.Contains("--resume goes on", StringComparison.Ordinal));

        Assert.True(await _program.RunAsync("rhode-island --keep --resume") == 0, _program.Text);
        Assert.Equal((5_597, 0), (_program.Number("accepted"), _program.Number("lost acknowledgements")));
        await TheLogHoldsEveryAcceptedReportAndNothingElse();
        await TheLogHoldsTheStaffOfEveryRowThatWasSent();
    }

    public void Dispose() => _program.Dispose();

    private async Task TheLogHoldsEveryAcceptedReportAndNothingElse()
    {
        var logged = await _program.ReportsAsync("rhode-island", FirstWeek);
        var accepted = Rows.Where(row => row.Fate == RowFate.Accepted).ToLookup(row => row.Home);
        Assert.Equal(accepted.Select(home => home.Key).Order(), logged.Select(home => home.Key).Order());
        foreach (var home in accepted)
        {
            Assert.Equal(
                News(home).Select(row => (row.OccurredAt, row.Beds!.Value, row.Occupied!.Value)),
                logged[home.Key].Select(report => (report.OccurredAt, report.Licensed, report.Occupied)));
            Assert.All(News(home).Zip(logged[home.Key]), pair => Assert.InRange(pair.Second.RecordedAt, pair.First.RecordedAt, pair.First.RecordedAt.AddHours(1)));
        }
    }

    // A row whose beds are refused says something of its staff all the same; one that says the same of the same
    // week leaves an event only when the facility has let go of what was over.
    private async Task TheLogHoldsTheStaffOfEveryRowThatWasSent()
    {
        var sent = Rows.Where(row => row.Fate is RowFate.Accepted or RowFate.Impossible).ToList();
        var limited = sent.GroupBy(row => row.Home).Count(home => home.Aggregate((newest, row) => row.OccurredAt >= newest.OccurredAt ? row : newest).Short >= 2);
        Assert.Equal(
            (sent.Count(row => row.Ill > 0) + sent.Sum(row => row.Short), limited),
            (_program.Number("absences reported"), _program.Number("limited for want of staff")));

        var weeks = sent.GroupBy(row => (row.Home, Until: row.OccurredAt.AddMinutes(1))).Where(week => week.Any(row => row.Ill > 0)).ToList();
        var logged = await _program.IllAsync("rhode-island");
        Assert.Equal(weeks.Count, logged.Count);
        foreach (var week in weeks) Assert.Equal(News(week.Select(row => row.Ill)), News(logged[week.Key]));

        static IEnumerable<int> News(IEnumerable<int> ill) => ill.Prepend(0).Zip(ill).Where(pair => pair.Second > 0 && pair.Second != pair.First).Select(pair => pair.Second);
    }

    // A report that says what is known already is accepted and leaves no event.
    private static IEnumerable<RhodeIslandRow> News(IEnumerable<RhodeIslandRow> accepted)
    {
        RhodeIslandRow? present = null;
        foreach (var row in accepted)
        {
            if (present is not null && (row.OccurredAt, row.Beds, row.Occupied) == (present.OccurredAt, present.Beds, present.Occupied)) continue;
            if (present is null || row.OccurredAt >= present.OccurredAt) present = row;
            yield return row;
        }
    }

    // 1,370 is more than a report can say at all.
    private static string Reason(RhodeIslandRow row) => row.Occupied > 1_000 ? "INVALID_FIELD" : "IMPOSSIBLE";

    private static string Squeezed(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
