using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>A month of the scripted crisis desk, judged by the tests' own reading of the admissions, and by the replay's own book of beds.</summary>
public sealed class DeskReplayTests : IDisposable
{
    private const int Days = 32; // Until the first wave is at its height.

    // What depends on how far a worker of the service has come in real time, and not on the story alone.
    private static readonly string[] OfThisRun = ["time per call", "whole run", "alarms", "commands", "lost acknowledgements"];

    private readonly ReplayProgram _program = new();

    [Fact]
    public async Task Ends_with_the_requests_of_the_file_and_goes_on_the_same_way_after_a_kill()
    {
        Assert.True(await _program.RunAsync($"zuid-holland-zuid --days {Days} --keep") == 0, _program.Text);
        var whole = Story();
        Assert.Equal(Requests(), _program.Number("requests"));
        Assert.Equal(
            Requests() + _program.Number("transfers asked"),
            _program.Lines.Where(line => line.StartsWith("  now ", StringComparison.Ordinal)).Sum(line => int.Parse(line[^(line.Length - 46)..].Trim(), CultureInfo.InvariantCulture)));
        Assert.Equal((0, 0, Days), (_program.Number("double promises"), _program.Number("lost acknowledgements"), _program.Number("nights compared")));
        Assert.True(_program.Number("placed") > 10, _program.Text);

        var killed = 0;
        var code = await _program.RunAsync($"zuid-holland-zuid --days {Days} --keep", line =>
        {
            if (!line.Contains(" days", StringComparison.Ordinal) || Interlocked.Increment(ref killed) != 8) return;
            using var server = Process.GetProcessById(_program.ServerId);
            server.Kill();
        });
        Assert.Equal(1, code);
        Assert.Contains(_program.Lines, line => line.Contains("--resume goes on", StringComparison.Ordinal));

        Assert.True(await _program.RunAsync($"zuid-holland-zuid --days {Days} --keep --resume") == 0, _program.Text);
        Assert.Equal((0, 0), (_program.Number("double promises"), _program.Number("lost acknowledgements")));
        Assert.Equal(whole, Story());
    }

    public void Dispose() => _program.Dispose();

    private string[] Story()
    {
        var alarms = false; // Their kinds stand indented below them.
        return [.. _program.Lines.SkipWhile(line => !line.StartsWith("days ", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("verdict", StringComparison.Ordinal)).Where(line =>
        {
            if (!line.StartsWith(' ')) alarms = line.StartsWith("alarms", StringComparison.Ordinal);
            return !alarms && !OfThisRun.Any(own => line.StartsWith(own, StringComparison.Ordinal));
        })];
    }

    // 3 requests for 8 admissions of a municipality, by a running sum.
    private static int Requests()
    {
        var path = Path.Combine(ReplayInputTests.Folder("samples", "zuid-holland-zuid"), "admissions-2020-02-27_2024-02-27.csv.gz");
        using var file = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var last = new DateOnly(2020, 2, 27).AddDays(Days - 1);
        var admitted = new Dictionary<string, int>();
        file.ReadLine();
        while (file.ReadLine()?.Split(',') is [var date, var municipality, _, var number, _])
            if (DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture) <= last)
                admitted[municipality] = admitted.GetValueOrDefault(municipality) + int.Parse(number, CultureInfo.InvariantCulture);
        return admitted.Values.Sum(number => number * 3 / 8);
    }
}
