using Grains.Kernel;

namespace Silo.Host;

/// <summary>Forgets once a day which commands were answered long ago: from then on their ids are as good as new.</summary>
public sealed class ForgetWorker(IEventStore store, TimeProvider time)
{
    /// <summary>How long the answer of a command is known (design: next week at least). What the texts promise to callers.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>Runs until cancelled. A failure is told, and the next day forgets what this one left.</summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                failed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Every, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask RunOnceAsync(CancellationToken cancel) => store.ForgetCommandsAsync(time.GetUtcNow() - KeptFor, cancel);
}
