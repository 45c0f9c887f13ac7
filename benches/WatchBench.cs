using System.Collections.Immutable;
using System.Diagnostics;
using Gateway.Access;
using Google.Protobuf;
using Plek.V1;

namespace Bench;

/// <summary>From a change's commit to the watchers who are told of it: the real server with its log on the disk, gRPC over 200 connections.</summary>
/// <remarks>The server has a processor of its own and the client the other. What the client costs itself is told beside the figures: the share
/// of its processor, and how long work waits for a thread of it, which is what an arrived delta waits for too.</remarks>
public static class WatchBench
{
    private const int Watchers = 1_000;
    private const int Connections = 200;
    private const int ChangesPerSecond = 200;
    private const int Callers = 10; // One caller may have 250 streams.
    private const int UnlimitedMs = 1; // The least that a watcher can ask for: 0 stands for the default.
    private const int CoalescedMs = 1_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PeerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SnapshotsMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(string[] args)
    {
        if (args.Length > 1 && args[1].StartsWith("--serve", StringComparison.Ordinal))
        {
            Pin(processor: 0);
            WatchServer.Serve(args);
            return;
        }
        Pin(processor: 1);
        var report = Report.From("watch", args);
        using var folder = new TempFolder();
        var region = folder.File("region");
        WatchRegion.WriteTo(region, DateTimeOffset.UtcNow);
        var data = folder.File("data");
        using var server = await WatchServer.StartAsync("--serve", "--data", data, "--region", region, "--rate", "1000000");
        var asks = new Asks(new TrialTokens(Path.Combine(data, "trial.key")));
        using var writer = new WatchWriter(server.Port, asks.Reporters);
        await RoundAsync(server, asks.Of(UnlimitedMs, oneProvider: true), writer.ReportAsync, WarmUp);

        var told = await RoundAsync(server, asks.Of(UnlimitedMs, oneProvider: true), writer.ReportAsync, Time);
        var peer = await PeerAsync(told.BytesPerDelta);
        Show(report, "1,000 watchers of 2 % each, every change", told, TimeSpan.Zero,
            ("ratio_sent_p99", peer.FromSent.P99 / told.FromSent.P99), ("ratio_of_processor_time", peer.MicrosPerDelta / told.MicrosPerDelta));
        Show(report, "a bare fan-out of as many bytes, in any order", peer, TimeSpan.Zero);
        var coalesced = await RoundAsync(server, asks.Of(CoalescedMs, oneProvider: false), writer.ReportAsync, Time, TimeSpan.FromMilliseconds(CoalescedMs));
        Show(report, "1,000 watchers of everything, once a second", coalesced, TimeSpan.FromMilliseconds(CoalescedMs));
        if (told.Lost + told.OutOfOrder + coalesced.Lost + coalesced.OutOfOrder > 0) throw new InvalidOperationException("Changes were lost or told out of order.");
    }

    private static async Task<WatchRound> PeerAsync(int bytes)
    {
        using var bare = await WatchServer.StartAsync("--serve-bare");
        using var writer = new WatchWriter(bare.Port, []) { TellBytes = bytes };
        var asks = Enumerable.Range(0, Watchers).Select(w => new WatchAsk(w, $"{WatchPeer.Watch}{w % WatchRegion.Providers}", null, [])).ToList();
        await RoundAsync(bare, asks, writer.TellAsync, WarmUp);
        return await RoundAsync(bare, asks, writer.TellAsync, PeerTime);
    }

    private static async Task<WatchRound> RoundAsync(
        WatchServer server, IReadOnlyList<WatchAsk> asks, Func<int, Task<Written>> change, TimeSpan time, TimeSpan interval = default)
    {
        var before = await server.UsedAsync(collect: true);
        var connections = await OpenAsync(server.GrpcPort, asks);
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var wait = new ClientWait();
        var client = Process.GetCurrentProcess().TotalProcessorTime;
        var used = await server.UsedAsync();
        var deltas = Deltas();
        var begun = Stopwatch.GetTimestamp();
        var written = await WatchWriter.PaceAsync(change, ChangesPerSecond, time);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var usedAfter = await server.UsedAsync();
        deltas = Deltas() - deltas;
        var round = new WatchRound(interval)
        {
            Seconds = seconds,
            Deltas = deltas,
            ServerShare = (usedAfter.Micros - used.Micros) / 1e6 / seconds,
            MicrosPerDelta = (usedAfter.Micros - used.Micros) / deltas,
            AllocatedPerDelta = (usedAfter.Allocated - used.Allocated) / deltas,
            ClientShare = (Process.GetCurrentProcess().TotalProcessorTime - client).TotalSeconds / seconds,
            ClientWaits = wait.End(),
        };
        await Task.Delay(interval + TimeSpan.FromSeconds(1)); // What was written last is still told.
        var after = await server.UsedAsync(collect: true);
        round.KeptPerWatcher = (after.Alive - before.Alive) / asks.Count;
        round.BuffersPerWatcher = (after.Buffers - before.Buffers) / asks.Count;
        foreach (var connection in connections) await connection.CloseAsync();
        round.Take(written, connections, interval == default);
        return round;

        long Deltas() => connections.Sum(connection => connection.Streams.Sum(stream => (long)stream.Deltas));
    }

