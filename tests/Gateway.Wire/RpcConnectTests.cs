using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;
using Plek.Test.V1;
using Xunit;

namespace Gateway.Wire;

public sealed class RpcConnectTests(RpcHost host) : IClassFixture<RpcHost>
{
    [Fact]
    public async Task Answers_JSON_with_JSON_as_curl_would_ask()
    {
        var reply = await host.JsonAsync("Echo", """{"text":"één","inner":{"bedCount":2,"at":"2026-01-31T22:15:00Z","colour":"COLOUR_RED"}}""");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("application/json", reply.Header("content-type"));
        Assert.Equal(reply.Body.Length.ToString(), reply.Header("content-length"));
        Assert.Equal("één", reply.Json.GetProperty("text").GetString());
        Assert.Equal("COLOUR_RED", reply.Json.GetProperty("inner").GetProperty("colour").GetString());
    }

    [Fact]
    public async Task Takes_the_names_of_the_proto_as_well_as_those_of_JSON()
    {
        var reply = await host.JsonAsync("Echo", """{"inner":{"bed_count":2}}""");
        Assert.Equal(2, reply.Json.GetProperty("inner").GetProperty("bedCount").GetInt32());
    }

    [Theory, InlineData("application/json; charset=utf-8"), InlineData("application/json;charset=utf-8")]
    public async Task Passes_over_the_parameters_of_a_content_type(string contentType)
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Echo", contentType, "{}"u8.ToArray()));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Theory, InlineData("1"), InlineData("2")]
    public async Task Answers_protobuf_with_protobuf(string version)
    {
        var reply = await Wire.SendAsync(Wire.Post(
            version == "2" ? host.Http2 : host.Http1, "Echo", "application/proto", new EchoRequest { Text = "a" }.ToByteArray(), ("version", version)));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("application/proto", reply.Header("content-type"));
        Assert.Equal("a", EchoResponse.Parser.ParseFrom(reply.Body).Text);
    }

    [Fact]
    public async Task Unpacks_a_gzip_body_and_packs_a_large_answer_for_a_client_that_accepts_it()
    {
        var body = Wire.Gzip(Encoding.UTF8.GetBytes($$"""{"text":"{{new string('a', 100_000)}}"}"""));
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Echo", "application/json", body, ("content-encoding", "gzip"), ("accept-encoding", "gzip")));
        Assert.Equal("gzip", reply.Header("content-encoding"));
        Assert.Equal(100_000, JsonDocument.Parse(Wire.Gunzip(reply.Body)).RootElement.GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public async Task Refuses_an_encoding_it_does_not_know()
    {
        var reply = await host.JsonAsync("Echo", "{}", ("content-encoding", "br"));
        Assert.Equal((HttpStatusCode)501, reply.Status);
        Assert.Equal("unimplemented", reply.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Says_a_failure_as_an_object_with_details_for_programs_and_for_people()
    {
        var reply = await host.JsonAsync("Fail", """{"how":"refused"}""");

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("application/json", reply.Header("content-type"));
        Assert.Equal("failed_precondition", reply.Json.GetProperty("code").GetString());
        Assert.Equal("Facility Één has 2 beds, 100% held.", reply.Json.GetProperty("message").GetString());
        var detail = reply.Json.GetProperty("details").EnumerateArray().Single();
        Assert.Equal("google.rpc.ErrorInfo", detail.GetProperty("type").GetString());
        var value = detail.GetProperty("value").GetString()!;
        Assert.DoesNotContain('=', value);
        Assert.Equal("NOT_ENOUGH_BEDS", ErrorInfo.Parser.ParseFrom(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '='))).Reason);
        Assert.Equal("2", detail.GetProperty("debug").GetProperty("metadata").GetProperty("free_beds").GetString());
    }

    [Fact]
    public async Task Says_a_failure_in_JSON_to_a_client_of_protobuf_too()
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Fail", "application/proto", new FailRequest { How = "NotFound" }.ToByteArray()));
        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Equal("application/json", reply.Header("content-type"));
        Assert.Equal("not_found", reply.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Ends_a_call_at_its_deadline()
    {
        var reply = await host.JsonAsync("Wait", """{"name":"connect"}""", ("connect-timeout-ms", "50"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, reply.Status);
        Assert.Equal("deadline_exceeded", reply.Json.GetProperty("code").GetString());
        await host.Echo.CancelledAsync("connect");
    }

    [Theory, InlineData("connect-timeout-ms", "12345678901"), InlineData("connect-timeout-ms", "1s"), InlineData("connect-protocol-version", "2")]
    public async Task Refuses_headers_that_make_no_sense(string name, string value)
    {
        var reply = await host.JsonAsync("Echo", "{}", (name, value));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(name, reply.Text, StringComparison.Ordinal);
    }

    [Theory, InlineData("1"), InlineData("2")]
    public async Task Streams_JSON_in_envelopes_and_says_at_the_end_that_it_went_well(string version)
    {
        var reply = await Wire.SendAsync(Wire.Post(version == "2" ? host.Http2 : host.Http1, "Count", "application/connect+json",
            Wire.Envelope("""{"to":3}"""u8.ToArray()), ("version", version)));

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("application/connect+json", reply.Header("content-type"));
        Assert.Equal([0, 0, 0, 2], reply.Envelopes.Select(e => (int)e.Flags));
        Assert.Equal([1, 2, 3], reply.Envelopes.Take(3).Select(e => JsonDocument.Parse(e.Message).RootElement.GetProperty("number").GetInt32()));
        Assert.Equal("{}", Encoding.UTF8.GetString(reply.Envelopes[3].Message));
    }

    [Fact]
    public async Task Streams_protobuf_packed_and_says_at_the_end_how_it_failed()
    {
        var request = Wire.Envelope(Wire.Gzip(new CountRequest { To = 3, FailAfter = 2, Padding = 20_000 }.ToByteArray()), flags: 1);
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Count", "application/connect+proto", request,
            ("connect-content-encoding", "gzip"), ("connect-accept-encoding", "gzip")));

        Assert.Equal("gzip", reply.Header("connect-content-encoding"));
        Assert.Equal([1, 1, 2], reply.Envelopes.Select(e => (int)e.Flags));
        Assert.Equal(2, CountResponse.Parser.ParseFrom(Wire.Gunzip(reply.Envelopes[1].Message)).Number);
        var error = JsonDocument.Parse(reply.Envelopes[2].Message).RootElement.GetProperty("error");
        Assert.Equal("failed_precondition", error.GetProperty("code").GetString());
        Assert.Equal("TOLD_TO", error.GetProperty("details")[0].GetProperty("debug").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Fails_a_stream_before_its_first_message_in_the_same_way()
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http1, "Count", "application/connect+json", Wire.Envelope("{}"u8.ToArray()), ("authorization", "")));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("application/connect+json", reply.Header("content-type"));
        Assert.Contains("unauthenticated", Encoding.UTF8.GetString(reply.Envelopes.Single().Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_the_handler_that_the_client_has_vanished()
    {
        using var request = Wire.Post(host.Http1, "Watch", "application/connect+json", Wire.Envelope("""{"name":"vanish"}"""u8.ToArray()));
        using (var response = await Wire.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)) { }
        await host.Echo.CancelledAsync("vanish");
    }
}
