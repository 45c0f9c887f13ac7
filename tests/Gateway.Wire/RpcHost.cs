using System.Collections.Concurrent;
using System.Net;
using Gateway.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Wire;

/// <summary>The test service on a real Kestrel: one loopback port for HTTP/1.1 and one for HTTP/2, as a Plek without a certificate has them.</summary>
public class RpcHost : IAsyncLifetime
{
    private WebApplication? _app;

    public EchoService Echo { get; } = new();
    public ConcurrentQueue<string> Errors { get; } = new();
    public Uri Http1 { get; private set; } = null!;
    public Uri Http2 { get; private set; } = null!;
    public bool Ready { get; set; } = true;

    /// <summary>Header <c>authorization</c> is the caller's name; without it nobody calls, and "foreign" may call nothing.</summary>
    protected virtual RpcOptions Options => new()
    {
        Authenticate = (http, call) => call.Header("authorization") is { Length: > 0 } name
            ? new(new TestCaller(name))
            : throw new RpcException(Code.Unauthenticated, "NO_TOKEN", "Say who you are."),
        Authorize = (caller, method) =>
        {
            if (caller.Id == "foreign") throw new RpcException(Code.PermissionDenied, "WRONG_ROLE", $"{method.Name} is not yours to call.");
        },
        RatePerSecond = 100_000,
        RateBurst = 100_000,
    };

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new ErrorLog(Errors));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        var routes = new Routes();
        Echo.AddTo(routes);
        Health.AddTo(routes, () => Ready);
        Reflection.AddTo(routes);
        var options = Options with { Stopping = _app.Lifetime.ApplicationStopping };
        var rpc = new RpcServer(routes, options, _app.Services.GetRequiredService<ILogger<RpcServer>>());
        _app.Use(others => http => rpc.HandleAsync(http, others));
        _app.Run(http => http.Response.WriteAsync("not a call"));
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (Http1, Http2) = (new(addresses[0]), new(addresses[1]));
    }

    public Task StopAsync() => _app!.StopAsync();

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    private sealed record TestCaller(string Id) : Caller(Id);

    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;
        public void Dispose() { }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) errors.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }
}
