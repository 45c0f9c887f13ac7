using System.Diagnostics;
using System.Reflection;
using Google.Protobuf;
using Grpc.Reflection.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>Clients that nobody here wrote. Each scenario is a function of the same name in their scripts, which check what they get.</summary>
public sealed class RpcClientTests(RpcHost host) : IClassFixture<RpcHost>, IDisposable
{
    private static readonly string Clients = typeof(RpcClientTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ClientsFolder").Value!;

    private readonly string _descriptors = Path.GetTempFileName();

    private static readonly string[] AllScenarios = ["unary", "streaming", "failing_stream", "cancellation", "deadline", "errors", "gzip"];

    public static TheoryData<string> Scenarios => [.. AllScenarios];

    public static TheoryData<string, string> ConnectScenarios
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var transport in new[] { "json-1.1", "proto-1.1", "proto-2", "grpc" })
            {
                foreach (var scenario in AllScenarios) all.Add(transport, scenario);
            }
            return all;
        }
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Serves_grpc_js(string scenario) =>
        await RunAsync("node", "grpc-js/client.js", scenario, $"js-{scenario}", [$"{host.Http2.Port}", await DescriptorFileAsync(), scenario, $"js-{scenario}"]);

    [Theory, MemberData(nameof(ConnectScenarios))]
    public async Task Serves_Connect_ES(string transport, string scenario)
    {
        var (url, name) = (transport is "proto-2" or "grpc" ? host.Http2 : host.Http1, $"es-{transport}-{scenario}");
        await RunAsync("node", "connect-es/client.js", scenario, name, [url.GetLeftPart(UriPartial.Authority), transport, await DescriptorFileAsync(), scenario, name]);
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Serves_grpcio_of_Python(string scenario) =>
        await RunAsync("/usr/bin/python3", "python/client.py", scenario, $"py-{scenario}", [$"{host.Http2.Port}", await DescriptorFileAsync(), scenario, $"py-{scenario}"]);

    public void Dispose() => File.Delete(_descriptors);

    private async Task RunAsync(string program, string script, string scenario, string name, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [Path.Combine(Clients, script), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var printed = await Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync())
                .WaitAsync(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{script} {scenario} ended with {process.ExitCode} (./test installs what it needs):\n{string.Concat(printed)}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        // The client's word is not enough: the handler must have heard of it too.
        if (scenario is "cancellation" or "deadline") await host.Echo.CancelledAsync(name);
    }

    /// <summary>A google.protobuf.FileDescriptorSet, imports first, as the server's own reflection gives it to tools.</summary>
    private async Task<string> DescriptorFileAsync()
    {
        var questions = new[] { "plek.test.v1.EchoService", "google.rpc.Status", "google.rpc.ErrorInfo" }
            .SelectMany(symbol => Wire.Envelope(new ServerReflectionRequest { FileContainingSymbol = symbol }));
        var reply = await host.GrpcAsync("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", [.. questions]);
        var files = reply.Envelopes
            .SelectMany(e => ServerReflectionResponse.Parser.ParseFrom(e.Message).FileDescriptorResponse.FileDescriptorProto.Reverse());
        // The set's bytes are those of a list of files in field 1, as this message has it too.
        await File.WriteAllBytesAsync(_descriptors, new FileDescriptorResponse { FileDescriptorProto = { files } }.ToByteArray());
        return _descriptors;
    }
}
