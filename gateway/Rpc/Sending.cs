using System.Runtime.CompilerServices;

namespace Gateway.Rpc;

internal static class Sending
{
    /// <summary>Waits until the connection has taken what was written: a slow reader makes this wait, and nothing else grows.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask FlushAsync(Call call)
    {
        try
        {
            var flushed = await call.Http.Response.BodyWriter.FlushAsync(call.Cancel).ConfigureAwait(false);
            if (!flushed.IsCompleted) return;
        }
        catch (Exception) when (!call.Cancel.IsCancellationRequested)
        {
            // The connection broke: the same as a reader that has gone.
        }
        call.Abandon();
        throw new OperationCanceledException("Nobody reads the answers any more.", call.Cancel);
    }
}
