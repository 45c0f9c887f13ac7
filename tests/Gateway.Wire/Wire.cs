using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Wire;

/// <summary>What came back over the wire, nothing of it hidden.</summary>
public sealed record Reply(HttpStatusCode Status, HttpHeaders Headers, HttpHeaders Content, HttpHeaders Trailers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Where gRPC puts an outcome: the trailers, or the headers of an answer that has nothing else.</summary>
    public string? Grpc(string name) => Value(Trailers, name) ?? Value(Headers, name);

    public string? Header(string name) => Value(Headers, name) ?? Value(Content, name);

    /// <summary>The body's envelopes: flags and message.</summary>
    public IReadOnlyList<(byte Flags, byte[] Message)> Envelopes => [.. Wire.Envelopes(Body)];

    public Google.Rpc.Status GrpcStatus
    {
        get
        {
            var text = Grpc("grpc-status-details-bin")!;
            return Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.Single() : null;
}

/// <summary>A client that sends exactly the bytes it is given.</summary>
public static class Wire
{
    public static readonly HttpClient Client = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }) { Timeout = TimeSpan.FromSeconds(30) };

    public static HttpRequestMessage Post(Uri host, string method, string contentType, byte[] body, params (string Name, string Value)[] headers)
    {
        var http2 = contentType.StartsWith("application/grpc", StringComparison.Ordinal) || headers.Contains(("version", "2"));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host, method.StartsWith('/') ? method : $"/plek.test.v1.EchoService/{method}"))
        {
            Content = new ByteArrayContent(body),
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        if (!headers.Any(h => h.Name == "authorization")) request.Headers.TryAddWithoutValidation("authorization", "ann");
        foreach (var (name, value) in headers.Where(h => h.Name is not "version" && h.Value.Length > 0))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    public static async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return new(response.StatusCode, response.Headers, response.Content.Headers, response.TrailingHeaders, body);
    }

    public static Task<Reply> GrpcAsync(this RpcHost host, string method, IMessage message, params (string Name, string Value)[] headers) =>
        host.GrpcAsync(method, Envelope(message), headers);

    public static Task<Reply> GrpcAsync(this RpcHost host, string method, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(Post(host.Http2, method, "application/grpc", body, headers));

    public static Task<Reply> JsonAsync(this RpcHost host, string method, string json, params (string Name, string Value)[] headers) =>
        SendAsync(Post(host.Http1, method, "application/json", Encoding.UTF8.GetBytes(json), headers));

    public static byte[] Envelope(IMessage message, byte flags = 0) => Envelope(message.ToByteArray(), flags);

    public static byte[] Envelope(byte[] message, byte flags = 0)
    {
        var bytes = new byte[5 + message.Length];
        bytes[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), message.Length);
        message.CopyTo(bytes, 5);
        return bytes;
    }

    public static IEnumerable<(byte Flags, byte[] Message)> Envelopes(byte[] body)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            yield return (body[at], body.AsSpan(at + 5, length).ToArray());
            at += 5 + length;
        }
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var pack = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) pack.Write(plain);
        return packed.ToArray();
    }

    public static byte[] Gunzip(byte[] packed)
    {
        using var plain = new MemoryStream();
        using var unpack = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        unpack.CopyTo(plain);
        return plain.ToArray();
    }
}
