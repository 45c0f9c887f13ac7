using Gateway.Rpc;
using Grains.Kernel;

namespace Gateway.Services;

/// <summary>Keeps the promise of <c>at_least_position</c> for reads of grains: the log holds that position, so grains read afterwards do too.</summary>
public sealed class AtLeast(IEventStore store)
{
    /// <summary>Longer than a fail-over of a commit, shorter than a person's patience.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    /// <returns>A position that everything read from now on is at least as new as.</returns>
    public async ValueTask<long> ReachAsync(long position, CancellationToken cancel)
    {
        Check(position);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(WaitMax);
        while (true)
        {
            var last = await store.LastPositionAsync(cancel);
            if (last >= position) return last;
            try
            {
                await store.WaitAsync(last, patience.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw NotReached(last);
            }
        }
    }

    public static void Check(long position)
    {
        if (position < 0) throw RpcException.Invalid("at_least_position", "must not be negative");
    }

    public static RpcException NotReached(long last) => new(Code.Unavailable, "POSITION_NOT_REACHED", $"This node is at position {last}.")
    {
        RetryAfter = WaitMax,
    };
}
