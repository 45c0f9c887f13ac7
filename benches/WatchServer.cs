using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Access;

namespace Bench;

/// <summary>The real server, or the bare one, in a process of its own that also says what it used. A child of the bench.</summary>
internal sealed class WatchServer : IDisposable
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;

    private WatchServer(Process process, int port, int grpcPort) => (_process, Port, GrpcPort) = (process, port, grpcPort);

    /// <summary>HTTP/1.1.</summary>
    public int Port { get; }

    /// <summary>HTTP/2 without TLS.</summary>
    public int GrpcPort { get; }

    public static async Task<WatchServer> StartAsync(string which, params string[] arguments)
    {
        var (port, grpcPort) = (FreePort(), FreePort());
        string[] all = ["watch", which, $"{port}", $"{grpcPort}", .. arguments];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(WatchServer).Assembly.Location, .. all])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var server = new WatchServer(Process.Start(start)!, port, grpcPort);
        server._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("fail:", StringComparison.Ordinal) == true) Console.Error.WriteLine(line.Data);
        };
        server._process.BeginOutputReadLine();
        using var http = new HttpClient();
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < ReadyMax && !server._process.HasExited;)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz/ready"))).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(Pause);
        }
        server._process.Kill();
        throw new InvalidOperationException($"The server did not start: {await server._process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Processor time in microseconds and bytes allocated since its start; when collected, the bytes of what is alive, and those of
    /// buffers that Kestrel has pinned, in use or in its pool.</summary>
    public async Task<(double Micros, double Allocated, double Alive, double Buffers)> UsedAsync(bool collect = false)
    {
        await _process.StandardInput.WriteLineAsync(collect ? "collect" : "used");
        await _process.StandardInput.FlushAsync();
        var said = (await _process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("The server ended.")).Split(' ');
        return (Value(0), Value(1), Value(2), Value(3));

        double Value(int at) => double.Parse(said[at], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>In the child: runs a program and answers what it used, until its input ends. It logs to its output, so answers go to the other stream.</summary>
    public static void Serve(string[] args)
    {
        var (port, grpcPort) = (int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
        var program = new Thread(() =>
        {
            if (args[1] == "--serve-bare") WatchPeer.Serve(port, grpcPort);
            else Serving([.. args[4..], "--port", $"{port}", "--grpc-port", $"{grpcPort}"]);
        });
        program.Start();
        while (Console.In.ReadLine() is { } asked)
        {
            var (alive, buffers) = asked == "collect" ? Alive() : default;
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds} {GC.GetTotalAllocatedBytes()} {alive} {buffers}"));
        }
        Environment.Exit(0);
    }

    // The program as it ships, wiring and all: its entry point, with its arguments.
    private static void Serving(string[] arguments) => typeof(TrialTokens).Assembly.EntryPoint!.Invoke(null, [arguments]);

    private static (long Alive, long Buffers) Alive()
    {
        const int PinnedObjects = 4; // The fifth heap; only buffers of sockets lie there.
        for (var n = 0; n < 2; n++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            GC.WaitForPendingFinalizers();
        }
        var all = GC.GetTotalMemory(forceFullCollection: true);
        var buffers = GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[PinnedObjects].SizeAfterBytes;
        return (all - buffers, buffers);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
