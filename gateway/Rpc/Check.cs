using Google.Protobuf.WellKnownTypes;

namespace Gateway.Rpc;

/// <summary>What a handler asks of a request's fields. Each failure names the field and the limit.</summary>
public static class Check
{
    private const int IdLengthMax = 64; // As StreamId.Key and CommandKey.Id.

    public static string Id(string value, string field) =>
        value.Length is >= 1 and <= IdLengthMax && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? value
            : throw RpcException.Invalid(field, $"must be 1 to {IdLengthMax} characters of a-z, 0-9 and '-'");

    public static int Range(int value, int min, int max, string field) =>
        value >= min && value <= max ? value : throw RpcException.Invalid(field, $"must be {min} to {max}, was {value}");

    public static double Range(double value, double min, double max, string field) =>
        value >= min && value <= max ? value : throw RpcException.Invalid(field, $"must be {min} to {max}");

    public static TimeSpan Range(Duration? value, TimeSpan min, TimeSpan max, string field) =>
        value is not null && value.Seconds <= TimeSpan.MaxValue.TotalSeconds / 2 && value.ToTimeSpan() is var given && given >= min && given <= max
            ? given
            : throw RpcException.Invalid(field, $"must be {min} to {max}");

    public static string Text(string value, int lengthMin, int lengthMax, string field) =>
        value.Length < lengthMin || value.Length > lengthMax ? throw RpcException.Invalid(field, $"must have {lengthMin} to {lengthMax} characters, has {value.Length}")
        : value.Any(IsUnseen) ? throw RpcException.Invalid(field, "holds a control character or one that turns the direction of writing")
        : value;

    // A line may break in a text; what nobody sees may not hide in it.
    private static bool IsUnseen(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>A message field that must be there.</summary>
    public static T Given<T>(T? value, string field) where T : class => value ?? throw RpcException.Invalid(field, "is missing");

    /// <summary>An enum field that must be one of its names, and not the unspecified 0.</summary>
    public static T OneOf<T>(T value, string field) where T : struct, System.Enum =>
        System.Enum.IsDefined(value) && !value.Equals(default(T))
            ? value
            : throw RpcException.Invalid(field, $"must be one of {string.Join(", ", System.Enum.GetNames<T>().Skip(1))}");

    /// <summary>An instant within the years that any clock of ours can show.</summary>
    public static DateTimeOffset Instant(Timestamp? value, string field) =>
        Given(value, field) is { Seconds: >= 0 and < 7_258_118_400, Nanos: >= 0 and < 1_000_000_000 } given // 1970 to 2200.
            ? given.ToDateTimeOffset()
            : throw RpcException.Invalid(field, "must be an instant from 1970 to 2199");
}
