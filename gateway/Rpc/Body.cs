using System.Buffers;
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
            // The token is asked for only when there is something to wait for, because making it costs an allocation.
            if (!reader.TryRead(out var read)) read = await reader.ReadAsync(call.Cancel).ConfigureAwait(false);
            var body = read.Buffer;
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
}
