using System.Collections.Concurrent;

namespace Silo.Storage.Sqlite;

/// <summary>Small writes share a flush: all that wait when the thread comes to them are one transaction, and share its fate.</summary>
internal sealed class WriteGroup(SqliteThread thread, Transactor transactor)
{
    private const int TogetherMax = 256; // Bounds how long the last one waits; beyond it the flush is a small part of the time.

    private readonly ConcurrentQueue<Write> _waiting = new();

    public async ValueTask<T> RunAsync<T>(Func<T> write, CancellationToken cancel)
    {
        var mine = new Write<T>(write);
        _waiting.Enqueue(mine);
        // Each write brings a run of its own, so nothing is left behind; most runs find their write done already.
        await thread.RunAsync(RunWaiting, CancellationToken.None).AsTask().WaitAsync(cancel);
        return await mine.Done.WaitAsync(cancel);
    }

    private bool RunWaiting()
    {
        var together = new List<Write>();
        while (together.Count < TogetherMax && _waiting.TryDequeue(out var next)) together.Add(next);
        if (together.Count == 0) return false;
        try
        {
            transactor.Write(() =>
            {
                transactor.Begin();
                foreach (var write in together) write.Run();
                return true;
            });
            foreach (var write in together) write.Succeed();
        }
        catch (Exception e)
        {
            foreach (var write in together) write.Fail(e);
        }
        return true;
    }

    private abstract class Write
    {
        public abstract void Run();
        public abstract void Succeed();
        public abstract void Fail(Exception e);
    }

    private sealed class Write<T>(Func<T> write) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Done => _done.Task;

        public override void Run() => _result = write();
        public override void Succeed() => _done.SetResult(_result!);
        public override void Fail(Exception e) => _done.SetException(e);
    }
}
