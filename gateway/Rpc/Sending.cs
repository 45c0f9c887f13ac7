using System.Runtime.CompilerServices;

namespace Gateway.Rpc;

internal static class Sending
{
    /// <summary>Waits until the connection has taken what was written: a slow reader makes this wait, and nothing else grows.</summary>
    /// <remarks>A deadline does not cancel the wait, because Kestrel answers a cancelled write by resetting the stream, and the client would
    /// never hear why; a reader that takes nothing at all is ended by Kestrel's minimum data rate.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask FlushAsync(Call call)
    {
        try
        {
            var flushed = await call.Http.Response.BodyWriter.FlushAsync(call.Http.RequestAborted).ConfigureAwait(false);
            if (!flushed.IsCompleted) return;
        }
        catch (Exception broken) when (!call.Cancel.IsCancellationRequested)
        {
            throw Gone(call, broken);
        }
        throw Gone(call, null);
    }

    private static OperationCanceledException Gone(Call call, Exception? cause)
    {
        call.Abandon();
        return new("Nobody reads the answers any more.", cause, call.Cancel);
    }
}
