using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gateway.Notify;
using Grains.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Silo.Storage.Outbox;

namespace Gateway.Wire;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class Hand(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A server on this machine that answers as it is told and keeps what it got.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<(IHeaderDictionary Headers, byte[] Body)> Got { get; } = [];

    /// <summary>What to answer to the next requests; afterwards 201.</summary>
    public ConcurrentQueue<int> Answers { get; } = [];

    /// <summary>Set to hold every answer back.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Got.Enqueue((new HeaderDictionary(http.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), body.ToArray()));
        await Hold.WaitAsync(http.RequestAborted);
        http.Response.StatusCode = Answers.TryDequeue(out var answer) ? answer : 201;
    }
}

/// <summary>An outbox in memory and what sends from it, under a clock that stands.</summary>
internal sealed class NotifyBed : IDisposable
{
    public const string Secret = "een geheim van tweeendertig tekens";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plek-notify-");

    /// <param name="json">The notification file; SECRET stands for the path of one.</param>
    public NotifyBed(string json, PlekHost host)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "secret"), Secret);
        File.WriteAllText(Path.Combine(_folder.FullName, "notify.json"), json.Replace("SECRET", Path.Combine(_folder.FullName, "secret"), StringComparison.Ordinal));
        Told = new(NotifyFile.Read(Path.Combine(_folder.FullName, "notify.json")), Path.Combine(_folder.FullName, "push.key"), Outbox, host.Asked, host.Vault, Clock);
    }

    public static readonly Notice Notice = new("placement-r1-7-0", "DeadlineMissed", StreamId.Placement("r1"), "CrisisDesk", new(2026, 11, 21, 11, 59, 0, TimeSpan.Zero));

    public Hand Clock { get; } = new(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    public MemoryOutbox Outbox { get; } = new();
    public Notifications Told { get; }

    public ValueTask TellAsync(string id = "placement-r1-7-0") =>
        Told.Notifier.TellAsync(id, new Effect.Alarm(Notice.Kind, Notice.Subject, Notice.Owner), Notice.RaisedAt, default);

    public Task<int> SendAsync() => Told.Sender.RunOnceAsync(default);

    public static bool IsSigned((IHeaderDictionary Headers, byte[] Body) got) =>
        got.Headers[Webhook.SignatureHeader] == Webhook.Sign(Encoding.UTF8.GetBytes(Secret), got.Headers[Webhook.TimestampHeader]!, got.Body);

    public void Dispose()
    {
        Told.Dispose();
        _folder.Delete(recursive: true);
    }
}
