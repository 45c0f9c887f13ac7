using System.Collections.Immutable;

namespace Gateway.Rpc;

/// <summary>A failure that the caller is told about, in full: nothing in it may be secret.</summary>
/// <param name="reason">UPPER_SNAKE_CASE, stable for ever: programs branch on it.</param>
/// <param name="message">One English sentence for developers and logs.</param>
public sealed class RpcException(Code code, string reason, string message) : Exception(message)
{
    public Code Code { get; } = code;
    public string Reason { get; } = reason;

    /// <summary>Facts beside the reason, by lower_snake_case name, such as the actual version.</summary>
    public ImmutableDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The fields to correct, named by their path from the request.</summary>
    public ImmutableArray<(string Field, string Rule)> Violations { get; init; } = [];

    /// <summary>The shortest time after which the same call may succeed; null when repeating it is of no use.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RpcException Invalid(string field, string rule) =>
        new(Code.InvalidArgument, "INVALID_FIELD", $"{field} {rule}.") { Violations = [(field, rule)] };

    public static RpcException Malformed(string message) => new(Code.InvalidArgument, "MALFORMED_MESSAGE", message);

    public static RpcException TooLarge(int bytesMax) =>
        new(Code.ResourceExhausted, "MESSAGE_TOO_LARGE", $"The message is larger than {bytesMax} bytes.")
        {
            Metadata = ImmutableDictionary<string, string>.Empty.Add("bytes_max", bytesMax.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
}
