using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Grains.Kernel;

namespace Gateway.Notify;

/// <summary>Tells a program of the region's own: an alarm board, an SMS gateway. The body is signed, so that it can tell us from anybody else.</summary>
public sealed class Webhook(NotifyFile file, TimeProvider time) : IDisposable
{
    public const string IdHeader = "Plek-Id";
    public const string TimestampHeader = "Plek-Timestamp";
    public const string SignatureHeader = "Plek-Signature";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Sender.TryMax };

    public async Task<Sent> SendAsync(NotifyTarget target, Notice notice, CancellationToken cancel)
    {
        var body = Payload.Of(notice, file.Link);
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Webhook)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
            Headers = { { IdHeader, notice.Id }, { TimestampHeader, at }, { SignatureHeader, Sign(file.Secrets[target.Name], at, body) } },
        };
        using var response = await _http.SendAsync(request, cancel);
        return response.IsSuccessStatusCode ? new Sent.Received() : new Sent.Failed($"HTTP {(int)response.StatusCode}");
    }

    /// <summary><c>v1=</c> and the HMAC-SHA256 over timestamp, a dot, and the body, in hexadecimal.</summary>
    public static string Sign(byte[] secret, string timestamp, byte[] body) =>
        $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes(timestamp + "."), .. body]))}";

    public void Dispose() => _http.Dispose();
}
