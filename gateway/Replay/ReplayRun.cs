using System.Collections.Concurrent;

namespace Gateway.Replay;

/// <summary>Sends all rows, publication by publication: moves the clock to the publication, sends what became known, and asks for it again.</summary>
/// <param name="clock">What the clock of the service was started with. An interrupted replay goes on at the publication at which it stands.</param>
/// <param name="daysPerSecond">Simulated days that pass in a second; null: as fast as the answers come.</param>
internal sealed class ReplayRun(
    ReplayInput input, Reporter reporter, Journal journal, DateTimeOffset clock, Func<DateTimeOffset, CancellationToken, Task> moveClock, double? daysPerSecond)
{
    /// <summary>Reports under way at the same time; those of one facility go one after another, as the facility would send them.</summary>
    private const int InFlightMax = 16;

    private const double SecondsPerDay = 86_400;

    private readonly ConcurrentBag<TimeSpan> _times = [];
    private int _lost;
    private int _again;

    /// <summary>How long each report took that was sent in this run.</summary>
    public IReadOnlyCollection<TimeSpan> Times => _times;

    /// <summary>Acknowledged reports that were asked for once more.</summary>
    public int AskedAgain => _again;

    /// <summary>Of those, the ones for which the service did not find the acknowledged answer.</summary>
    public int Lost => _lost;

    /// <param name="sent">Told the number of rows that each step brought.</param>
    public async Task SendAsync(Action<int> sent, CancellationToken cancel)
    {
        var before = clock;
        foreach (var publication in input.Rows.Where(row => row.PublishedAt >= clock).GroupBy(row => row.PublishedAt))
        {
            if (publication.Key > before)
            {
                if (daysPerSecond is { } pace) await Task.Delay((publication.Key - before) / (pace * SecondsPerDay), cancel);
                await moveClock(publication.Key, cancel);
                before = publication.Key;
            }
            sent(publication.Count(row => row.NotSent is not null));
            var facilities = publication.Where(row => row.NotSent is null).GroupBy(row => row.Facility, StringComparer.Ordinal).ToList();
            await EachAsync(facilities, SendAsync, cancel);

            // Now, and not at the end: answers are kept for 30 days, and the clock runs ahead.
            await EachAsync(facilities, AskAgainAsync, cancel);
        }

        async Task SendAsync(ReplayRow row, CancellationToken stop)
        {
            if (journal.Of(row) is null)
            {
                var (outcome, took) = await reporter.SendAsync(row, stop);
                journal.Add(outcome);
                _times.Add(took);
            }
            sent(1);
        }
    }

    // A report that said nothing new wrote nothing that could be lost.
    private async Task AskAgainAsync(ReplayRow row, CancellationToken cancel)
    {
        if (journal.Of(row) is not { IsKept: true } acknowledged) return;
        var (found, _) = await reporter.SendAsync(row, cancel);
        Interlocked.Increment(ref _again);
        if (!acknowledged.Found(found)) Interlocked.Increment(ref _lost);
    }

    private static Task EachAsync(IEnumerable<IEnumerable<ReplayRow>> facilities, Func<ReplayRow, CancellationToken, Task> ask, CancellationToken cancel) =>
        Parallel.ForEachAsync(facilities, new ParallelOptions { MaxDegreeOfParallelism = InFlightMax, CancellationToken = cancel }, async (rows, stop) =>
        {
            foreach (var row in rows) await ask(row, stop);
        });
}
