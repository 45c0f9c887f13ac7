using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;

namespace Gateway.Replay;

/// <summary>A client as anybody could write one: plain HTTP POST of Connect's binary form, one address, nothing of the server's inside.</summary>
/// <remarks>Safe to call at the same time.</remarks>
internal sealed class ServiceClient(Uri address, int connectionsMax) : IDisposable
{
    private const int AttemptsMax = 10;
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connectionsMax })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2), // An import of thousands of facilities on a busy machine.
    };

    /// <summary>Asks until there is an answer: what the service says is worth a retry is sent again, the same bytes with the same command id.</summary>
    /// <param name="method">Such as <c>plek.v1.ProviderService/ReportBeds</c>.</param>
    /// <exception cref="HttpRequestException">The service cannot be reached, or could not for a while. The last request may have been carried out.</exception>
    public async Task<Answer<T>> AskAsync<T>(string method, IMessage request, string? token, CancellationToken cancel) where T : IMessage<T>, new()
    {
        var bytes = request.ToByteArray();
        for (var attempt = 1; ; attempt++)
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, method) { Content = new ByteArrayContent(bytes) };
            post.Content.Headers.ContentType = new("application/proto");
            if (token is not null) post.Headers.Authorization = new("Bearer", token);
            using var response = await _http.SendAsync(post, cancel);
            if (response.IsSuccessStatusCode)
            {
                var message = new T();
                message.MergeFrom(await response.Content.ReadAsByteArrayAsync(cancel));
                return new(message, null);
            }
            var failure = await FailureAsync(response, cancel);
            if (!failure.IsWorthARetry || attempt == AttemptsMax) return new(default, failure);
            await Task.Delay(failure.RetryAfter ?? RetryMin * Math.Pow(2, attempt - 1), cancel);
        }
    }

    /// <summary>Moves the simulated clock of the service.</summary>
    public async Task MoveClockAsync(DateTimeOffset now, string token, CancellationToken cancel)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, Simulation.ClockPath) { Content = JsonContent.Create(new { now }) };
        post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await post.Content.LoadIntoBufferAsync(cancel);
        using var response = await _http.SendAsync(post, cancel);
        if (!response.IsSuccessStatusCode)
            throw new ReplayException($"The clock could not be moved to {now:O}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancel)}");
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Failure> FailureAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var body = await response.Content.ReadAsStringAsync(cancel);
        try
        {
            using var error = JsonDocument.Parse(body);
            var details = error.RootElement.TryGetProperty("details", out var list) ? list.EnumerateArray().ToList() : [];
            var info = Detail(details, ErrorInfo.Parser);
            return new(
                error.RootElement.GetProperty("code").GetString()!, info?.Reason ?? "",
                error.RootElement.TryGetProperty("message", out var message) ? message.GetString()! : "",
                Detail(details, RetryInfo.Parser)?.RetryDelay?.ToTimeSpan());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidProtocolBufferException)
        {
            return new("unknown", $"HTTP_{(int)response.StatusCode}", body, null);
        }
    }

    private static T? Detail<T>(IEnumerable<JsonElement> details, MessageParser<T> parser) where T : class, IMessage<T>, new()
    {
        var name = new T().Descriptor.FullName;
        var value = details.Where(detail => detail.GetProperty("type").GetString() == name).Select(detail => detail.GetProperty("value").GetString()).FirstOrDefault();
        return value is null ? null : parser.ParseFrom(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '='))); // Connect leaves the padding out.
    }
}

/// <summary>Either a message, or why there is none.</summary>
internal sealed record Answer<T>(T? Message, Failure? Failure)
{
    /// <exception cref="ReplayException">There is none.</exception>
    public T OrThrow(string what) => Failure is null ? Message! : throw new ReplayException($"{what}: {Failure}");
}

/// <param name="Code">As Connect writes it: <c>failed_precondition</c>.</param>
/// <param name="Reason">The stable word, such as <c>IMPOSSIBLE</c>.</param>
internal sealed record Failure(string Code, string Reason, string Message, TimeSpan? RetryAfter)
{
    public bool IsWorthARetry => Code == "unavailable" || Reason == "RATE_LIMITED";

    public override string ToString() => $"{Code} {Reason}: {Message}";
}

/// <summary>The replay cannot go on; the message says why in a line.</summary>
internal sealed class ReplayException(string message) : Exception(message);
