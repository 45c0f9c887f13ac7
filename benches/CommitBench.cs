using System.Diagnostics;
using Grains.Kernel;
using Silo.Host;
using Silo.Storage.Sqlite;

namespace Bench;

/// <summary>Durable steps a second through the host, against one transaction per command and against bare batched inserts of the same bytes.</summary>
/// <remarks>All sides: the same file system, the same schema and pragmas (synchronous = full), the same decider and JSON, one file each.
/// Sides take turns, several rounds; the median counts.</remarks>
public static class CommitBench
{
    private const int Rounds = 5;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1.5);
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(string[] args)
    {
        var report = Report.From("commit", args);
        foreach (var (parts, clients, hot) in new[] { (1, 1, false), (1, 64, false), (1, 256, false), (2, 64, false), (2, 256, false), (1, 256, true) })
        {
            var sides = new Dictionary<string, List<(double Rate, double P99)>> { ["host"] = [], ["loop"] = [], ["bare"] = [] };
            for (var round = 0; round < Rounds; round++)
            {
                sides["host"].Add(await HostAsync(parts, clients, hot));
                sides["loop"].Add(await LoopAsync(parts, clients, hot));
                sides["bare"].Add(BarePeer.Run(parts, clients, Each));
            }
            var (host, loop, bare) = (Median(sides["host"]), Median(sides["loop"]), Median(sides["bare"]));
            var name = $"{parts} part{(parts == 1 ? "" : "s")}, {clients} client{(clients == 1 ? "" : "s")}{(hot ? ", one facility" : "")}";
            report.Row($"{name}: host", ("steps_per_s", host.Rate), ("p99_ms", host.P99), ("ratio_to_loop", host.Rate / loop.Rate), ("ratio_to_bare", host.Rate / bare.Rate));
            report.Row($"{name}: one transaction per command", ("steps_per_s", loop.Rate), ("p99_ms", loop.P99));
            report.Row($"{name}: bare batched insert", ("steps_per_s", bare.Rate));
        }
    }

    private static async Task<(double, double)> HostAsync(int parts, int clients, bool hot)
    {
        using var folder = new TempFolder();
        await using var store = SqliteStore.Open(folder.File("log.db"));
        await using var host = new GrainHost(store, Tally.Types, TimeProvider.System, Guid.NewGuid, new());
        await host.StartAsync(default);
        return await ClientsAsync(clients, (client, n) =>
        {
            var streams = Streams(parts, hot ? 0 : client);
            var step = new Step(
                new(new($"caller{client}", $"{n}"), BarePeer.Hash), new("bench", "CrisisDesk", Grains.Kernel.Channel.Api, Noon), streams[0],
                [.. streams.Select(stream => new Part(stream, new Tally.Count(1)))]);
            return host.AskAsync(step, default).AsTask();
        });
    }

    private static async Task<(double, double)> LoopAsync(int parts, int clients, bool hot)
    {
        using var folder = new TempFolder();
        using var peer = await LoopPeer.OpenAsync(folder.File("log.db"));
        return await ClientsAsync(clients, (client, n) => peer.DoAsync(Streams(parts, hot ? 0 : client), $"caller{client}", $"{n}"));
    }

    /// <summary>Every client waits for its answer before it asks again, for the given time; a warm-up of a fifth comes first.</summary>
    private static async Task<(double Rate, double P99)> ClientsAsync(int clients, Func<int, int, Task> ask)
    {
        var ids = new int[clients];
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => LoopUntilAsync(client, Each / 5, [])));
        var latencies = Enumerable.Range(0, clients).Select(_ => new List<double>(4_096)).ToArray();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => LoopUntilAsync(client, Each, latencies[client])));
        var seconds = watch.Elapsed.TotalSeconds;
        var sorted = latencies.SelectMany(l => l).Order().ToArray();
        return (sorted.Length / seconds, sorted[(int)(sorted.Length * 0.99)]);

        async Task LoopUntilAsync(int client, TimeSpan time, List<double> took)
        {
            await Task.Yield();
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;)
            {
                var start = Stopwatch.GetTimestamp();
                await ask(client, ids[client]++);
                took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    internal static StreamId[] Streams(int parts, int client) =>
        parts == 1 ? [StreamId.Facility($"f{client}")] : [StreamId.Facility($"f{client}"), StreamId.Placement($"p{client}")];

    private static (double Rate, double P99) Median(List<(double Rate, double P99)> runs) =>
        (runs.Select(run => run.Rate).Order().ElementAt(runs.Count / 2), runs.Select(run => run.P99).Order().ElementAt(runs.Count / 2));
}

/// <summary>A folder beside the program, on the same disk as real data would be; gone when disposed.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _path = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"bench-{Guid.NewGuid():N}")).FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