    // Spread over a second, so that watchers who are told once a second are not all told at once.
    private static async Task<ImmutableArray<WatchConnection>> OpenAsync(int port, IReadOnlyList<WatchAsk> asks)
    {
        var connections = ImmutableArray.CreateBuilder<WatchConnection>(Connections);
        for (var n = 0; n < Connections; n++)
        {
            connections.Add(await WatchConnection.OpenAsync(port, [.. asks.Where(ask => ask.Watcher % Connections == n)]));
            await Task.Delay(TimeSpan.FromSeconds(1) / Connections);
        }
        for (var begun = Stopwatch.GetTimestamp(); connections.Any(connection => !connection.Ready);)
        {
            if (Stopwatch.GetElapsedTime(begun) > SnapshotsMax) throw new TimeoutException($"Some watchers got no whole snapshot within {SnapshotsMax}.");
            await Task.Delay(Pause);
        }
        return connections.ToImmutable();
    }

    private static void Show(Report report, string what, WatchRound round, TimeSpan interval, params (string, double)[] more)
    {
        (string, double)[] times = interval == default
            ? [("ack_p50_ms", round.FromAck.P50), ("ack_p99_ms", round.FromAck.P99), ("ack_max_ms", round.FromAck.Max), ("sent_p50_ms", round.FromSent.P50), ("sent_p99_ms", round.FromSent.P99), ("sent_max_ms", round.FromSent.Max)]
            : [("due_p50_ms", round.FromAck.P50), ("due_p99_ms", round.FromAck.P99), ("due_max_ms", round.FromAck.Max), ("oldest_p99_ms", round.Oldest.P99)];
        report.Row(what,
        [
            .. times, ("deltas_per_s", round.Deltas / round.Seconds), ("units_told", round.Told), ("bytes_per_delta", round.BytesPerDelta), ("lost", round.Lost), ("out_of_order", round.OutOfOrder),
            ("bytes_kept_per_watcher", round.KeptPerWatcher), ("buffer_bytes_per_watcher", round.BuffersPerWatcher), ("processor_us_per_delta", round.MicrosPerDelta), ("allocated_bytes_per_delta", round.AllocatedPerDelta),
            ("server_share", round.ServerShare), ("client_share", round.ClientShare), ("client_wait_p99_ms", round.ClientWaits.P99), .. more,
        ]);
    }

    private static void Pin(int processor)
    {
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1) Process.GetCurrentProcess().ProcessorAffinity = 1 << processor;
    }

    /// <summary>Who watches what, and who reports.</summary>
    private sealed class Asks(TrialTokens tokens)
    {
        private readonly string[] _desk = [.. Enumerable.Range(0, Callers).Select(n => Token(tokens, $"watcher {n}", Role.CrisisDesk, null))];

        public string[] Reporters { get; } = [.. Enumerable.Range(0, WatchRegion.Providers).Select(p => Token(tokens, $"reporter {p}", Role.ProviderReporter, WatchRegion.Provider(p)))];

        public IReadOnlyList<WatchAsk> Of(int intervalMs, bool oneProvider) => [.. Enumerable.Range(0, Watchers).Select(watcher =>
        {
            var request = new WatchCapacityRequest { IntervalMs = intervalMs };
            if (oneProvider) request.Filter = new() { ProviderIds = { WatchRegion.Provider(watcher % WatchRegion.Providers) } };
            return new WatchAsk(watcher, "/plek.v1.CapacityService/WatchCapacity", _desk[watcher % Callers], request.ToByteArray());
        })];

        private static string Token(TrialTokens tokens, string name, Role role, string? provider) =>
            tokens.Issue(new(name, null), [role], provider, [], DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
    }
}
