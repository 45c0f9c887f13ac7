using System.Diagnostics;
using System.Runtime.InteropServices;
using Gateway.Access;
using Gateway.Exchange;
using Gateway.Replay.Desk;
using Plek.V1;

namespace Gateway.Replay;

/// <summary><c>./run replay …</c>: sends real reports of real facilities through the public API of a server of its own, and compares
/// what the service then shows with what the file says.</summary>
public static class ReplayCommand
{
    /// <summary>Real instants between start and first publication; the import fits in it on any machine.</summary>
    private static readonly TimeSpan BeforeFirst = TimeSpan.FromDays(1);

    /// <param name="arguments">What stands after <c>replay</c>.</param>
    /// <returns>0: service and file agree; 1: they do not, or the replay did not come to its end; 2: a wrong call.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        ReplayOptions options;
        try
        {
            options = ReplayOptions.Parse(arguments);
        }
        catch (ReplayException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n\n{ReplayOptions.Usage}");
            return 2;
        }
        try
        {
            var input = options.Source == DeskReplay.Name ? null : options.Path is { } path ? Hospitals.Read(path) : RhodeIsland.Read(Samples(options.Source), options.Log);
            var folder = ReplayFolder.Open(options.DataFolder, options.Source, options.Resume);
            var agrees = input is null ? await DeskReplay.RunAsync(Samples(options.Source), options, folder, stop.Token) : await ReplayAsync(input, options, folder, stop.Token);
            if (options.Keep || !agrees) Console.WriteLine($"Kept in {folder}.");
            else folder.Delete();
            return agrees ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted. The same command with --resume goes on.");
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"The server is gone ({e.Message}). The same command with --resume goes on.");
        }
        catch (Exception e) when (e is ReplayException or InvalidDataException or CsvException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
        return 1;

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> ReplayAsync(ReplayInput input, ReplayOptions options, ReplayFolder folder, CancellationToken cancel)
    {
        using var journal = new Journal(folder.Journal);
        var begun = Stopwatch.GetTimestamp();
        var standing = input.Rows.LastOrDefault(row => journal.Of(row) is not null)?.PublishedAt;
        var clock = standing ?? input.Rows[0].PublishedAt - BeforeFirst;
        using var server = await ReplayServer.StartAsync(folder.Data, clock, folder.ServerLog, sample: false, cancel);
        Console.WriteLine($"server {server.ProcessId} on {server.Address}, {folder}");

        var region = new ReplayRegion(input);
        var tokens = new TrialTokens(Path.Combine(folder.Data, "trial.key"));
        string Token(Role role, string? provider = null) => tokens.Issue(
            new($"replay {provider ?? input.Name}", null), [role], provider, [], TimeProvider.System.GetUtcNow(), TrialTokens.LifeMax);
        var admin = Token(Role.RegionAdmin);
        if (standing is null) await ImportAsync(server.Client, input, region, admin, cancel);
        var reporter = new Reporter(server.Client, input, place => Token(Role.ProviderReporter, region.ProviderOf(place)));
        var run = new ReplayRun(input, reporter, journal, clock, (now, stop) => server.Client.MoveClockAsync(now, admin, stop), options.DaysPerSecond);
        var ahead = input.Rows.Count(row => row.PublishedAt >= clock);
        await Progress.ShowAsync(input.Title, ahead, "rows", sent => run.SendAsync(sent, cancel));

        var shown = await Shown.AskAsync(server.Client, reporter, input, journal.Position, Token(Role.CrisisDesk), cancel);
        var table = EndTable.Of(input, journal, run, Stopwatch.GetElapsedTime(begun), shown);
        Console.WriteLine();
        Console.WriteLine(table);
        return table.Agrees;
    }

    private static async Task ImportAsync(ServiceClient client, ReplayInput input, ReplayRegion region, string token, CancellationToken cancel)
    {
        var request = new ImportRegionRequest { CommandId = $"{input.Name}-import", Files = { region.Files() } };
        var answer = await client.AskAsync<ImportRegionResponse>("plek.v1.RegionService/ImportRegion", request, token, cancel);
        Console.WriteLine($"imported {answer.OrThrow("The facilities could not be imported").Changes.Count} entries of {input.Facilities.Count} facilities");
    }

    // The samples stand in the clone; the program runs from a folder below it.
    private static string Samples(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, "samples", name) is var samples && Directory.Exists(samples)) return samples;
        throw new ReplayException($"The folder samples/{name} is not there; it comes with a clone of the repository.");
    }
}
