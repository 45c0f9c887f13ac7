using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bench.Wire;
using Google.Protobuf;

namespace Bench;

/// <summary>Unary calls a second through gateway/Rpc, against a Kestrel endpoint that copies the same bytes.</summary>
/// <remarks>Both are in one server process, pinned to a processor of its own; the client has another. Each pair of rounds is one after the other,
/// each side at its own best number of connections, and the median of the pairs' ratios counts. The ratio of the server's processor time says
/// the same without what else the machine does at that moment.</remarks>
public static class RpcBench
{
    private const int Pairs = 9;
    private const int UnderWay = 16;
    private static readonly int[] Connections = [1, 4, 16];
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    private static readonly BedReport Message = new()
    {
        CommandId = "01jdm3v8q2f5z7x9",
        FacilityId = "de-wending-dordrecht",
        UnitId = "groep-2",
        ObservedAtSeconds = 1_795_300_000,
        Staffed = 8,
        Occupied = 6,
        Open = 2,
        Remark = "Twee plekken vrij vanaf vanavond.",
    };

    public static async Task RunAsync(string[] args)
    {
        if (args.Contains("--serve"))
        {
            Pin(processor: 0);
            await RpcPeers.ServeAsync();
            return;
        }
        Pin(processor: 1);
        var report = Report.From("rpc", args);
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(RpcBench).Assembly.Location, "rpc", "--serve"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var server = Process.Start(start)!;
        try
        {
            var ports = (await server.StandardOutput.ReadLineAsync())!.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
            var (proto, json) = (Message.ToByteArray(), Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(Message)));
            byte[] envelope = [0, 0, 0, 0, (byte)proto.Length, .. proto];
            await PairAsync(report, "gRPC", ports[0], path => new Http2Load(ports[1], path, "application/grpc", envelope), MessageBytes(() => BedReport.Parser.ParseFrom(new ReadOnlySequence<byte>(proto))));
            await PairAsync(report, "Connect, protobuf", ports[0], path => new Http1Load(ports[0], path, "application/proto", proto), MessageBytes(() => BedReport.Parser.ParseFrom(new ReadOnlySequence<byte>(proto))));
            await PairAsync(report, "Connect, JSON", ports[0], path => new Http1Load(ports[0], path, "application/json", json), MessageBytes(() => JsonThereAndBack(json)));
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        }
    }

    private static async Task PairAsync(Report report, string name, int statsPort, Func<string, RpcLoad> connect, double messageBytes)
    {
        var (ours, bare) = (Best(() => connect(RpcPeers.Ours)), Best(() => connect(RpcPeers.Bare)));
        List<(Round Ours, Round Bare)> pairs = [];
        for (var pair = 0; pair < Pairs; pair++)
        {
            pairs.Add((await RoundAsync(statsPort, () => connect(RpcPeers.Ours), ours), await RoundAsync(statsPort, () => connect(RpcPeers.Bare), bare)));
        }
        var allocated = Median(pairs.Select(p => p.Ours.Bytes));
        report.Row($"{name}: ours, {ours} connections",
            ("calls_per_s", Median(pairs.Select(p => p.Ours.Rate))), ("ratio", Median(pairs.Select(p => p.Ours.Rate / p.Bare.Rate))),
            ("ratio_of_processor_time", Median(pairs.Select(p => p.Bare.Micros / p.Ours.Micros))),
            ("processor_us", Median(pairs.Select(p => p.Ours.Micros))), ("allocated_bytes", allocated), ("beyond_messages_bytes", allocated - messageBytes));
        report.Row($"{name}: bare copy, {bare} connections",
            ("calls_per_s", Median(pairs.Select(p => p.Bare.Rate))),
            ("processor_us", Median(pairs.Select(p => p.Bare.Micros))), ("allocated_bytes", Median(pairs.Select(p => p.Bare.Bytes))));
    }

    private sealed record Round(double Rate, double Micros, double Bytes);

    private static async Task<Round> RoundAsync(int statsPort, Func<RpcLoad> connect, int connections)
    {
        var (bytes, micros) = await StatsAsync(statsPort);
        var rate = RpcLoad.Run(connect, connections, UnderWay, Each);
        var (bytesAfter, microsAfter) = await StatsAsync(statsPort);
        var calls = rate * Each.TotalSeconds;
        return new(rate, (microsAfter - micros) / calls, (bytesAfter - bytes) / calls);
    }

    /// <summary>Also the warm-up: every number of connections gets a round that does not count before the one that does.</summary>
    private static int Best(Func<RpcLoad> connect)
    {
        RpcLoad.Run(connect, Connections[^1], UnderWay, 2 * Each);
        return Connections.MaxBy(n => RpcLoad.Run(connect, n, UnderWay, Each));
    }

    private static async Task<(double Bytes, double Micros)> StatsAsync(int port)
    {
        using var client = new HttpClient();
        var values = (await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}{RpcPeers.Stats}"))).Split(' ');
        return (double.Parse(values[0], CultureInfo.InvariantCulture), double.Parse(values[1], CultureInfo.InvariantCulture));
    }

    /// <summary>What the messages of one call themselves allocate, whoever carries them.</summary>
    private static double MessageBytes(Func<object> make)
    {
        const int Times = 10_000;
        for (var n = 0; n < Times; n++) make();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < Times; n++) make();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Times;
    }

    private static string JsonThereAndBack(byte[] json) => JsonFormatter.Default.Format(JsonParser.Default.Parse<BedReport>(Encoding.UTF8.GetString(json)));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Pairs / 2);

    private static void Pin(int processor)
    {
        if (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1) Process.GetCurrentProcess().ProcessorAffinity = 1 << processor;
    }
}
