using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bench;

/// <summary>What one would write by hand to fan bytes out: Kestrel, streams in groups, and each message that is told copied to every stream of
/// its group. No log, no rights, no filter, no view; a write is answered once it was written to all streams.</summary>
internal static class WatchPeer
{
    public const string Watch = "/watch/";
    public const string Tell = "/tell/";

    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<Stream, SemaphoreSlim>> Groups = new(StringComparer.Ordinal);

    public static void Serve(int port, int grpcPort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, grpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.Run(http =>
        {
            var path = http.Request.Path.Value!;
            return path.StartsWith(Watch, StringComparison.Ordinal) ? WatchAsync(http, path[Watch.Length..])
                : path.StartsWith(Tell, StringComparison.Ordinal) ? TellAsync(http, path[Tell.Length..])
                : Task.CompletedTask;
        });
        app.Run();
    }

    private static async Task WatchAsync(HttpContext http, string group)
    {
        var streams = Groups.GetOrAdd(group, _ => new());
        http.Response.ContentType = "application/grpc";
        var body = http.Response.Body;
        await body.WriteAsync(WatchStream.CompleteSnapshot, http.RequestAborted);
        await body.FlushAsync(http.RequestAborted);
        streams[body] = new(1);
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        streams.TryRemove(body, out _);
    }

    private static async Task TellAsync(HttpContext http, string group)
    {
        var message = new byte[5 + http.Request.ContentLength!.Value];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 5);
        await http.Request.Body.ReadExactlyAsync(message.AsMemory(5));
        if (!Groups.TryGetValue(group, out var streams)) return;
        await Task.WhenAll(streams.Select(stream => SendAsync(stream.Key, stream.Value, message)));
    }

    private static async Task SendAsync(Stream stream, SemaphoreSlim turn, byte[] message)
    {
        await turn.WaitAsync();
        try
        {
            await stream.WriteAsync(message);
            await stream.FlushAsync();
        }
        finally
        {
            turn.Release();
        }
    }
}
