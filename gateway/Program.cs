using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway;
using Gateway.Access;
using Gateway.Exchange;
using Gateway.Notify;
using Gateway.Replay;
using Gateway.Rpc;
using Gateway.Services;
using Gateway.Views;
using Grains;
using Grains.Kernel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Silo.Host;
using Silo.Storage;
using Silo.Storage.Outbox;
using Silo.Storage.Sqlite;
using Silo.Storage.Vault;

try
{
    return args switch
    {
        ["token", .. var rest] => TokenCommand.Run(rest),
        ["replay", .. var rest] => await ReplayCommand.RunAsync(rest),
        _ => await Serving.RunAsync(PlekOptions.Parse(args, Environment.GetEnvironmentVariable)),
    };
}
catch (Exception e) when (e is WrongOptionException or StorageFileException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

/// <summary>Everything of one process, put together: stores, host, views, protocols, services. The only place that names both gateway and silo.</summary>
internal static class Serving
{
    /// <summary>For what is under way when the process is asked to end; a caller who is slower than that is let go.</summary>
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(5);

    /// <summary>Before a slow body or a slow reader is held to the least rate: a phone that changes masts.</summary>
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    /// <summary>Neither a good end nor a start that somebody must mend first (1): whoever supervises the process starts it again.</summary>
    private const int StartAgain = 2;

    public static async Task<int> RunAsync(PlekOptions options)
    {
        var access = new AccessOptions { Issuer = options.Issuer, Audience = options.Audience, KeyFile = Path.Combine(options.Data, "trial.key") };
        if (access.Refuse(options.Addresses) is { } unsafeListener) throw new WrongOptionException(unsafeListener);
        var notify = options.Notify is { } notifyFile ? NotifyFile.Read(notifyFile) : NotifyFile.None;
        PlekOptions.MakeData(options.Data);
        if (Simulation.Check(options.Data, options.SimulatedClock is not null) is { } wrongData) throw new WrongOptionException(wrongData);

        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ssZ ", true))
            .SetMinimumLevel(LogLevel.Warning).AddFilter("Plek", LogLevel.Information)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // A failed start is told below, in one line.
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(stop => stop.ShutdownTimeout = DrainMax);
        await using var app = builder.Build();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Plek");

        var clock = options.SimulatedClock is { } at ? new SimulatedClock(at) : TimeProvider.System;
        await using var store = SqliteStore.Open(Path.Combine(options.Data, "log.db"));
        var (keys, master) = (Path.Combine(options.Data, "keys.db"), Path.Combine(options.Data, "master.key"));
        if (await store.LastPositionAsync(default) > 0 && !File.Exists(keys))
            throw new WrongOptionException($"{keys} is missing and the log is not empty; put it back. A new one would open nothing and know no child again.");
        await using var vault = SqliteVault.Open(keys, master, RandomNumberGenerator.GetBytes);
        await using var outbox = SqliteOutbox.Open(Path.Combine(options.Data, "outbox.db"));
        var hostOptions = new Silo.Host.HostOptions();
        await using var host = new GrainHost(store, GrainTypes.All, clock, Guid.NewGuid, hostOptions);
        await host.StartAsync(default);
        await SampleAsync(options, store, host, vault, clock, log);

        var (capacity, alarms) = (new CapacityIndex(clock), new AlarmBoard(clock));
        var (requests, answers) = (new RequestBoard(clock, alarms), new AnswerBook());
        var follower = new FeedFollower(store, GrainTypes.All, [capacity, alarms, requests, answers], clock);
        var due = new DueWorker(host, store, GrainTypes.All, clock, hostOptions);
        using var notifications = new Notifications(notify, Path.Combine(options.Data, "push.key"), outbox, host, vault, TimeProvider.System);
        var effects = new EffectsWorker("alarms", store, Effects.Types, clock, Effects.Of, async (sent, cancel) =>
        {
            if (sent.Effect is not Effect.Alarm alarm) return;
            log.LogWarning("alarm {Id}: {Kind} at {Subject} for {Owner}, raised {RaisedAt:O}", sent.Id, alarm.Kind, alarm.Subject, alarm.Owner, sent.RaisedAt);
            await notifications.Notifier.TellAsync(sent.Id, alarm, sent.RaisedAt, cancel);
        });

        var stopping = app.Lifetime.ApplicationStopping;
        var broken = Task.WhenAny(store.Broken, vault.Broken, host.Broken).Unwrap();
        bool Ready() => follower.Ready && !stopping.IsCancellationRequested && !broken.IsCompleted;
        var trial = options.Issuer is null ? new TrialTokens(access.KeyFile) : null;
        var signIn = new SignIn(access, vault, TimeProvider.System, trial);
        var routes = new Routes();
        AllServices.AddTo(routes, host, vault, store, capacity, requests, alarms, answers, follower, notifications.Desk);
        Health.AddTo(routes, Ready);
        Reflection.AddTo(routes);
        var rpc = new RpcServer(
            routes,
            new() { Authenticate = signIn.AuthenticateAsync, Authorize = Rules.Authorize, Clock = clock, Stopping = stopping, RatePerSecond = options.Rate, RateBurst = 2 * options.Rate },
            app.Services.GetRequiredService<ILogger<RpcServer>>());
        app.Use(next => http => rpc.HandleAsync(http, next));
        app.UseRouting();
        app.MapGet("/healthz/live", () => Results.Text("live\n"));
        app.MapGet("/healthz/ready", () => Ready() ? Results.Text("ready\n") : Results.Text("not ready\n", statusCode: 503));
        if (clock is SimulatedClock simulated) app.MapSimulationClock(simulated, http => signIn.HasRoleAsync(http, Plek.V1.Role.RegionAdmin));

        await follower.CatchUpAsync(stopping);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // Reading the log left as much behind as the views keep.

        void Failed(Exception e) => log.LogError(e, "a worker failed and goes on");
        Task[] workers = [follower.RunAsync(Failed, stopping), due.RunAsync(Failed, stopping), effects.RunAsync(Failed, stopping), notifications.Sender.RunAsync(Failed, stopping), new ForgetWorker(store, clock).RunAsync(Failed, stopping)];
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new WrongOptionException(e.Message); // The port is taken, or not for this user; Kestrel names it.
        }
        log.LogInformation("Plek listens on {Addresses}, data in {Data}", string.Join(" and ", app.Urls), Path.GetFullPath(options.Data));
        var asked = app.WaitForShutdownAsync();
        if (await Task.WhenAny(asked, broken) == broken)
        {
            log.LogCritical("nothing can be written any more, so this process ends; start it again. {Why}", await broken);
            await app.StopAsync();
        }
        await asked;
        await Task.WhenAll(workers);
        return broken.IsCompleted ? StartAgain : 0;
    }

    private static void Listen(KestrelServerOptions kestrel, PlekOptions options)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits, options);
        if (options.Certificate is { } certificate)
        {
            var loaded = Load(certificate, options.CertificateKey ?? certificate);
            On(options.Port, HttpProtocols.Http1AndHttp2, listen => listen.UseHttps(loaded));
            return;
        }
        On(options.Port, HttpProtocols.Http1, _ => { });
        On(options.GrpcPort, HttpProtocols.Http2, _ => { });

        void On(int port, HttpProtocols protocols, Action<ListenOptions> more)
        {
            void Configure(ListenOptions listen)
            {
                listen.Protocols = protocols;
                more(listen);
            }
            if (options.Listen == "localhost" && port != 0) kestrel.ListenLocalhost(port, Configure);
            else kestrel.Listen(options.Listen == "localhost" ? System.Net.IPAddress.Loopback : System.Net.IPAddress.Parse(options.Listen), port, Configure);
        }
    }

    private static void Limit(KestrelServerLimits limits, PlekOptions options)
    {
        limits.MaxConcurrentConnections = options.Connections;
        limits.MaxConcurrentUpgradedConnections = 0; // Nothing here is a WebSocket.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeaderSeconds);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.IdleSeconds);
        limits.MinRequestBodyDataRate = new(options.LeastRate, RateGrace);
        limits.MinResponseDataRate = new(options.LeastRate, RateGrace);
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new WrongOptionException($"--certificate {certificate} cannot be used: {e.Message}");
        }
    }

    /// <summary>An empty log gets the region of the options, as if it had been written now when it is a sample.</summary>
    private static async Task SampleAsync(PlekOptions options, SqliteStore store, GrainHost host, SqliteVault vault, TimeProvider clock, ILogger log)
    {
        if (options.Region == "none" || await store.LastPositionAsync(default) > 0) return;
        if (!Directory.Exists(options.Region)) throw new WrongOptionException($"--region is {options.Region}; there is no such folder. 'none' starts empty.");
        var (region, errors) = RegionFile.Read(RegionFile.FilesIn(options.Region));
        if (region is null) throw new WrongOptionException($"{options.Region} cannot be imported:\n{string.Join('\n', errors)}");
        var now = clock.GetUtcNow();
        var command = new Command(new(Origin.Self, "first-import"), vault.KeyedHash("command", "first-import"u8));
        var answer = await new RegionImport(host, vault).ImportAsync(
            region.Sample ? region.MovedTo(now) : region, command, new(Origin.Self, Origin.Self, Grains.Kernel.Channel.Import, now), default);
        if (answer is Answer.Refused refused) throw new WrongOptionException($"{options.Region} was refused: {refused.Refusal.Reason} by {refused.By}.");
        log.LogInformation("imported {Region}: {Facilities} facilities, {Units} units", region.Profile.Name, region.Facilities.Length, region.Units.Length);
    }
}
