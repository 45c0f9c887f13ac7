using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gateway.Wire.Replay;
using Xunit;
using Xunit.Abstractions;

namespace Gateway.Wire.Processes;

/// <summary>From a start on a fresh folder, through a first placement, to an orderly end.</summary>
[Collection("A real process")]
public sealed class StartTests(ITestOutputHelper output) : IDisposable
{
    // Nothing outside a process tells that half a request has arrived there.
    private static readonly TimeSpan Arrival = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("plek-start-").FullName;

    [Fact]
    public async Task A_fresh_start_takes_the_first_placement_of_the_examples_twice()
    {
        await using var plek = await PlekProcess.StartAsync(_folder);
        output.WriteLine($"ready after {plek.ReadyAfter.TotalSeconds:0.00} s");
        Assert.True(plek.ReadyAfter < TimeSpan.FromSeconds(30), $"{plek.ReadyAfter}");

        for (var i = 0; i < 2; i++)
        {
            var said = await ShowAsync(plek, "first-placement.sh");
            Assert.Contains("PLACEMENT_PHASE_PLACED", said, StringComparison.Ordinal);
            Assert.Contains("PLACEMENT_PHASE_ENDED", said, StringComparison.Ordinal);
            Assert.Contains("\"occupied\":7", said.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal); // The dashboard saw the child come in.
        }
    }

    [Fact]
    public async Task The_absence_of_the_examples_takes_a_bed_away_and_the_nearest_miss_says_what_brings_it_back()
    {
        await using var plek = await PlekProcess.StartAsync(_folder);

        var said = await ShowAsync(plek, "absence.sh");

        Assert.Contains("operable 7 · occupied 6 · available 1 · short 0", said, StringComparison.Ordinal);
        Assert.Contains("available 1 → 0, short 0 → 3", said, StringComparison.Ordinal);
        Assert.Contains("operable 3 · occupied 6 · available 0 · short 3", said, StringComparison.Ordinal);
        Assert.Contains("1 more would do in SHIFT_EVENING", said, StringComparison.Ordinal);
        Assert.Contains("alarm: Shortfall at de-kade, for CrisisDesk", said, StringComparison.Ordinal);
        Assert.EndsWith("operable 7 · occupied 6 · available 1 · short 0", said.TrimEnd(), StringComparison.Ordinal);
    }

    private async Task<string> ShowAsync(PlekProcess plek, string example)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(ReplayInputTests.Folder("examples"), example)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PLEK"] = $"{plek.Address}".TrimEnd('/'), ["DATA"] = _folder, ["PLEK_RUN"] = $"dotnet {PlekProcess.Program}" },
        })!;
        var (said, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await said}\n{await error}");
        return await said;
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_told_so_and_the_first_lives_on()
    {
        await using var first = await PlekProcess.StartAsync(_folder);

        (await PlekProcess.RunAsync("--data", _folder, "--port", "0", "--grpc-port", "0")).RefusedInOneLine("is in use by another process; only one may hold it.");

        var desk = await first.AsDeskAsync();
        await desk.CallAsync("ProviderService/ReportBeds", """{"commandId":"still-here","facilityId":"de-werf","unitId":"de-werf-noord","occupied":9,"saidBy":{"name":"Ann"}}""");
        Assert.Equal(0, await first.StopAsync(StopMax));
    }

    [Fact]
    public async Task Answers_what_is_under_way_before_it_ends()
    {
        await using var plek = await PlekProcess.StartAsync(_folder);
        var desk = await plek.AsDeskAsync();
        using var http = new HttpClient();
        using var watch = await desk.WatchAsync(http);
        var gate = new TaskCompletionSource();
        var underWay = Enumerable.Range(0, 8).Select(n => http.SendAsync(desk.Post("ProviderService/ReportBeds", new HalfSent(
            $$"""{"commandId":"drain-{{n}}","facilityId":"de-werf",""", $$""" "unitId":"de-werf-noord","occupied":{{8 + n % 2}},"saidBy":{"name":"Ann"} }""", gate.Task)))).ToList();
        await Task.Delay(Arrival); // Their first halves arrive.

        await plek.TerminateAsync();
        await Task.Delay(Arrival);
        gate.SetResult();

        foreach (var answer in await Task.WhenAll(underWay)) Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Contains("unavailable", await watch.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await plek.EndAsync(StopMax));
    }

    [Fact]
    public async Task Ends_in_time_although_a_caller_never_finishes_its_sentence()
    {
        await using var plek = await PlekProcess.StartAsync(_folder);
        var desk = await plek.AsDeskAsync();
        using var mute = new TcpClient();
        await mute.ConnectAsync(plek.Address.Host, plek.Address.Port);
        await mute.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /plek.v1.ProviderService/ReportBeds HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {desk.Token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"));
        await Task.Delay(Arrival);

        Assert.Equal(0, await plek.StopAsync(StopMax));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A body whose second half waits.</summary>
    private sealed class HalfSent : HttpContent
    {
        private readonly byte[] _before;
        private readonly byte[] _after;
        private readonly Task _gate;

        public HalfSent(string before, string after, Task gate)
        {
            (_before, _after, _gate) = (Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after), gate);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(_before);
            await stream.FlushAsync();
            await _gate;
            await stream.WriteAsync(_after);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _before.Length + _after.Length;
            return true;
        }
    }
}
