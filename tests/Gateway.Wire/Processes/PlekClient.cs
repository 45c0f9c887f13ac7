using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Rpc;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>Somebody with a token, over Connect and JSON.</summary>
internal sealed record PlekClient(Uri Address, string Token)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>The answer or the refusal.</summary>
    /// <param name="method">Such as <c>ProviderService/ReportBeds</c>.</param>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public async Task<Told> AskAsync(string method, string json)
    {
        using var response = await Http.SendAsync(Post(method, new StringContent(json, Encoding.UTF8, "application/json")));
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>The answer; a refusal fails the test.</summary>
    public async Task<JsonNode> CallAsync(string method, string json)
    {
        var told = await AskAsync(method, json);
        Assert.True(told.Accepted, $"{method} {json} was refused: {told.Answer.ToJsonString()}");
        return told.Answer;
    }

    /// <summary>A stream whose headers have come.</summary>
    public Task<HttpResponseMessage> WatchAsync(HttpClient http)
    {
        var body = new ByteArrayContent(Wire.Envelope("{}"u8.ToArray()));
        body.Headers.ContentType = new("application/connect+json");
        return http.SendAsync(Post("CapacityService/WatchCapacity", body), HttpCompletionOption.ResponseHeadersRead);
    }

    public HttpRequestMessage Post(string method, HttpContent body) => new(HttpMethod.Post, new Uri(Address, $"/plek.v1.{method}"))
    {
        Content = body,
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };
}

internal sealed record Told(int Status, JsonNode Answer)
{
    public bool Accepted => Status == 200;

    public string Position => Answer["position"]!.GetValue<string>();

    public string? Code => Answer["code"]?.GetValue<string>();

    /// <summary>Of a refusal.</summary>
    public string Reason
    {
        get
        {
            var value = Answer["details"]!.AsArray().Single(detail => detail!["type"]!.GetValue<string>() == "google.rpc.ErrorInfo")!["value"]!.GetValue<string>();
            return ErrorInfo.Parser.ParseFrom(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '='))).Reason;
        }
    }
}
