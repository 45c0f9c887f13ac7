using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Plek.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>Somebody with a token, who calls in Connect's binary form and reads errors as Connect writes them.</summary>
public sealed record PlekCaller(PlekHost Host, string Token)
{
    private static readonly IReadOnlyList<FileDescriptor> Files =
        [ProviderReflection.Descriptor, CapacityReflection.Descriptor, PlacementReflection.Descriptor, AlarmReflection.Descriptor, RegionReflection.Descriptor];

    public static IEnumerable<MethodDescriptor> Methods => Files.SelectMany(file => file.Services).SelectMany(service => service.Methods);

    /// <summary>The answer; a failure fails the test.</summary>
    public async Task<T> CallAsync<T>(IMessage request) where T : class, IMessage<T>, new()
    {
        var (status, body) = await PostAsync(request);
        if (status != HttpStatusCode.OK) Assert.Fail($"{request.Descriptor.Name} failed: {Failure.Of(body)}");
        var answer = new T();
        answer.MergeFrom(body);
        return answer;
    }

    /// <summary>The failure; an answer fails the test.</summary>
    public async Task<Failure> FailAsync(IMessage request)
    {
        var (status, body) = await PostAsync(request);
        if (status == HttpStatusCode.OK) Assert.Fail($"{request.Descriptor.Name} was answered.");
        return Failure.Of(body);
    }

    /// <summary>Over gRPC, which carries streams too: the status as a number and its reason, or 0. A stream ends at its deadline.</summary>
    public async Task<(int Status, string Reason)> GrpcAsync(MethodDescriptor method, IMessage request)
    {
        var reply = await Wire.SendAsync(Wire.Post(
            Host.Http2, $"/{method.Service.FullName}/{method.Name}", "application/grpc", Wire.Envelope(request),
            ("authorization", $"Bearer {Token}"), ("grpc-timeout", method.IsServerStreaming ? "100m" : "20S")));
        var status = int.Parse(reply.Grpc("grpc-status")!, System.Globalization.CultureInfo.InvariantCulture);
        return (status, status == 0 ? "" : reply.GrpcStatus.Details[0].Unpack<ErrorInfo>().Reason);
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(IMessage request)
    {
        var method = Methods.Single(method => method.InputType == request.Descriptor);
        using var http = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.Http1, $"/{method.Service.FullName}/{method.Name}"))
        {
            Content = new ByteArrayContent(request.ToByteArray()) { Headers = { ContentType = new("application/proto") } },
        };
        if (Token.Length > 0) http.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await Wire.Client.SendAsync(http);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}

/// <summary>A failure as its caller reads it.</summary>
public sealed record Failure(string Code, string Reason, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<string> Fields)
{
    public static Failure Of(byte[] body)
    {
        var json = JsonDocument.Parse(body).RootElement;
        var details = json.GetProperty("details").EnumerateArray().ToList();
        var info = ErrorInfo.Parser.ParseFrom(Value(details.Single(d => d.GetProperty("type").GetString() == "google.rpc.ErrorInfo")));
        var fields = details.Where(d => d.GetProperty("type").GetString() == "google.rpc.BadRequest")
            .SelectMany(d => BadRequest.Parser.ParseFrom(Value(d)).FieldViolations).Select(v => v.Field);
        return new(json.GetProperty("code").GetString()!, info.Reason, info.Metadata, [.. fields]);
    }

    public override string ToString() => $"{Code} {Reason} {string.Join(',', Fields)}{string.Join(',', Metadata.Select(m => $"{m.Key}={m.Value}"))}";

    private static byte[] Value(JsonElement detail)
    {
        var text = detail.GetProperty("value").GetString()!;
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }
}
