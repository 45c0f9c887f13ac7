using System.Globalization;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>What Connect's unary and streaming forms share: deadline, version, and errors as JSON.</summary>
internal static class Connect
{
    private static readonly JsonFormatter DetailText = new(JsonFormatter.Settings.Default);

    public static void Begin(Call call)
    {
        if (call.Header("connect-protocol-version") is not (null or "1"))
        {
            throw RpcException.Invalid("connect-protocol-version", "must be 1");
        }
        if (call.Header("connect-timeout-ms") is { } text) call.SetTimeout(Timeout(text));
    }

    /// <summary>Refuses an encoding that is neither plain nor gzip; says whether it is gzip.</summary>
    public static bool IsGzip(Call call, string header) => call.Header(header) switch
    {
        null or "" or "identity" => false,
        "gzip" => true,
        _ => throw new RpcException(Code.Unimplemented, "UNSUPPORTED_ENCODING", "Messages may be plain (identity) or gzip."),
    };

    public static bool AcceptsGzip(Call call, string header) => call.Header(header)?.Contains("gzip", StringComparison.Ordinal) == true;

    /// <summary>The error object: code, message, and each detail as base64 of its message, with its JSON beside it for people.</summary>
    public static void WriteError(Utf8JsonWriter json, RpcException failure)
    {
        json.WriteStartObject();
        json.WriteString("code", Codes.Name(failure.Code));
        json.WriteString("message", failure.Message);
        json.WriteStartArray("details");
        foreach (var detail in ErrorDetails.Messages(failure))
        {
            json.WriteStartObject();
            json.WriteString("type", detail.Descriptor.FullName);
            json.WriteString("value", Convert.ToBase64String(detail.ToByteArray()).TrimEnd('='));
            json.WritePropertyName("debug");
            json.WriteRawValue(DetailText.Format(detail));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>At most 10 digits, in milliseconds.</summary>
    private static TimeSpan Timeout(string text) =>
        text.Length is >= 1 and <= 10 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            ? TimeSpan.FromMilliseconds(ms)
            : throw RpcException.Invalid("connect-timeout-ms", "must be 1 to 10 digits");
}
