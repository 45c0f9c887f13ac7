using System.Collections.Immutable;
using System.Diagnostics;
using Gateway.Views;

namespace Bench;

/// <summary>Who has a place that fits: the index against SQLite with the same facts, the same questions and the same answers.</summary>
/// <remarks>Sides take turns round by round. Every question is asked once a round, and the median of its times counts, so that what else the
/// machine does is not taken for the answer's cost; p99 is over the questions. What a question finds is compared before anything is timed.</remarks>
public static class FindBench
{
    private const int Rounds = 5;

    public static Task RunAsync(string[] args)
    {
        var report = Report.From("find", args);
        foreach (var (facilities, questions) in new[] { (100, 2_000), (5_000, 2_000), (100_000, 300) }) Measure(report, facilities, questions);
        return Task.CompletedTask;
    }

    private static void Measure(Report report, int facilities, int count)
    {
        var region = new FindRegion(facilities);
        var view = region.Build().Current;
        var questions = region.Questions(count, explain: false);
        using var sqlite = new FindSqlite(view);
        sqlite.Choose(questions);
        foreach (var question in questions) AssertSame(view, question, sqlite);

        var (mine, theirs) = (Times(count), Times(count));
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < count; i++) theirs[i][round] = Micros(() => sqlite.Ask(questions[i]));
            for (var i = 0; i < count; i++) mine[i][round] = Micros(() => FindPlaces.In(view, questions[i]));
        }
        var (index, peer) = (Percentiles.Of(mine), Percentiles.Of(theirs));
        var name = $"{facilities:N0} facilities, {view.Rows.Count():N0} units";
        report.Row($"{name}: index", ("p50_us", index.P50), ("p99_us", index.P99), ("bytes_per_query", Allocated(view, questions)),
            ("ratio_p50", peer.P50 / index.P50), ("ratio_p99", peer.P99 / index.P99));
        report.Row($"{name}: SQLite", ("p50_us", peer.P50), ("p99_us", peer.P99));

        var explained = questions.Select(question => question with { Explain = true }).ToImmutableArray();
        var explain = Times(count);
        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < count; i++) explain[i][round] = Micros(() => FindPlaces.In(view, explained[i]));
        var times = Percentiles.Of(explain);
        report.Row($"{name}: with exclusions and misses", ("p50_us", times.P50), ("p99_us", times.P99), ("bytes_per_query", Allocated(view, explained)));
    }

    private static void AssertSame(CapacityView view, FindQuery question, FindSqlite sqlite)
    {
        var mine = FindPlaces.In(view, question).Places.Select(p => (p.Facility.Id, p.Unit.UnitId, p.Group, p.Score.Total, p.HomeMetres!.Value)).ToList();
        var theirs = sqlite.Ask(question);
        if (!mine.SequenceEqual(theirs))
            throw new InvalidOperationException($"The answers differ for {question}:\n{string.Join('\n', mine)}\nSQLite:\n{string.Join('\n', theirs)}");
    }

    private static double[][] Times(int count) => [.. Enumerable.Range(0, count).Select(_ => new double[Rounds])];

    internal static double Micros(Action ask)
    {
        var start = Stopwatch.GetTimestamp();
        ask();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static double Allocated(CapacityView view, ImmutableArray<FindQuery> questions)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var question in questions) FindPlaces.In(view, question);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / questions.Length;
    }

    internal readonly record struct Percentiles(double P50, double P99)
    {
        public static Percentiles Of(double[][] times)
        {
            var sorted = times.Select(each => each.Order().ElementAt(each.Length / 2)).Order().ToArray();
            return new(sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
        }
    }
}
