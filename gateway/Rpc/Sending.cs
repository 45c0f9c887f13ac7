using System.Runtime.CompilerServices;

namespace Gateway.Rpc;

internal static class Sending
{
    /// <summary>Waits until the connection has taken what was written: a slow reader makes this wait, and nothing else grows.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask FlushAsync(Call call)
    {
        var flushed = await call.Http.Response.BodyWriter.FlushAsync(call.Cancel).ConfigureAwait(false);
        if (!flushed.IsCompleted) return;
        call.Abandon();
        throw new OperationCanceledException("Nobody reads the answers any more.", call.Cancel);
    }
}
