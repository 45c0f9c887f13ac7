using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Rpc;

/// <summary>gRPC over HTTP/2: messages in envelopes, the outcome in trailers.</summary>
internal sealed class GrpcProtocol : Protocol
{
    public static readonly GrpcProtocol Instance = new();

    public override bool Carries(Method method) => true;

    public override void Begin(Call call)
    {
        if (call.Http.Request.Headers.GrpcTimeout is { Count: > 0 } timeout) call.SetTimeout(Timeout(timeout[0]));
        if (Encoding(call) is not (null or "identity" or "gzip"))
        {
            call.Http.Response.Headers.GrpcAcceptEncoding = "gzip";
            throw new RpcException(Code.Unimplemented, "UNSUPPORTED_ENCODING", "Messages may be plain or gzip.");
        }
        call.Http.Response.Headers.ContentType = "application/grpc";
        if (call.Method.Streams && AcceptsGzip(call)) call.Http.Response.Headers.GrpcEncoding = "gzip";
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<IMessage> ReadAsync(Call call)
    {
        var body = await Body.OneEnvelopeAsync(call).ConfigureAwait(false);
        try
        {
            var rest = body;
            Envelope.TryTake(ref rest, call.InboundBytesMax, out var flags, out var message);
            return Parse(call, flags, message);
        }
        finally
        {
            call.Http.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    public override async IAsyncEnumerable<IMessage> ReadAllAsync(Call call)
    {
        var reader = call.Http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(call.Cancel).ConfigureAwait(false);
            var rest = read.Buffer;
            while (Envelope.TryTake(ref rest, call.InboundBytesMax, out var flags, out var message)) yield return Parse(call, flags, message);
            if (read.IsCompleted && !rest.IsEmpty) throw RpcException.Malformed("The message is cut off.");
            reader.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted) yield break;
        }
    }

    public override ValueTask AnswerAsync(Call call, IMessage answer)
    {
        Write(call, answer);
        return EndAsync(call);
    }

    public override ValueTask SendAsync(Call call, IMessage message)
    {
        Write(call, message);
        return Sending.FlushAsync(call);
    }

    public override ValueTask EndAsync(Call call)
    {
        Trailers(call.Http).GrpcStatus = "0";
        return ValueTask.CompletedTask;
    }

    public override ValueTask FailAsync(HttpContext http, RpcException failure)
    {
        // Before the first message the outcome goes into the headers, so that one frame says it all.
        var headers = http.Response.HasStarted ? Trailers(http) : http.Response.Headers;
        if (!http.Response.HasStarted) headers.ContentType = "application/grpc";
        headers.GrpcStatus = Codes.Number(failure.Code);
        headers.GrpcMessage = PercentEncode(failure.Message);
        headers["grpc-status-details-bin"] = Convert.ToBase64String(ErrorDetails.Status(failure).ToByteArray()).TrimEnd('=');
        return ValueTask.CompletedTask;
    }

    private static void Write(Call call, IMessage message)
    {
        var (payload, output) = (Format.Proto.Encode(message), call.Http.Response.BodyWriter);
        if (payload.Size >= call.CompressFromBytes && AcceptsGzip(call))
        {
            if (!call.Method.Streams) call.Http.Response.Headers.GrpcEncoding = "gzip";
            Envelope.Write(output, Envelope.Compressed, Gzip.Pack(payload).Span);
        }
        else
        {
            Envelope.Write(output, 0, payload);
        }
    }

    private static IMessage Parse(Call call, byte flags, in ReadOnlySequence<byte> message)
    {
        var plain = (flags & Envelope.Compressed) == 0 ? message
            : Encoding(call) == "gzip" ? Gzip.Unpack(message, call.InboundBytesMax)
            : throw RpcException.Malformed("A message is marked as compressed, but no grpc-encoding was given.");
        return Format.Proto.Parse(call.Descriptor.InputType, plain);
    }

    private static string? Encoding(Call call) => call.Http.Request.Headers.GrpcEncoding is { Count: > 0 } given ? given[0] : null;

    private static bool AcceptsGzip(Call call) =>
        call.Http.Request.Headers.GrpcAcceptEncoding is { Count: > 0 } accepted && accepted.ToString().Contains("gzip", StringComparison.Ordinal);

    private static IHeaderDictionary Trailers(HttpContext http) => http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;

    /// <summary>At most 8 digits and a unit: H, M, S, m(illi), u (micro), n(ano).</summary>
    private static TimeSpan Timeout(string? text)
    {
        if (text is not { Length: >= 2 and <= 9 } || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            throw Invalid();
        }
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(value),
            'M' => TimeSpan.FromMinutes(value),
            'S' => TimeSpan.FromSeconds(value),
            'm' => TimeSpan.FromMilliseconds(value),
            'u' => TimeSpan.FromMicroseconds(value),
            'n' => TimeSpan.FromMicroseconds(value / 1000.0),
            _ => throw Invalid(),
        };
        static RpcException Invalid() => RpcException.Invalid("grpc-timeout", "must be 1 to 8 digits and one of H, M, S, m, u, n");
    }

    /// <summary>Printable ASCII stands as it is; everything else, and '%', as the bytes of its UTF-8.</summary>
    private static string PercentEncode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%') encoded.Append((char)b);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return encoded.ToString();
    }
}
