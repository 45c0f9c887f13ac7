using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Gateway.Access;
using Gateway.Exchange;
using Gateway.Notify;
using Gateway.Rpc;
using Gateway.Services;
using Gateway.Views;
using Grains;
using Grains.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plek.V1;
using Silo.Host;
using Silo.Storage;
using Silo.Storage.Outbox;
using Silo.Storage.Vault;
using Xunit;

namespace Gateway.Wire;

/// <summary>All of plek.v1 on a real Kestrel, over a store and a vault in memory, with the sample region as if it were written now.</summary>
public sealed class PlekHost : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plek-wire-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _workers = [];
    private readonly ConcurrentQueue<Exception> _troubles = [];
    private GrainHost _grains = null!;
    private WebApplication _app = null!;

    public MemoryStore Store { get; } = new();
    public MemoryVault Vault { get; } = new(new MasterKey(RandomNumberGenerator.GetBytes(32)), RandomNumberGenerator.GetBytes);
    public IGrains Asked => _grains;
    public MemoryOutbox Outbox { get; } = new();
    public NotifyFile Notify { get; init; } = NotifyFile.None;
    public Notifications Notifications { get; private set; } = null!;
    public TrialTokens Tokens { get; private set; } = null!;
    public Uri Http1 { get; private set; } = null!;
    public Uri Http2 { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Tokens = new(Path.Combine(_folder, "trial.key"));
        _grains = new(Store, GrainTypes.All, TimeProvider.System, Guid.NewGuid, new HostOptions());
        await _grains.StartAsync(default);
        var (capacity, alarms) = (new CapacityIndex(TimeProvider.System), new AlarmBoard(TimeProvider.System));
        var (board, answers) = (new RequestBoard(TimeProvider.System, alarms), new AnswerBook());
        var feed = new FeedFollower(Store, GrainTypes.All, [capacity, alarms, board, answers], TimeProvider.System);
        _workers.Add(feed.RunAsync(_troubles.Enqueue, _stop.Token));
        _workers.Add(new DueWorker(_grains, Store, GrainTypes.All, TimeProvider.System, new HostOptions()).RunAsync(_troubles.Enqueue, _stop.Token));

        Notifications = new(Notify, Path.Combine(_folder, "push.key"), Outbox, _grains, Vault, TimeProvider.System);
        _workers.Add(new EffectsWorker("alarms", Store, Effects.Types, TimeProvider.System, Effects.Of, (sent, cancel) =>
            Notifications.Notifier.TellAsync(sent.Id, (Effect.Alarm)sent.Effect, sent.RaisedAt, cancel)).RunAsync(_troubles.Enqueue, _stop.Token));
        var routes = new Routes();
        AllServices.AddTo(routes, _grains, Vault, Store, capacity, board, alarms, answers, feed, Notifications.Desk);
        Health.AddTo(routes, () => feed.Ready);
        var access = new AccessOptions { KeyFile = Path.Combine(_folder, "trial.key") };
        await ServeAsync(routes, new SignIn(access, Vault, TimeProvider.System, Tokens));
        await ImportAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _grains.DisposeAsync();
        await Vault.DisposeAsync();
        Notifications.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.DoesNotContain(_troubles, trouble => trouble.GetType() != Expected); // What is answered with "internal", or went wrong behind the calls, fails the test.
    }

    /// <summary>A trouble that the test itself makes.</summary>
    public Type? Expected { get; set; }

    /// <summary>A caller of one role, by the name of the role unless it is given another.</summary>
    public PlekCaller As(Role role, string? provider = null, string? name = null, params string[] facilities) => As([role], provider, name, facilities);

    public PlekCaller As(Role[] roles, string? provider = null, string? name = null, params string[] facilities) => new(
        this, Tokens.Issue(new(name ?? (roles.Length > 0 ? $"{roles[0]}" : "nobody"), null), roles, provider, facilities, DateTimeOffset.UtcNow, TimeSpan.FromHours(1)));

    private async Task ServeAsync(Routes routes, SignIn signIn)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        var rpc = new RpcServer(routes, new()
        {
            Authenticate = signIn.AuthenticateAsync,
            Authorize = Rules.Authorize,
            Stopping = _app.Lifetime.ApplicationStopping,
            RatePerSecond = 100_000,
            RateBurst = 100_000,
        }, new Trouble(_troubles));
        _app.Use(others => http => rpc.HandleAsync(http, others));
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        (Http1, Http2) = (new(addresses[0]), new(addresses[1]));
    }

    private async Task ImportAsync()
    {
        var now = Micros.Floor(DateTimeOffset.UtcNow);
        var answer = await new RegionImport(_grains, Vault).ImportAsync(
            RegionFileDraft.Sample().MovedTo(now), new(new("test", "import"), new byte[32]), new("test", "RegionAdmin", Grains.Kernel.Channel.Import, now), default);
        Assert.IsType<Answer.Accepted>(answer);
    }

    private sealed class Trouble(ConcurrentQueue<Exception> troubles) : ILogger<RpcServer>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) troubles.Enqueue(exception ?? new InvalidOperationException(formatter(state, exception)));
        }
    }
}
