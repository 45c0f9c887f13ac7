using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Silo.Storage.Sqlite;

namespace Gateway.Wire.Replay;

/// <summary><c>./run replay …</c> as somebody types it, in a folder of its own, and the log that its server left.</summary>
internal sealed partial class ReplayProgram : IDisposable
{
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(5); // Far beyond what it takes; a replay that hangs must not hang the suite.

    private readonly string _folder = Directory.CreateTempSubdirectory("plek-replay-test-").FullName;
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    public string Text => string.Join('\n', _lines);

    /// <param name="onLine">Told each line as it comes.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string arguments, Action<string>? onLine = null)
    {
        _lines.Clear();
        var build = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Gateway", build, "plek.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { program, "replay" }.Concat(arguments.Split(' ')).Concat(["--data", _folder])) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var late = new CancellationTokenSource(RunMax);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The replay did not end; it said:\n{Text}");
        }
        return process.ExitCode;

        void Take(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            _lines.Enqueue(line.Data);
            onLine?.Invoke(line.Data);
        }
    }

    /// <summary>The number that stands behind a name in the end table, or null.</summary>
    public int? Number(string name) =>
        _lines.Select(line => Regex.Match(line, $@"^ *{Regex.Escape(name)} +([\d,]+)(?: |$)")).FirstOrDefault(match => match.Success) is { } found
            ? int.Parse(found.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : null;

    /// <summary>The server's process, from the line that names it.</summary>
    public int ServerId => int.Parse(_lines.Select(line => ServerForm().Match(line)).First(match => match.Success).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Every report of beds in the log that a replay with --keep left, facility by facility in the order of the log; the import's own are left out.</summary>
    public async Task<ILookup<string, LoggedReport>> ReportsAsync(string name, DateTimeOffset from) => (await LoggedAsync(name, "BedsReported/1"))
        .Select(logged => (logged.Facility, AsOf: logged.Fact.GetProperty("asOf").GetDateTimeOffset(), logged.RecordedAt, logged.Fact))
        .Where(logged => logged.AsOf >= from)
        .Select(logged => new LoggedReport(logged.Facility, logged.AsOf, logged.RecordedAt, logged.Fact.GetProperty("licensed").GetInt32(), logged.Fact.GetProperty("occupied").GetInt32()))
        .ToLookup(report => report.Facility);

    /// <summary>How many were ill by that log, by facility and the end of the absence, in the order of the log.</summary>
    public async Task<ILookup<(string Facility, DateTimeOffset Until), int>> IllAsync(string name) => (await LoggedAsync(name, "AbsenceReported/1"))
        .Select(logged => (logged.Facility, Absence: logged.Fact.GetProperty("absence")))
        .Where(logged => logged.Absence.GetProperty("reason").GetString() == "Ill")
        .ToLookup(logged => (logged.Facility, logged.Absence.GetProperty("until").GetDateTimeOffset()), logged => logged.Absence.GetProperty("count").GetInt32());

    private async Task<List<(string Facility, DateTimeOffset RecordedAt, JsonElement Fact)>> LoggedAsync(string name, string type)
    {
        await using var log = SqliteStore.Open(Path.Combine(_folder, "replay", name, "data", "log.db"));
        var logged = new List<(string, DateTimeOffset, JsonElement)>();
        const int page = 1_000;
        for (long at = 0; ;)
        {
            var events = await log.ReadFeedAsync(at, page, default);
            if (events.IsEmpty) return logged;
            at = events[^1].Position;
            foreach (var stored in events.Where(stored => stored.Type == type))
            {
                using var json = JsonDocument.Parse(stored.Data);
                logged.Add((stored.Stream.Key, stored.RecordedAt, json.RootElement.GetProperty("fact").Clone()));
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex(@"^server (\d+) on ")]
    private static partial Regex ServerForm();
}

internal sealed record LoggedReport(string Facility, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, int Licensed, int Occupied);
