using System.Net.Sockets;
using System.Text;
using Plek.Test.V1;
using Xunit;

namespace Gateway.Wire;

public sealed class RpcStreamTests
{
    /// <summary>What Kestrel and the two sockets may hold of a stream that nobody reads; an unbounded writer passes it in a second.</summary>
    private const int BufferedBytesMax = 16 * 1024 * 1024;
    private const int MessageBytes = 64 * 1024;

    [Fact]
    public async Task Slows_down_to_a_reader_that_does_not_read_and_is_done_with_it_when_it_goes()
    {
        var host = new RpcHost();
        await host.InitializeAsync();
        try
        {
            using (var client = new TcpClient { ReceiveBufferSize = 64 * 1024 })
            {
                await client.ConnectAsync(host.Http1.Host, host.Http1.Port);
                var body = Wire.Envelope(Encoding.UTF8.GetBytes($$"""{"padding":{{MessageBytes}},"name":"slow"}"""));
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    "POST /plek.test.v1.EchoService/Count HTTP/1.1\r\nHost: x\r\nauthorization: ann\r\n" +
                    $"content-type: application/connect+json\r\ncontent-length: {body.Length}\r\n\r\n"));
                await client.GetStream().WriteAsync(body);
                await client.GetStream().ReadExactlyAsync(new byte[1]);
                Assert.InRange(await CountedWhileAnotherReadsAsync(host, "slow"), 1, BufferedBytesMax / MessageBytes);
            }
            await host.Echo.CancelledAsync("slow");
            Assert.Empty(host.Errors);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Slows_down_to_a_gRPC_reader_that_does_not_read()
    {
        var host = new RpcHost();
        await host.InitializeAsync();
        try
        {
            using var request = Wire.Post(host.Http2, "Count", "application/grpc", Wire.Envelope(new CountRequest { Padding = MessageBytes, Name = "slow" }));
            using (var response = await Wire.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
            {
                Assert.InRange(await CountedWhileAnotherReadsAsync(host, "slow"), 1, BufferedBytesMax / MessageBytes);
            }
            await host.Echo.CancelledAsync("slow");
            Assert.Empty(host.Errors);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Ends_its_streams_when_the_process_stops_and_says_so()
    {
        var host = new RpcHost();
        await host.InitializeAsync();
        using var request = Wire.Post(host.Http2, "Watch", "application/grpc", Wire.Envelope(new WaitRequest { Name = "stop" }));
        using var response = await Wire.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await host.StopAsync();
        await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("14", response.TrailingHeaders.GetValues("grpc-status").Single());
        await host.DisposeAsync();
    }

    /// <summary>The answers made for a stream that nobody reads by the time that another reader has had four times what may be buffered.</summary>
    private static async Task<int> CountedWhileAnotherReadsAsync(RpcHost host, string name)
    {
        var other = await host.GrpcAsync("Count", new CountRequest { To = 4 * BufferedBytesMax / MessageBytes, Padding = MessageBytes, Name = "other" });
        Assert.Equal("0", other.Grpc("grpc-status"));
        return host.Echo.Counted.GetValueOrDefault(name);
    }
}
