using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>The real program as a child process on free ports, on a data folder of its own or a given one.</summary>
internal sealed partial class PlekProcess : IAsyncDisposable
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "plek.dll");

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RunMax = TimeSpan.FromSeconds(30);
    /// <summary>Between two looks at a process, which cannot tell us when it has changed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _begun = Stopwatch.GetTimestamp();

    private PlekProcess(string data, string[] options)
    {
        Data = data;
        _process = Process.Start(Start(["--data", data, "--port", "0", "--grpc-port", "0", "--rate", "1000000", .. options]))!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Data { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>From the start of the process to its first "ready".</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public string Text => string.Join('\n', _lines);

    /// <summary>Files and sockets that the process has open.</summary>
    public int OpenFiles => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<PlekProcess> StartAsync(string data, params string[] options)
    {
        var process = new PlekProcess(data, options);
        try
        {
            await process.ReadyAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program to its end, for starts that fail and for its other verbs.</summary>
    public static async Task<Ended> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(RunMax);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"plek {string.Join(' ', arguments)} did not end: {await output}{await error}");
        }
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>A token from the program's own verb.</summary>
    public static async Task<string> TokenAsync(string data, params string[] options)
    {
        var ended = await RunAsync(["token", "--data", data, .. options]);
        Assert.True(ended.Code == 0, ended.Error);
        return ended.Output.Trim();
    }

    public async Task<PlekClient> AsDeskAsync() => new(Address, await TokenAsync(Data, "--role", "CrisisDesk", "--name", "Desk"));

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, and waits no longer than given.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan within)
    {
        await TerminateAsync();
        return await EndAsync(within);
    }

    /// <summary>SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("bash", ["-c", $"kill -TERM {_process.Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>From now on every write to a file fails in the disk, as far as SQLite can tell.</summary>
    public async Task FailWritesAsync()
    {
        using var limit = Process.Start("prlimit", ["--fsize=1", "--pid", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }

    public async Task<int> EndAsync(TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end within {within}; it said:\n{Text}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_listening.Task, ended).WaitAsync(StartMax) == ended) Assert.Fail($"It ended with {_process.ExitCode} and said:\n{Text}");
        Address = await _listening.Task;
        // A test signs its certificate itself; whether it is the very one is for that test to ask.
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=localhost" } });
        while ((await client.GetAsync(new Uri(Address, "/healthz/ready"))).StatusCode != HttpStatusCode.OK)
        {
            Assert.True(Stopwatch.GetElapsedTime(_begun) < StartMax, Text);
            await Task.Delay(Pause);
        }
        ReadyAfter = Stopwatch.GetElapsedTime(_begun);
    }

    private void Take(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match) _listening.TrySetResult(new(match.Groups[1].Value));
    }

    // Whoever writes beyond FailWritesAsync's limit shall hear of an error, and not be ended by a signal.
    private static ProcessStartInfo Start(IEnumerable<string> arguments) =>
        new("env", ["--ignore-signal=XFSZ", "dotnet", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };

    [GeneratedRegex("Plek listens on (https?://[^ ,]+)")]
    private static partial Regex Listening();
}

/// <summary>How a run of the program went.</summary>
internal sealed record Ended(int Code, string Output, string Error)
{
    /// <summary>It refused to start as somebody can act on: this, exit code 1, and no stack trace.</summary>
    public void Refused(string why)
    {
        Assert.True(Code == 1, $"Ended with {Code}: {Output}{Error}");
        Assert.Contains(why, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Output + Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", Output + Error, StringComparison.Ordinal);
    }

    /// <summary>The same, in one line.</summary>
    public void RefusedInOneLine(string why)
    {
        Refused(why);
        Assert.Single(Error.TrimEnd().Split('\n'));
    }
}
