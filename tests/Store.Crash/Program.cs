using System.Diagnostics;
using System.Globalization;
using Grains.Kernel;
using Silo.Storage;
using Silo.Storage.Sqlite;
using Store.Crash;

// Commits numbered batches and says each number once it is acknowledged; kills itself before the n-th statement.
var (path, batches, deadly) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
var statements = 0;

void BeforeStatement(string sql)
{
    if (++statements != deadly) return;
    Process.GetCurrentProcess().Kill(); // SIGKILL: nothing is flushed, closed or unwound.
    new ManualResetEvent(false).WaitOne(); // Until the signal has come.
}

try
{
    await using var store = SqliteStore.Open(path, BeforeStatement);
    for (var number = 1; number <= batches; number++)
    {
        var outcomes = await store.CommitAsync(Batches.Batch(number), CancellationToken.None);
        if (!outcomes.All(o => o is Outcome.Written)) throw new UnreachableException($"Batch {number}: {string.Join(", ", outcomes)}");
        Console.WriteLine(number);
        Console.Out.Flush();
    }
    return 0;
}
catch (StorageFileException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
