using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Rpc;

/// <summary>Serves all routes in gRPC and Connect. What happens to a call, and in which order, is decided in this file only.</summary>
public sealed class RpcServer
{
    private readonly FrozenDictionary<string, Method> _methods;
    private readonly RpcOptions _options;
    private readonly RateLimit _rates;
    private readonly StreamCount _streams;
    private readonly ILogger<RpcServer> _log;

    public RpcServer(Routes routes, RpcOptions options, ILogger<RpcServer> log)
    {
        ArgumentNullException.ThrowIfNull(options.Authenticate);
        ArgumentNullException.ThrowIfNull(options.Authorize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.InboundBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RatePerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RateBurst);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RateCallersMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.StreamsPerCallerMax);
        (_methods, _options, _log) = (routes.Freeze(), options, log);
        _streams = new(options.StreamsPerCallerMax);
        _rates = new(options.RatePerSecond, options.RateBurst, options.RateCallersMax, TimeProvider.System);
    }

    /// <summary>Answers a call of a known method, or of an unknown one that can only be a call; hands everything else on.</summary>
    public Task HandleAsync(HttpContext http, RequestDelegate others)
    {
        if (!_methods.TryGetValue(http.Request.Path.Value ?? "", out var method))
        {
            return ContentTypes.LooksLikeCall(http.Request) ? RefuseUnknownAsync(http) : others(http);
        }
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "POST";
            return RefuseAsync(http, StatusCodes.Status405MethodNotAllowed);
        }
        if (ContentTypes.Protocol(http.Request.ContentType) is not { } protocol || !protocol.Carries(method))
        {
            http.Response.Headers["Accept-Post"] = ContentTypes.For(method);
            return RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType);
        }
        // Trailers need HTTP/2.
        if (protocol is GrpcProtocol && !HttpProtocol.IsHttp2(http.Request.Protocol)) return RefuseAsync(http, StatusCodes.Status505HttpVersionNotsupported);
        return RunAsync(new Call(http, method, protocol, _options));
    }

    private async Task RunAsync(Call call)
    {
        try
        {
            call.Protocol.Begin(call);
            call.Caller = await _options.Authenticate(call.Http, call).ConfigureAwait(false);
            _options.Authorize(call.Caller, call.Descriptor);
            _rates.Take(call.Caller.Id);
            AllowLargeBody(call);
            if (call.Method.Unary is { } unary)
            {
                var request = await call.Protocol.ReadAsync(call).ConfigureAwait(false);
                var answer = await unary(request, call).ConfigureAwait(false);
                await call.Protocol.AnswerAsync(call, answer).ConfigureAwait(false);
            }
            else
            {
                _streams.Open(call.Caller.Id);
                try
                {
                    await StreamAsync(call).ConfigureAwait(false);
                }
                finally
                {
                    _streams.Close(call.Caller.Id);
                }
            }
        }
        catch (Exception error)
        {
            await FailAsync(call, Failures.Of(error, call, _log)).ConfigureAwait(false);
        }
        finally
        {
            call.Dispose();
        }
    }

    private static async Task StreamAsync(Call call)
    {
        var answers = call.Method.Both is { } both
            ? both(call.Protocol.ReadAllAsync(call), call)
            : call.Method.Stream!(await call.Protocol.ReadAsync(call).ConfigureAwait(false), call);
        await foreach (var message in answers.ConfigureAwait(false)) await call.Protocol.SendAsync(call, message).ConfigureAwait(false);
        await call.Protocol.EndAsync(call).ConfigureAwait(false);
    }

    private static async ValueTask FailAsync(Call call, RpcException failure)
    {
        if (call.Http.RequestAborted.IsCancellationRequested) return;
        try
        {
            await call.Protocol.FailAsync(call.Http, failure).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client vanished while it was told; there is nobody left to tell.
        }
    }

    /// <summary>Kestrel's own limit of a body (30 MB) stands unless the method allows a larger message; ours is checked in any case.</summary>
    private static void AllowLargeBody(Call call)
    {
        if (call.Method.InboundBytesMax is null) return;
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
    }

    private static Task RefuseAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task RefuseUnknownAsync(HttpContext http)
    {
        var failure = new RpcException(Code.Unimplemented, "UNKNOWN_METHOD", $"There is no method {http.Request.Path.Value}.");
        return ContentTypes.Protocol(http.Request.ContentType) is GrpcProtocol grpc
            ? grpc.FailAsync(http, failure).AsTask()
            : ConnectUnary.FailAsync(http, failure, StatusCodes.Status404NotFound).AsTask();
    }
}
