using System.Globalization;
using Spectre.Console;

namespace Gateway.Replay;

/// <summary>Shows how far the work is: a bar on a terminal, a line per tenth elsewhere.</summary>
internal static class Progress
{
    private const int Tenths = 10;

    /// <param name="work">Is given the function to tell how many more of the <paramref name="total"/> are done; it may be called at the same time.</param>
    public static Task ShowAsync(string what, int total, string unit, Func<Action<int>, Task> work) =>
        Console.IsOutputRedirected ? LinesAsync(what, total, unit, work) : BarAsync(what, total, work);

    private static Task BarAsync(string what, int total, Func<Action<int>, Task> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: total);
                return work(more => task.Increment(more));
            });

    private static Task LinesAsync(string what, int total, string unit, Func<Action<int>, Task> work)
    {
        var done = 0;
        return work(more =>
        {
            var now = Interlocked.Add(ref done, more);
            var tenth = (long)now * Tenths / total;
            if (tenth > (long)(now - more) * Tenths / total) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {now:N0} of {total:N0} {unit}"));
        });
    }
}
