using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Bench.Wire;
using Gateway.Rpc;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bench;

/// <summary>The server's process of the rpc bench: one Kestrel with our protocol layer and, beside it, an endpoint that copies the same bytes.</summary>
internal static class RpcPeers
{
    public const string Ours = "/plek.bench.v1.Bench/Echo";
    public const string Bare = "/plek.bench.v1.Bench/Copy";
    public const string Stats = "/stats";

    /// <summary>Serves until its input ends. Prints its two ports, HTTP/1.1 and HTTP/2.</summary>
    public static async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        var caller = new ValueTask<Caller>(new Anyone());
        var routes = new Routes().Unary<BedReport, BedReport>(EchoReflection.Descriptor.Services[0].Methods[0], (report, _) => new(report));
        var rpc = new RpcServer(
            routes, new() { Authenticate = (_, _) => caller, Authorize = (_, _) => { }, RatePerSecond = int.MaxValue, RateBurst = int.MaxValue },
            app.Services.GetRequiredService<ILogger<RpcServer>>());
        app.Run(http => http.Request.Path.Value switch
        {
            Bare => CopyAsync(http),
            Stats => http.Response.WriteAsync($"{GC.GetTotalAllocatedBytes()} {Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds}"),
            _ => rpc.HandleAsync(http, _ => Task.CompletedTask),
        });
        await app.StartAsync();
        var ports = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a).Port);
        Console.WriteLine(string.Join(' ', ports));
        await Console.In.ReadToEndAsync();
    }

    /// <summary>What one would write by hand for these bytes: the body out as it came in, and for gRPC the trailer that says it went well.</summary>
    private static async Task CopyAsync(HttpContext http)
    {
        var body = await WholeAsync(http.Request.BodyReader);
        var response = http.Response;
        response.Headers.ContentType = http.Request.Headers.ContentType;
        var grpc = HttpProtocol.IsHttp2(http.Request.Protocol);
        if (!grpc) response.ContentLength = body.Length;
        foreach (var piece in body) response.BodyWriter.Write(piece.Span);
        http.Request.BodyReader.AdvanceTo(body.End);
        if (grpc) http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus = "0";
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ReadOnlySequence<byte>> WholeAsync(System.IO.Pipelines.PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted) return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private sealed record Anyone() : Caller("bench");
}
