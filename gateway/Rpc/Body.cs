using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Gateway.Rpc;

/// <summary>Reads request bodies from Kestrel's own buffers. Whoever gets a sequence advances the reader past it when done.</summary>
internal static class Body
{
    /// <summary>The whole body, which is one message.</summary>
    public static ValueTask<ReadOnlySequence<byte>> WholeAsync(Call call) => UntilEndAsync(call, enveloped: false);

    /// <summary>The whole body, which is one envelope: its prefix, and exactly as much as that announces.</summary>
    public static ValueTask<ReadOnlySequence<byte>> OneEnvelopeAsync(Call call) => UntilEndAsync(call, enveloped: true);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ReadOnlySequence<byte>> UntilEndAsync(Call call, bool enveloped)
    {
        var reader = call.Http.Request.BodyReader;
        var lengthMax = call.InboundBytesMax + (enveloped ? Envelope.PrefixBytes : 0L);
        while (true)
        {
            if (!reader.TryRead(out var read)) read = await WaitAsync(call, reader).ConfigureAwait(false);
            var body = read.Buffer;
            if (read.IsCanceled && call.Cancel.IsCancellationRequested) // Kestrel wakes a read too when it begins to stop; that one goes on.
            {
                reader.AdvanceTo(body.End);
                throw new OperationCanceledException(call.Cancel);
            }
            try
            {
                if (enveloped) Envelope.CheckOnly(body, call.InboundBytesMax, atEnd: read.IsCompleted);
                if (body.Length > lengthMax) throw RpcException.TooLarge(call.InboundBytesMax);
            }
            catch (RpcException)
            {
                reader.AdvanceTo(body.End);
                throw;
            }
            if (read.IsCompleted) return body;
            reader.AdvanceTo(body.Start, body.End);
        }
    }

    /// <summary>Kestrel itself ends a read when the client vanishes; only a deadline must be watched here.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ReadResult> WaitAsync(Call call, PipeReader reader)
    {
        if (!call.HasDeadline) return await reader.ReadAsync().ConfigureAwait(false);
        // Given the token itself, Kestrel would think that the body is still being read, and log that as its own fault.
        await using var cancelled = call.Cancel.UnsafeRegister(static state => ((PipeReader)state!).CancelPendingRead(), reader).ConfigureAwait(false);
        return await reader.ReadAsync().ConfigureAwait(false);
    }
}
