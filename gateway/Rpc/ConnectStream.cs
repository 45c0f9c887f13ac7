using System.Buffers;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>Connect's streaming form: HTTP 200, messages in envelopes, and a last envelope that says how it ended.</summary>
internal sealed class ConnectStream(Format format, string contentType) : Protocol
{
    public static readonly ConnectStream Json = new(Format.Json, "application/connect+json");
    public static readonly ConnectStream Proto = new(Format.Proto, "application/connect+proto");

    public override bool Carries(Method method) => method.Stream is not null;

    public override void Begin(Call call)
    {
        Connect.Begin(call);
        Connect.IsGzip(call, "connect-content-encoding");
        call.Http.Response.Headers.ContentType = contentType;
        if (Connect.AcceptsGzip(call, "connect-accept-encoding")) call.Http.Response.Headers["connect-content-encoding"] = "gzip";
    }

    public override async ValueTask<IMessage> ReadAsync(Call call)
    {
        var body = await Body.OneEnvelopeAsync(call).ConfigureAwait(false);
        try
        {
            var rest = body;
            Envelope.TryTake(ref rest, call.InboundBytesMax, out var flags, out var message);
            var plain = (flags & Envelope.Compressed) == 0 ? message
                : Connect.IsGzip(call, "connect-content-encoding") ? Gzip.Unpack(message, call.InboundBytesMax)
                : throw RpcException.Malformed("A message is marked as compressed, but no connect-content-encoding was given.");
            return format.Parse(call.Descriptor.InputType, plain);
        }
        finally
        {
            call.Http.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    public override ValueTask AnswerAsync(Call call, IMessage answer) => throw new NotSupportedException();

    public override ValueTask SendAsync(Call call, IMessage message)
    {
        var (payload, response) = (format.Encode(message), call.Http.Response);
        if (payload.Size >= call.CompressFromBytes && Connect.AcceptsGzip(call, "connect-accept-encoding"))
        {
            Envelope.Write(response.BodyWriter, Envelope.Compressed, Gzip.Pack(payload).Span);
        }
        else
        {
            Envelope.Write(response.BodyWriter, 0, payload);
        }
        return Sending.FlushAsync(call);
    }

    public override ValueTask EndAsync(Call call) => EndAsync(call.Http, null);

    public override ValueTask FailAsync(HttpContext http, RpcException failure) => EndAsync(http, failure);

    private async ValueTask EndAsync(HttpContext http, RpcException? failure)
    {
        var end = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(end))
        {
            json.WriteStartObject();
            if (failure is not null)
            {
                json.WritePropertyName("error");
                Connect.WriteError(json, failure);
            }
            json.WriteEndObject();
        }
        if (!http.Response.HasStarted) http.Response.Headers.ContentType = contentType;
        Envelope.Write(http.Response.BodyWriter, Envelope.EndOfStream, end.WrittenSpan);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }
}
