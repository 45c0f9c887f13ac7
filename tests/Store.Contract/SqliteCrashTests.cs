using System.Diagnostics;
using Grains.Kernel;
using Silo.Storage;
using Silo.Storage.Sqlite;
using Store.Crash;
using Xunit;

namespace Store.Contract;

/// <summary>A real process dies by SIGKILL between any two statements; what it acknowledged is there, and nothing half.</summary>
public sealed class SqliteCrashTests : IDisposable
{
    private const int BatchCount = 2;       // The first makes the streams' rows, the second finds them.
    private const int ProcessesMax = 2;     // As many as the smallest machine has cores.
    private const int StatementsMax = 200;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Killed_between_any_two_statements_every_acknowledged_batch_is_there_and_nothing_half()
    {
        var (survived, tried) = (false, 0);
        for (var from = 1; !survived && from < StatementsMax; from += ProcessesMax)
        {
            var survivors = await Task.WhenAll(Enumerable.Range(from, ProcessesMax).Select(DieBeforeAsync));
            survived = survivors.Any(s => s);
            tried += survivors.Count(s => !s);
        }
        Assert.True(survived, $"The process still died before statement {StatementsMax}.");
        Assert.InRange(tried, 25, StatementsMax); // Opening, making the schema, and two batches of about ten statements.
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_is_told_so_in_one_line()
    {
        var path = _folder.File("log.db");
        await using var store = SqliteStore.Open(path);
        var (code, _, error) = await RunAsync(path, deadly: 0);
        Assert.Equal(2, code);
        Assert.Equal($"{path} is in use by another process; only one may hold it.\n", error);
    }

    /// <returns>True when the process came to its end before that statement.</returns>
    private async Task<bool> DieBeforeAsync(int statement)
    {
        var path = _folder.File($"log-{statement}.db");
        var (code, output, error) = await RunAsync(path, statement);
        Assert.True(code is 0 or 137, $"Statement {statement}: exit code {code}: {error}");
        await using var store = SqliteStore.Open(path);
        await CheckAsync(store, acknowledged: output.Count(c => c == '\n'), statement);
        return code == 0;
    }

    private static async Task CheckAsync(SqliteStore store, int acknowledged, int statement)
    {
        var last = await store.LastPositionAsync(None);
        var batches = (int)(last / Batches.EventsEach);
        Assert.True(last % Batches.EventsEach == 0, $"Statement {statement}: half a batch stands at position {last}.");
        Assert.InRange(batches, acknowledged, acknowledged + 1); // One may have landed without its acknowledgement.
        Assert.Null(await ChainCheck.FirstBrokenAsync(store, None));

        for (var number = 1; number <= BatchCount; number++)
        {
            var isThere = number <= batches;
            Assert.Equal(isThere ? 1 : 0, (await store.ReadAsync(Batches.Placement(number), 0, 10, None)).Length);
            for (var item = 0; item < 2; item++)
            {
                var command = Batches.Command(number, item);
                Assert.Equal(isThere, await store.FindCommandAsync(command.Key, command.ContentHash, None) is { SameContent: true });
            }
        }
        Assert.Equal(batches, (await store.ClaimDueAsync(Batches.Noon.AddDays(1), Batches.Noon.AddDays(2), 10, None)).Streams.Length);
        Assert.Equal(batches * 2, (await store.ReadAsync(Batches.Facility, 0, 100, None)).Length);
        Assert.All(await store.CommitAsync(Batches.Batch(batches + 1), None), o => Assert.IsType<Outcome.Written>(o));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string path, int deadly)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "Store.Crash.dll"), path, $"{BatchCount}", $"{deadly}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
