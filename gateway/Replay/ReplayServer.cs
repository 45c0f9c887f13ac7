using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Health.V1;

namespace Gateway.Replay;

/// <summary>A server of its own for a replay: this same program as a child process, on free ports of this machine and a simulated clock.</summary>
internal sealed class ReplayServer : IDisposable
{
    private const int ConnectionsMax = 16;
    private const string RateMax = "1000000"; // One client sends for everybody: the limit per caller is not what is tried here.

    private static readonly TimeSpan ReadyMax = TimeSpan.FromMinutes(1); // It takes 3 s; a busy machine is given time.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;

    private ReplayServer(Process process, Uri address) => (_process, Address, Client) = (process, address, new(address, ConnectionsMax));

    public Uri Address { get; }

    public ServiceClient Client { get; }

    public int ProcessId => _process.Id;

    /// <param name="sample">Whether it begins with the sample region; else with none.</param>
    /// <param name="logFile">Where everything goes that the server says.</param>
    /// <exception cref="ReplayException">It did not become ready.</exception>
    public static async Task<ReplayServer> StartAsync(string dataFolder, DateTimeOffset clock, string logFile, bool sample, CancellationToken cancel)
    {
        var (port, grpcPort) = FreePorts();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(ReplayServer).Assembly.Location);
        var now = clock.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        string[] arguments =
            ["--data", dataFolder, "--port", port, "--grpc-port", grpcPort, "--rate", RateMax, "--simulated-clock", now, .. sample ? Array.Empty<string>() : ["--region", "none"]];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        var server = new ReplayServer(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
        server.WriteDown(logFile);
        try
        {
            await server.ReadyAsync(logFile, cancel);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Ends the server at once: what it has acknowledged is on the disk, and nobody else talks to it.</summary>
    public void Dispose()
    {
        Client.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void WriteDown(string logFile)
    {
        var log = TextWriter.Synchronized(new StreamWriter(logFile, append: true) { AutoFlush = true });
        _process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        _process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        _process.Exited += (_, _) => log.Flush();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task ReadyAsync(string logFile, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < ReadyMax && !_process.HasExited)
        {
            try
            {
                var health = await Client.AskAsync<HealthCheckResponse>("grpc.health.v1.Health/Check", new HealthCheckRequest(), null, cancel);
                if (health.Message?.Status == HealthCheckResponse.Types.ServingStatus.Serving) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(Pause, cancel);
        }
        throw new ReplayException($"The server did not start; {logFile} ends with: {Last(logFile)}");
    }

    private string Last(string logFile)
    {
        if (_process.HasExited) _process.WaitForExit(); // All it said has then been written down.
        using var log = new StreamReader(new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "nothing";
    }

    // Both are taken before either is given back, so that they differ.
    private static (string, string) FreePorts()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();
        return (Port(one), Port(other));
    }

    private static string Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
