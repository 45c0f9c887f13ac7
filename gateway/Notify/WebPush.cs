using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Grains.Kernel;

namespace Gateway.Notify;

/// <summary>Tells a browser, through the push service that it named (RFC 8030): encrypted for the browser (RFC 8291), signed by us (RFC 8292).</summary>
public sealed class WebPush(NotifyFile file, IVault vault, IOutbox outbox, Vapid vapid, TimeProvider time) : IDisposable
{
    /// <summary>In seconds. A push service keeps it so long for a browser that is away; a day later the board tells better.</summary>
    private const string TimeToLive = "86400";

    // No proxy and no redirect: the address that was checked is the address that is called.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = (context, cancel) => PublicAddress.ConnectAsync(context.DnsEndPoint, file.LoopbackForTests, cancel),
    })
    {
        Timeout = Sender.TryMax,
    };

    public async Task<Sent> SendAsync(TextRef subscription, Notice notice, CancellationToken cancel)
    {
        if (await vault.FindTextAsync(subscription, cancel) is not { } kept) return new Sent.Gone(); // Erased.
        var to = JsonSerializer.Deserialize<PushEndpoint>(kept)!;
        if (!PublicAddress.MayBe(to.Endpoint, file.LoopbackForTests)) return new Sent.Failed("address not allowed");
        using var request = new HttpRequestMessage(HttpMethod.Post, to.Endpoint)
        {
            Content = new ByteArrayContent(PushCipher.Encrypt(Payload.Of(notice, file.Link), Base64Url.DecodeFromChars(to.P256dh), Base64Url.DecodeFromChars(to.Auth))),
            Headers = { { "TTL", TimeToLive }, { "Urgency", "high" }, { "Authorization", vapid.Authorize(to.Endpoint, file.Push!.Subject, time.GetUtcNow()) } },
        };
        request.Content.Headers.Add("Content-Encoding", "aes128gcm");
        using var response = await _http.SendAsync(request, cancel);
        if (response.IsSuccessStatusCode) return new Sent.Received();
        if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Gone)) return new Sent.Failed($"HTTP {(int)response.StatusCode}");
        await EraseAsync(subscription, cancel);
        return new Sent.Gone();
    }

    public async Task EraseAsync(TextRef subscription, CancellationToken cancel)
    {
        await outbox.UnsubscribeAsync(subscription, cancel);
        await vault.EraseTextAsync(subscription, cancel);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A browser's subscription as it stands in the vault. It leads to a person's device.</summary>
/// <param name="P256dh">The browser's public key, base64url of 65 bytes.</param>
/// <param name="Auth">Its secret, base64url of 16 bytes.</param>
public sealed record PushEndpoint(Uri Endpoint, string P256dh, string Auth)
{
    public override string ToString() => "a push endpoint"; // A log line must not tell where.
}
