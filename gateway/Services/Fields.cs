using Gateway.Access;
using Gateway.Rpc;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grains.Kernel;
using Enum = System.Enum;

namespace Gateway.Services;

/// <summary>What services ask of the fields that many requests share. Each failure names field and limit; none repeats a text.</summary>
internal static class Fields
{
    private const int TextCharsMax = 1_000;
    private const int CommandIdCharsMax = 64; // As CommandKey.Id.
    private const int PhoneDigitsMin = 3;  // 112.
    private const int PhoneDigitsMax = 20; // 15 is the longest number of the world (E.164), and some write 00 or an extension.
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>It stands in the log for ever, unencrypted: its form leaves no room for an address, and a BSN must not pass for one.</summary>
    public static string CommandId(string value)
    {
        if (value.Length is < 1 or > CommandIdCharsMax || !value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-'))
            throw RpcException.Invalid("command_id", $"must be 1 to {CommandIdCharsMax} characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'");
        return HoldsBsn(value) ? throw RpcException.Invalid("command_id", "looks like it holds a citizen service number (BSN); choose another id") : value;
    }

    /// <summary>An occupancy's id: those of a request hold dots too.</summary>
    public static string OccupancyId(string value, string field) =>
        value.Length is >= 1 and <= CommandIdCharsMax && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? value
            : throw RpcException.Invalid(field, $"must be 1 to {CommandIdCharsMax} characters of a-z, 0-9, '-' and '.'");

    /// <summary>An id that the caller makes up, or that nothing here knows: it stands in the log for ever, so a BSN must not pass for one.</summary>
    /// <remarks>Nine digits only: those of a UUID and of a date never stand nine together.</remarks>
    public static string ChosenId(string value, string field)
    {
        Check.Id(value, field);
        return HoldsBsn(value) ? throw RpcException.Invalid(field, "looks like it holds a citizen service number (BSN); choose another id") : value;
    }

    /// <summary>A child's token: no number or address that somebody else knows the child by.</summary>
    public static string ChildToken(string value, int min, string field)
    {
        Check.Text(value, min, VaultLimits.TokenCharsMax, field);
        var plain = TextCheck.Plain(value);
        return HoldsBsn(plain) || plain.Contains('@', StringComparison.Ordinal)
            ? throw RpcException.Invalid(field, "looks like it holds a citizen service number (BSN) or an e-mail address; only a token may stand for a child")
            : value;
    }

    private static bool HoldsBsn(string value)
    {
        string[] parts = value.Split('-', '_', '.', ':', ' ');
        return parts.Append(string.Concat(parts)).Any(part => part.Length == 9 && TextCheck.PassesElevenCheck(part));
    }

    public static string Municipality(string value, string field) =>
        value.Length == 6 && value.StartsWith("GM", StringComparison.Ordinal) && value.AsSpan(2).ContainsAnyExceptInRange('0', '9') is false
            ? value
            : throw RpcException.Invalid(field, "must be a CBS code such as GM0505");

    /// <summary>A free text, or null for an empty one. One that seems to hold a BSN, phone number or e-mail address is refused.</summary>
    public static string? Text(string value, string field, int max = TextCharsMax)
    {
        if (value.Length == 0) return null;
        Check.Text(value, 1, max, field);
        return TextCheck.Find(value) is var finding and not TextFinding.None
            ? throw RpcException.Invalid(field, $"looks like it holds {TextCheck.Words(finding)}; leave it out")
            : value;
    }

    public static string RequiredText(string value, string field, int max = TextCharsMax) =>
        Text(value, field, max) ?? throw RpcException.Invalid(field, $"is missing; at most {max} characters");

    public static Person? Person(Plek.V1.Person? value, string field)
    {
        if (value is null) return null;
        RequiredText(value.Name, $"{field}.name", VaultLimits.PersonNameCharsMax);
        return new(value.Name, value.Phone.Length == 0 ? null : Phone(value.Phone, $"{field}.phone"));
    }

    /// <summary>What people write for a phone number: nothing else may stand beside a name.</summary>
    private static string Phone(string value, string field) =>
        value.Length <= VaultLimits.PersonPhoneCharsMax && value.Count(char.IsAsciiDigit) is >= PhoneDigitsMin and <= PhoneDigitsMax
            && value.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')')
            ? value
            : throw RpcException.Invalid(
                field, $"must have {PhoneDigitsMin} to {PhoneDigitsMax} digits, and beside them only '+', '-', '(', ')' and spaces; at most {VaultLimits.PersonPhoneCharsMax} characters");

    public static Person RequiredPerson(Plek.V1.Person? value, string field) => Person(value, field) ?? throw RpcException.Invalid(field, "is missing");

    /// <summary>An instant in whole microseconds, or null for an absent one.</summary>
    public static DateTimeOffset? Instant(Timestamp? value, string field)
    {
        if (value is null) return null;
        var at = Micros.Floor(Check.Instant(value, field));
        return at >= Earliest ? at : throw RpcException.Invalid(field, "must not lie before 2000-01-01");
    }

    /// <summary>An instant that lies in the past as seen from <paramref name="now"/>.</summary>
    public static DateTimeOffset? Past(Timestamp? value, DateTimeOffset now, string field) =>
        Instant(value, field) is not { } at ? null : at <= now ? at : throw RpcException.Invalid(field, "must not lie in the future");

    /// <summary>An instant after another, at most so much later.</summary>
    public static DateTimeOffset? After(Timestamp? value, DateTimeOffset start, TimeSpan max, string field) =>
        Instant(value, field) is not { } at ? null
        : at > start && at <= start + max ? at
        : throw RpcException.Invalid(field, $"must lie after {start:u}, by at most {max.TotalDays:0} days");

    public static int Number(bool given, int value, int min, int max, string field) =>
        given ? Check.Range(value, min, max, field) : throw RpcException.Invalid(field, $"is missing; {min} to {max}");

    /// <summary>The domain's word for an enum field that must be set.</summary>
    public static TOwn Word<TWire, TOwn>(TWire value, string field) where TWire : struct, Enum where TOwn : struct, Enum =>
        Words<TWire, TOwn>.ToOwn(Check.OneOf(value, field))!.Value;

    /// <summary>The domain's word for an enum field, or null for unspecified.</summary>
    public static TOwn? OptionalWord<TWire, TOwn>(TWire value, string field) where TWire : struct, Enum where TOwn : struct, Enum =>
        value.Equals(default(TWire)) ? null : Word<TWire, TOwn>(value, field);

    public static void Count<T>(RepeatedField<T> values, int min, int max, string field)
    {
        if (values.Count < min || values.Count > max) throw RpcException.Invalid(field, $"must have {min} to {max} entries, has {values.Count}");
    }

    public static void Distinct(IEnumerable<string> values, string field)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!values.All(seen.Add)) throw RpcException.Invalid(field, "must not name the same twice");
    }

    public static Timestamp? ToWire(this DateTimeOffset? at) => at is { } given ? Timestamp.FromDateTimeOffset(given) : null;

    public static Timestamp ToWire(this DateTimeOffset at) => Timestamp.FromDateTimeOffset(at);
}
