using System.Threading.Channels;
using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>The one thread that touches a SQLite file. Its work waits in a bounded queue and runs in order.</summary>
/// <remarks>A thread of its own, for a flush blocks it for as long as the disk needs, and the thread pool must not wait for a disk.</remarks>
internal sealed class SqliteThread : IAsyncDisposable
{
    private const int QueueMax = 1_024; // The host has one commit under way at a time; the rest are reads. Callers wait when it is full.

    private readonly Channel<Work> _queue = System.Threading.Channels.Channel.CreateBounded<Work>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name;

    public SqliteThread(string name)
    {
        _name = name;
        new Thread(Loop) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Runs work on the thread. A cancellation stops the wait; work that is queued is done all the same.</summary>
    public async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken cancel)
    {
        var queued = new Work<T>(work);
        try
        {
            if (cancel.IsCancellationRequested || !_queue.Writer.TryWrite(queued)) await _queue.Writer.WriteAsync(queued, cancel);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreUnavailableException($"{_name} is closed.", e);
        }
        return await queued.Done.WaitAsync(cancel);
    }

    /// <summary>Ends after the work that is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
    }

    private void Loop()
    {
        var reader = _queue.Reader;
        do
        {
            while (reader.TryRead(out var work)) work.Run();
        }
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult());
        _ended.SetResult();
    }

    private abstract class Work
    {
        public abstract void Run();
    }

    private sealed class Work<T>(Func<T> work) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => _done.Task;

        public override void Run()
        {
            try { _done.SetResult(work()); }
            catch (Exception e) { _done.SetException(e); } // Whoever asked gets it, also a bug; the thread serves the next.
        }
    }
}
