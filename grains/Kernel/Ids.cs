using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grains.Kernel;

/// <summary>The kinds of grain. The name, in lower case, is the first part of a stored stream name: never rename one.</summary>
public enum GrainKind { Provider, Facility, Placement, Child, StaffLoan, Region }

/// <summary>The one place where a grain's events stand: its kind and its key, for example <c>facility/de-wending</c>.</summary>
/// <param name="Key">1 to 64 characters of a-z, 0-9 and '-'. It never holds a child's token or anything personal.</param>
public readonly record struct StreamId(GrainKind Kind, string Key) : IComparable<StreamId>
{
    public static StreamId Provider(string id) => new(GrainKind.Provider, id);
    public static StreamId Facility(string id) => new(GrainKind.Facility, id);
    public static StreamId Placement(string id) => new(GrainKind.Placement, id);
    public static StreamId Child(string subjectId) => new(GrainKind.Child, subjectId);
    public static StreamId Region(string id) => new(GrainKind.Region, id);

    public static StreamId Parse(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new(Enum.Parse<GrainKind>(name.AsSpan(0, slash), ignoreCase: true), name[(slash + 1)..]);
    }

    public int CompareTo(StreamId other) =>
        Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Key, other.Key);

    public override string ToString() => $"{KindName(Kind)}/{Key}";

    private static string KindName(GrainKind kind) => kind switch
    {
        GrainKind.Provider => "provider",
        GrainKind.Facility => "facility",
        GrainKind.Placement => "placement",
        GrainKind.Child => "child",
        GrainKind.StaffLoan => "staffloan",
        _ => "region",
    };
}

/// <summary>Where a stream stands: how many events it has, and the id of the last one.</summary>
/// <remarks>The id is what makes a decision safe to pipeline: a rival's event of the same version has another id.</remarks>
public readonly record struct Head(long Version, Guid EventId)
{
    public static readonly Head None = new(0, Guid.Empty);
}

/// <summary>A command's identity: chosen by the client, unique for its caller. The same key again gets the same answer.</summary>
/// <param name="Caller">The caller's reference, never a name. 1 to 64 characters.</param>
/// <param name="Id">1 to 64 characters, chosen by the client and kept for its retries.</param>
public readonly record struct CommandKey(string Caller, string Id)
{
    public override string ToString() => $"{Caller}:{Id}";
}

/// <summary>A free text in the vault: events hold this instead of the words, which can be erased. In JSON it is a plain string.</summary>
[JsonConverter(typeof(TextRefJson))]
public readonly record struct TextRef(string Id)
{
    public override string ToString() => Id;
}

internal sealed class TextRefJson : JsonConverter<TextRef>
{
    public override TextRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A text is referred to by a text."));

    public override void Write(Utf8JsonWriter writer, TextRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.Id);
}
