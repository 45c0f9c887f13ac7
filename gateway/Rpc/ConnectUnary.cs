using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>Connect's unary form: a plain HTTP POST whose body is the message, and whose answer is the message, or an error object.</summary>
internal sealed class ConnectUnary(Format format, string contentType) : Protocol
{
    public static readonly ConnectUnary Json = new(Format.Json, "application/json");
    public static readonly ConnectUnary Proto = new(Format.Proto, "application/proto");

    public override bool Carries(Method method) => !method.Streams;

    public override void Begin(Call call) => Connect.Begin(call);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<IMessage> ReadAsync(Call call)
    {
        var gzip = Connect.IsGzip(call, "content-encoding");
        if (call.Http.Request.ContentLength > call.InboundBytesMax) throw RpcException.TooLarge(call.InboundBytesMax);
        var body = await Body.WholeAsync(call).ConfigureAwait(false);
        try
        {
            return format.Parse(call.Descriptor.InputType, gzip ? Gzip.Unpack(body, call.InboundBytesMax) : body);
        }
        finally
        {
            call.Http.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    public override ValueTask AnswerAsync(Call call, IMessage answer)
    {
        var (payload, response) = (format.Encode(answer), call.Http.Response);
        response.Headers.ContentType = contentType;
        if (payload.Size >= call.CompressFromBytes && Connect.AcceptsGzip(call, "accept-encoding"))
        {
            var packed = Gzip.Pack(payload);
            response.Headers.ContentEncoding = "gzip";
            response.ContentLength = packed.Length;
            response.BodyWriter.Write(packed.Span);
        }
        else
        {
            response.ContentLength = payload.Size;
            payload.WriteTo(response.BodyWriter);
        }
        return ValueTask.CompletedTask;
    }

    public override ValueTask SendAsync(Call call, IMessage message) => throw new NotSupportedException();

    public override ValueTask EndAsync(Call call) => throw new NotSupportedException();

    public override ValueTask FailAsync(HttpContext http, RpcException failure) => FailAsync(http, failure, Codes.HttpStatus(failure.Code));

    public static async ValueTask FailAsync(HttpContext http, RpcException failure, int httpStatus)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body)) Connect.WriteError(json, failure);
        http.Response.StatusCode = httpStatus;
        http.Response.Headers.ContentType = "application/json";
        http.Response.ContentLength = body.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(body.WrittenMemory).ConfigureAwait(false);
    }
}
