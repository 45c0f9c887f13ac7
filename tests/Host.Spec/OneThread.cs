namespace Host.Spec;

/// <summary>Runs everything that is awaited inside it on the calling thread, in the order it became ready: the same seed gives the same run.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];

    public override void Post(SendOrPostCallback d, object? state) => _ready.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <exception cref="TimeoutException">Nothing is ready any more and the work has not ended: somebody waits for what never comes.</exception>
    public static void Run(Func<Task> work)
    {
        var before = Current;
        var thread = new OneThread();
        SetSynchronizationContext(thread);
        try
        {
            var task = work();
            while (!task.IsCompleted)
            {
                if (!thread._ready.TryDequeue(out var next)) throw new TimeoutException("Everything waits and nothing is ready.");
                next.Callback(next.State);
            }
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
