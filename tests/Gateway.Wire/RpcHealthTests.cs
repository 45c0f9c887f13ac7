using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Xunit;

namespace Gateway.Wire;

public sealed class RpcHealthTests(RpcHost host) : IClassFixture<RpcHost>
{
    private const string Check = "/grpc.health.v1.Health/Check";

    [Theory, InlineData(""), InlineData("plek.test.v1.EchoService"), InlineData("grpc.health.v1.Health")]
    public async Task Says_whether_it_is_ready(string service)
    {
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await StatusAsync(service));
        host.Ready = false;
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await StatusAsync(service));
        host.Ready = true;
    }

    [Fact]
    public async Task Knows_no_service_that_it_does_not_serve()
    {
        var reply = await host.GrpcAsync(Check, new HealthCheckRequest { Service = "plek.v9.Nothing" });
        Assert.Equal("5", reply.Grpc("grpc-status"));
    }

    [Fact]
    public async Task Tells_a_watcher_each_change()
    {
        using var request = Wire.Post(host.Http2, "/grpc.health.v1.Health/Watch", "application/grpc", Wire.Envelope(new HealthCheckRequest()));
        using var response = await Wire.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var stream = await response.Content.ReadAsStreamAsync();
        var message = new byte[7];
        await stream.ReadExactlyAsync(message);
        Assert.Equal((byte)HealthCheckResponse.Types.ServingStatus.Serving, message[6]);
        host.Ready = false;
        await stream.ReadExactlyAsync(message).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((byte)HealthCheckResponse.Types.ServingStatus.NotServing, message[6]);
        host.Ready = true;
    }

    [Theory, InlineData("v1"), InlineData("v1alpha")]
    public async Task Tells_tools_its_services_and_their_files(string version)
    {
        ServerReflectionRequest[] questions =
        [
            new() { ListServices = "*" },
            new() { FileContainingSymbol = "plek.test.v1.EchoService.Echo" },
            new() { FileByFilename = "plek/test/v1/echo.proto" },
            new() { FileContainingSymbol = "plek.test.v1.Nothing" },
        ];
        var reply = await host.GrpcAsync($"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", [.. questions.SelectMany(q => Wire.Envelope(q))]);

        Assert.Equal("0", reply.Grpc("grpc-status"));
        var answers = reply.Envelopes.Select(e => ServerReflectionResponse.Parser.ParseFrom(e.Message)).ToArray();
        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "plek.test.v1.EchoService"],
            answers[0].ListServicesResponse.Service.Select(s => s.Name));
        var files = answers[1].FileDescriptorResponse.FileDescriptorProto.Select(f => FileDescriptorProto.Parser.ParseFrom(f).Name);
        Assert.Equal(["plek/test/v1/echo.proto", "google/protobuf/timestamp.proto"], files);
        Assert.Equal(answers[1].FileDescriptorResponse, answers[2].FileDescriptorResponse);
        Assert.Equal(5, answers[3].ErrorResponse.ErrorCode);
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(string service)
    {
        var reply = await host.GrpcAsync(Check, new HealthCheckRequest { Service = service });
        return HealthCheckResponse.Parser.ParseFrom(reply.Envelopes.Single().Message).Status;
    }
}
