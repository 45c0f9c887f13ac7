using System.Net;
using Google.Protobuf;
using Google.Rpc;
using Plek.Test.V1;
using Xunit;

namespace Gateway.Wire;

public sealed class RpcGrpcTests(RpcHost host) : IClassFixture<RpcHost>
{
    [Theory, InlineData("application/grpc"), InlineData("application/grpc+proto")]
    public async Task Answers_a_message_with_a_message_and_status_0_in_the_trailers(string contentType)
    {
        var reply = await Wire.SendAsync(Wire.Post(host.Http2, "Echo", contentType, Wire.Envelope(new EchoRequest { Text = "één" })));

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("application/grpc", reply.Header("content-type"));
        var (flags, message) = Assert.Single(reply.Envelopes);
        Assert.Equal(0, flags);
        Assert.Equal(new EchoResponse { Text = "één", Caller = "ann" }, EchoResponse.Parser.ParseFrom(message));
        Assert.Equal(["grpc-status"], reply.Trailers.Select(t => t.Key));
        Assert.Equal("0", reply.Trailers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Takes_and_gives_an_empty_message()
    {
        var reply = await host.GrpcAsync("Echo", new EchoRequest());
        Assert.Equal("0", reply.Grpc("grpc-status"));
        Assert.Equal("ann", EchoResponse.Parser.ParseFrom(reply.Envelopes.Single().Message).Caller);
    }

    [Fact]
    public async Task Unpacks_a_gzip_message_and_packs_a_large_answer_for_a_client_that_accepts_it()
    {
        var request = new EchoRequest { Text = new string('a', 100_000) };
        var reply = await host.GrpcAsync("Echo", Wire.Envelope(Wire.Gzip(request.ToByteArray()), flags: 1),
            ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity,gzip"));

        Assert.Equal("gzip", reply.Header("grpc-encoding"));
        var (flags, message) = Assert.Single(reply.Envelopes);
        Assert.Equal(1, flags);
        Assert.True(message.Length < 5_000);
        Assert.Equal(request.Text, EchoResponse.Parser.ParseFrom(Wire.Gunzip(message)).Text);
    }

    [Fact]
    public async Task Leaves_a_large_answer_plain_for_a_client_that_does_not_accept_gzip()
    {
        var reply = await host.GrpcAsync("Echo", new EchoRequest { Text = new string('a', 100_000) });
        Assert.Null(reply.Header("grpc-encoding"));
        Assert.Equal(0, reply.Envelopes.Single().Flags);
    }

    [Fact]
    public async Task Refuses_an_encoding_it_does_not_know_and_names_the_one_it_knows()
    {
        var reply = await host.GrpcAsync("Echo", new EchoRequest(), ("grpc-encoding", "br"));
        Assert.Equal("12", reply.Grpc("grpc-status"));
        Assert.Equal("gzip", reply.Header("grpc-accept-encoding"));
    }

    [Fact]
    public async Task Says_a_failure_in_the_headers_alone_with_its_details()
    {
        var reply = await host.GrpcAsync("Fail", new FailRequest { How = "refused" });

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Empty(reply.Body);
        Assert.Empty(reply.Trailers);
        Assert.Equal("9", reply.Header("grpc-status"));
        Assert.Equal("Facility %C3%89%C3%A9n has 2 beds, 100%25 held.", reply.Header("grpc-message"));
        Assert.Equal(9, reply.GrpcStatus.Code);
        Assert.Equal("Facility Één has 2 beds, 100% held.", reply.GrpcStatus.Message);
        var info = Assert.Single(reply.GrpcStatus.Details).Unpack<ErrorInfo>();
        Assert.Equal(new ErrorInfo { Reason = "NOT_ENOUGH_BEDS", Domain = "plek", Metadata = { ["free_beds"] = "2" } }, info);
    }

    [Fact]
    public async Task Names_the_field_that_is_wrong()
    {
        var reply = await host.GrpcAsync("Fail", new FailRequest { How = "field" });
        Assert.Equal("3", reply.Grpc("grpc-status"));
        var violation = reply.GrpcStatus.Details[1].Unpack<BadRequest>().FieldViolations.Single();
        Assert.Equal(("inner.bed_count", "must be 1 to 32, was 33"), (violation.Field, violation.Description));
    }

    [Fact]
    public async Task Streams_messages_and_ends_with_status_0()
    {
        var reply = await host.GrpcAsync("Count", new CountRequest { To = 3 });
        Assert.Equal([1, 2, 3], reply.Envelopes.Select(e => CountResponse.Parser.ParseFrom(e.Message).Number));
        Assert.Equal("0", reply.Trailers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Says_in_the_trailers_how_a_stream_failed_after_its_messages()
    {
        var reply = await host.GrpcAsync("Count", new CountRequest { To = 3, FailAfter = 2 });
        Assert.Equal(2, reply.Envelopes.Count);
        Assert.Equal("9", reply.Trailers.GetValues("grpc-status").Single());
        Assert.Equal("TOLD_TO", reply.GrpcStatus.Details[0].Unpack<ErrorInfo>().Reason);
    }

    [Fact]
    public async Task Packs_the_large_messages_of_a_stream()
    {
        var reply = await host.GrpcAsync("Count", new CountRequest { To = 2, Padding = 20_000 }, ("grpc-accept-encoding", "gzip"));
        Assert.Equal("gzip", reply.Header("grpc-encoding"));
        Assert.All(reply.Envelopes, e => Assert.Equal(1, e.Flags));
        Assert.Equal(20_000, CountResponse.Parser.ParseFrom(Wire.Gunzip(reply.Envelopes[1].Message)).Padding.Length);
    }

    [Theory, InlineData("Wait", "50m"), InlineData("Watch", "50000u"), InlineData("Wait", "0n")]
    public async Task Ends_a_call_at_its_deadline(string method, string timeout)
    {
        var reply = await host.GrpcAsync(method, new WaitRequest { Name = method + timeout }, ("grpc-timeout", timeout));
        Assert.Equal("4", reply.Grpc("grpc-status"));
        if (timeout != "0n") await host.Echo.CancelledAsync(method + timeout);
    }

    [Theory, InlineData("5"), InlineData("5x"), InlineData("123456789S"), InlineData("-1S"), InlineData("S")]
    public async Task Refuses_a_deadline_that_is_not_one(string timeout)
    {
        var reply = await host.GrpcAsync("Echo", new EchoRequest(), ("grpc-timeout", timeout));
        Assert.Equal("3", reply.Grpc("grpc-status"));
    }

    [Fact]
    public async Task Takes_the_longest_deadline_that_can_be_written()
    {
        var reply = await host.GrpcAsync("Echo", new EchoRequest(), ("grpc-timeout", "99999999H"));
        Assert.Equal("0", reply.Grpc("grpc-status"));
    }

    [Fact]
    public async Task Tells_the_handler_that_the_client_has_vanished()
    {
        using var vanish = new CancellationTokenSource();
        using var request = Wire.Post(host.Http2, "Watch", "application/grpc", Wire.Envelope(new WaitRequest { Name = "vanish" }));
        using (var response = await Wire.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, vanish.Token)) { }
        await host.Echo.CancelledAsync("vanish");
    }
}
