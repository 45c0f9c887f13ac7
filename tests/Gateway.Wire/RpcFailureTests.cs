using System.Net;
using Gateway.Rpc;
using Google.Rpc;
using Plek.Test.V1;
using Xunit;
using Code = Gateway.Rpc.Code;

namespace Gateway.Wire;

public sealed class RpcFailureTests(RpcHost host) : IClassFixture<RpcHost>
{
    [Theory]
    [InlineData("unavailable", Code.Unavailable, "STORE_UNAVAILABLE", true, null)]
    [InlineData("outcome_unknown", Code.Unavailable, "OUTCOME_UNKNOWN", true, null)]
    [InlineData("newer", Code.Unavailable, "NEWER_EVENT", true, "Error")]
    [InlineData("damaged", Code.DataLoss, "DAMAGED_DATA", false, "Critical")]
    [InlineData("bug", Code.Internal, "INTERNAL", false, "Error")]
    [InlineData("foreign_cancel", Code.Internal, "INTERNAL", false, "Error")]
    public async Task Gives_each_kind_of_failure_its_code_and_reason(string how, Code code, string reason, bool retry, string? logged)
    {
        host.Errors.Clear();
        var reply = await host.GrpcAsync("Fail", new FailRequest { How = how });
        var json = await host.JsonAsync("Fail", $$"""{"how":"{{how}}"}""");

        Assert.Equal(((int)code).ToString(), reply.Grpc("grpc-status"));
        Assert.Equal(Codes.Name(code), json.Json.GetProperty("code").GetString());
        Assert.Equal(reason, reply.GrpcStatus.Details[0].Unpack<ErrorInfo>().Reason);
        Assert.Equal(retry, reply.GrpcStatus.Details.Any(d => d.Is(RetryInfo.Descriptor)));
        Assert.DoesNotContain("secret", reply.Grpc("grpc-message") + json.Text, StringComparison.Ordinal);
        Assert.Equal(logged is null ? 0 : 2, host.Errors.Count);
        Assert.All(host.Errors, line => Assert.StartsWith(logged!, line, StringComparison.Ordinal));
    }

    public static TheoryData<Code> AllCodes => [.. Enum.GetValues<Code>()];

    [Theory, MemberData(nameof(AllCodes))]
    public async Task Says_every_code_in_both_protocols(Code code)
    {
        Assert.Equal(((int)code).ToString(), (await host.GrpcAsync("Fail", new FailRequest { How = code.ToString() })).Header("grpc-status"));

        var connect = await host.JsonAsync("Fail", $$"""{"how":"{{code}}"}""");
        Assert.Equal(Codes.HttpStatus(code), (int)connect.Status);
        Assert.Equal(Codes.Name(code), connect.Json.GetProperty("code").GetString());
    }

    [Fact]
    public void Knows_sixteen_codes_by_name()
    {
        Assert.Equal(Enumerable.Range(1, 16), Enum.GetValues<Code>().Select(c => (int)c));
        Assert.Equal(16, Enum.GetValues<Code>().Select(Codes.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("", "16", HttpStatusCode.Unauthorized)]
    [InlineData("foreign", "7", HttpStatusCode.Forbidden)]
    public async Task Asks_who_calls_before_it_reads_what_is_asked(string caller, string grpc, HttpStatusCode http)
    {
        Assert.Equal(grpc, (await host.GrpcAsync("Echo", [9, 9], ("authorization", caller))).Header("grpc-status"));
        Assert.Equal(http, (await host.JsonAsync("Echo", "{", ("authorization", caller))).Status);
    }

    [Fact]
    public void Refuses_a_handler_whose_shape_is_not_that_of_its_proto()
    {
        var echo = EchoReflection.Descriptor.Services[0];
        Assert.Throws<ArgumentException>(() => new Routes().Unary<EchoRequest, CountResponse>(echo.FindMethodByName("Echo"), (_, _) => new(new CountResponse())));
        Assert.Throws<ArgumentException>(() => new Routes().Unary<CountRequest, CountResponse>(echo.FindMethodByName("Count"), (_, _) => new(new CountResponse())));
    }
}
