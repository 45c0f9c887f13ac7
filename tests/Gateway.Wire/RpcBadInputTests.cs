using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Plek.Test.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>Whatever is sent, the answer names what is wrong, no bug is logged, and the next call is served.</summary>
public sealed class RpcBadInputTests(RpcHost host) : IClassFixture<RpcHost>, IAsyncLifetime
{
    public Task InitializeAsync()
    {
        host.Errors.Clear();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (!host.Errors.IsEmpty) Assert.Fail(string.Join("\n", host.Errors));
        Assert.Equal("0", (await host.GrpcAsync("Echo", new EchoRequest())).Grpc("grpc-status"));
    }

    [Theory]
    [InlineData("""{"txt":"a"}""", "txt", "is not a field of plek.test.v1.EchoRequest")]
    [InlineData("""{"inner":{"beds":1}}""", "inner.beds", "is not a field of plek.test.v1.Inner")]
    [InlineData("""{"more":[{"bedCount":1},{"bedCuont":1}]}""", "more[1].bedCuont", "is not a field of plek.test.v1.Inner")]
    [InlineData("""{"inner":{"bedCount":"two"}}""", "inner.bedCount", "must be a number of type int32")]
    [InlineData("""{"inner":{"bedCount":2.5}}""", "inner.bedCount", "must be a number of type int32")]
    [InlineData("""{"inner":{"bedCount":99999999999}}""", "inner.bedCount", "must be a number of type int32")]
    [InlineData("""{"inner":{"bed_count":-99999999999}}""", "inner.bed_count", "must be a number of type int32")]
    [InlineData("""{"inner":{"colour":"COLOUR_GREEN"}}""", "inner.colour", "must be one of COLOUR_UNSPECIFIED, COLOUR_RED, COLOUR_BLUE")]
    [InlineData("""{"inner":{"at":"yesterday"}}""", "inner.at", "must be an instant such as \"2026-01-31T22:15:00Z\"")]
    [InlineData("""{"inner":3}""", "inner", "must be a plek.test.v1.Inner")]
    [InlineData("""{"more":{}}""", "more", "must be a list")]
    [InlineData("""{"text":5}""", "text", "must be a text")]
    [InlineData("""{"blob":"%%"}""", "blob", "must be base64")]
    [InlineData("""{"counts":{"a":"b"}}""", "counts", "must be an object")]
    public async Task Names_the_field_of_a_JSON_message_that_is_wrong(string json, string field, string rule)
    {
        var reply = await host.JsonAsync("Echo", json);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("invalid_argument", reply.Json.GetProperty("code").GetString());
        Assert.Equal($"{field} {rule}.", reply.Json.GetProperty("message").GetString());
        var violation = reply.Json.GetProperty("details")[1].GetProperty("debug").GetProperty("fieldViolations")[0];
        Assert.Equal(field, violation.GetProperty("field").GetString());
        Assert.Equal(rule, violation.GetProperty("description").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"text":"a" """)]
    [InlineData("""{"text":"a"}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("""{"text":"\ud800"}""")]
    [InlineData("<xml/>")]
    public async Task Refuses_a_text_that_is_not_a_JSON_message(string json)
    {
        var reply = await host.JsonAsync("Echo", json);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("invalid_argument", reply.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Refuses_JSON_that_is_nested_without_end()
    {
        var reply = await host.JsonAsync("Echo", string.Concat(Enumerable.Repeat("{\"inner\":", 5_000)));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    [Fact]
    public async Task Refuses_JSON_that_is_not_UTF_8()
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Echo", "application/json", [.. "{\"text\":\""u8, 0xFF, .. "\"}"u8]));
        Assert.Contains("not UTF-8", reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> BadEnvelopes => new()
    {
        { "nothing at all", [] },
        { "half a prefix", [0, 0] },
        { "less than announced", [0, 0, 0, 0, 9, 1] },
        { "two messages", [.. Wire.Envelope(new EchoRequest()), .. Wire.Envelope(new EchoRequest())] },
        { "bytes that are no message", Wire.Envelope([0x0A, 0xFF, 0xFF]) },
        { "compressed without saying how", Wire.Envelope(Wire.Gzip([]), flags: 1) },
    };

    [Theory, MemberData(nameof(BadEnvelopes))]
    public async Task Refuses_a_gRPC_body_that_is_not_one_message(string what, byte[] body)
    {
        var reply = await host.GrpcAsync("Echo", body);
        Assert.True(reply.Grpc("grpc-status") == "3", what);
        Assert.Equal("MALFORMED_MESSAGE", reply.GrpcStatus.Details[0].Unpack<ErrorInfo>().Reason);
    }

    [Theory, MemberData(nameof(BadEnvelopes))]
    public async Task Refuses_the_request_of_a_Connect_stream_that_is_not_one_message(string what, byte[] body)
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Count", "application/connect+proto", body));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        var (flags, end) = reply.Envelopes.Single();
        Assert.Equal(2, flags);
        Assert.True(Encoding.UTF8.GetString(end).Contains("\"invalid_argument\"", StringComparison.Ordinal), what);
    }

    [Fact]
    public async Task Refuses_gzip_that_is_not_gzip()
    {
        var grpc = await host.GrpcAsync("Echo", Wire.Envelope([1, 2, 3], flags: 1), ("grpc-encoding", "gzip"));
        Assert.Equal("3", grpc.Grpc("grpc-status"));
        var connect = await host.JsonAsync("Echo", "{}", ("content-encoding", "gzip"));
        Assert.Equal(HttpStatusCode.BadRequest, connect.Status);
    }

    [Fact]
    public async Task Refuses_a_message_that_announces_more_than_the_limit_without_reading_it()
    {
        var reply = await host.GrpcAsync("Echo", [0, 0x40, 0, 0, 0, 1, 2, 3]);
        Assert.Equal("8", reply.Grpc("grpc-status"));
        var info = reply.GrpcStatus.Details[0].Unpack<ErrorInfo>();
        Assert.Equal(("MESSAGE_TOO_LARGE", "4194304"), (info.Reason, info.Metadata["bytes_max"]));
    }

    [Theory, InlineData("application/json"), InlineData("application/proto")]
    public async Task Refuses_a_Connect_body_beyond_the_limit(string contentType)
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Echo", contentType, new byte[4 * 1024 * 1024 + 1]));
        Assert.Equal(HttpStatusCode.TooManyRequests, reply.Status);
        Assert.Equal("resource_exhausted", reply.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Refuses_a_body_of_unknown_length_beyond_the_limit()
    {
        using var request = Wire.Post(host.Http1, "Echo", "application/proto", new byte[4 * 1024 * 1024 + 1]);
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Wire.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Stops_unpacking_a_small_body_that_becomes_a_large_message()
    {
        var bomb = Wire.Gzip(new byte[64 * 1024 * 1024]);
        Assert.True(bomb.Length < 1_000_000);
        Assert.Equal("8", (await host.GrpcAsync("Echo", Wire.Envelope(bomb, flags: 1), ("grpc-encoding", "gzip"))).Grpc("grpc-status"));
        var connect = await Wire.SendAsync(Wire.Post(host.Http1, "Echo", "application/proto", bomb, ("content-encoding", "gzip")));
        Assert.Equal(HttpStatusCode.TooManyRequests, connect.Status);
    }

    [Fact]
    public async Task Takes_messages_up_to_the_limit_and_larger_ones_where_the_method_allows_them()
    {
        var large = new EchoRequest { Blob = ByteString.CopyFrom(new byte[4 * 1024 * 1024 - 8]) };
        Assert.Equal("0", (await host.GrpcAsync("Echo", large)).Grpc("grpc-status"));
        Assert.Equal(HttpStatusCode.OK, (await Wire.SendAsync(Wire.Post(host.Http1, "Echo", "application/proto", large.ToByteArray()))).Status);

        var larger = new EchoRequest { Blob = ByteString.CopyFrom(new byte[6 * 1024 * 1024]) };
        Assert.Equal("8", (await host.GrpcAsync("Echo", larger)).Grpc("grpc-status"));
        Assert.Equal("0", (await host.GrpcAsync("EchoLarge", larger)).Grpc("grpc-status"));
        Assert.Equal(HttpStatusCode.OK, (await Wire.SendAsync(Wire.Post(host.Http1, "EchoLarge", "application/proto", larger.ToByteArray()))).Status);
    }

    [Fact]
    public async Task Answers_an_unknown_method_in_the_words_of_the_protocol()
    {
        var grpc = await host.GrpcAsync("Eco", new EchoRequest());
        Assert.Equal(HttpStatusCode.OK, grpc.Status);
        Assert.Equal("12", grpc.Header("grpc-status"));
        Assert.Equal("application/grpc", grpc.Header("content-type"));

        var connect = await host.JsonAsync("Eco", "{}");
        Assert.Equal(HttpStatusCode.NotFound, connect.Status);
        Assert.Equal("unimplemented", connect.Json.GetProperty("code").GetString());
        Assert.Contains("Eco", connect.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_everything_that_is_not_a_call_to_others()
    {
        Assert.Equal("not a call", await Wire.Client.GetStringAsync(new Uri(host.Http1, "/index.html")));
        Assert.Equal("not a call", (await Wire.SendAsync(Wire.Post(host.Http1, "/import", "application/json", []))).Text);
    }

    [Theory, InlineData("Echo", "text/plain"), InlineData("Echo", "application/grpc-web"), InlineData("Echo", "application/connect+json"),
     InlineData("Count", "application/json"), InlineData("Echo", "application/grpc+json")]
    public async Task Refuses_other_content_types_and_names_the_right_ones(string method, string contentType)
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http2, method, contentType, [], ("version", "2")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Status);
        Assert.Contains(method == "Echo" ? "application/json" : "application/connect+json", reply.Header("accept-post"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_other_verbs_than_POST()
    {
        using var response = await Wire.Client.GetAsync(new Uri(host.Http1, "/plek.test.v1.EchoService/Echo"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", response.Content.Headers.Allow.Single());
    }

    [Fact]
    public async Task Refuses_gRPC_on_HTTP_1_because_it_has_no_trailers_there()
    {
        using var request = Wire.Post(host.Http1, "Echo", "application/grpc", Wire.Envelope(new EchoRequest()));
        request.Version = HttpVersion.Version11;
        Assert.Equal(HttpStatusCode.HttpVersionNotSupported, (await Wire.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Outlives_a_client_that_vanishes_in_the_middle_of_its_body()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(host.Http1.Host, host.Http1.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /plek.test.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nauthorization: ann\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"));
            client.LingerState = new(true, 0); // Closing resets the connection.
        }
        Assert.Equal(HttpStatusCode.OK, (await host.JsonAsync("Echo", "{}")).Status);
    }

    [Fact]
    public async Task Ends_at_the_deadline_a_call_whose_body_never_comes()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Http1.Host, host.Http1.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            "POST /plek.test.v1.EchoService/Echo HTTP/1.1\r\nHost: x\r\nauthorization: ann\r\nconnect-timeout-ms: 100\r\n" +
            "content-type: application/json\r\ncontent-length: 100\r\n\r\n{"));
        var line = await new StreamReader(client.GetStream()).ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("HTTP/1.1 504 Gateway Timeout", line);
    }
}
