using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grains.Kernel;

/// <summary>What a sealed value is about. Infection has a key of its own, for it is erased earlier than the rest.</summary>
public enum SealPurpose { Facts, Infection }

/// <summary>A value about a child, encrypted under an erasable key of its subject. It may stand in events, snapshots and answers.</summary>
/// <param name="Subject">The request, or the child's subject id where there is no request. 1 to 64 characters, never a token.</param>
/// <param name="Cipher">Opaque; only <see cref="IVault"/> knows its layout.</param>
/// <remarks>Stored for ever as <c>{"subject":"…","purpose":"facts","cipher":"base64"}</c>.</remarks>
[JsonConverter(typeof(SealedJson))]
public sealed record Sealed(string Subject, SealPurpose Purpose, ReadOnlyMemory<byte> Cipher)
{
    public bool Equals(Sealed? other) =>
        other is not null && Subject == other.Subject && Purpose == other.Purpose && Cipher.Span.SequenceEqual(other.Cipher.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Subject);
        hash.Add(Purpose);
        hash.AddBytes(Cipher.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => $"sealed {Purpose} of {Subject}";
}

internal sealed class SealedJson : JsonConverter<Sealed>
{
    public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A sealed value is an object.");
        string? subject = null;
        SealPurpose? purpose = null;
        byte[]? cipher = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "subject": subject = reader.GetString(); break;
                case "purpose": purpose = Purpose(reader.GetString()); break;
                case "cipher": cipher = reader.GetBytesFromBase64(); break;
                default: reader.Skip(); break; // A later release may add an optional member.
            }
        }
        return subject is not null && purpose is { } known && cipher is not null
            ? new(subject, known, cipher)
            : throw new JsonException("A sealed value has a subject, a purpose and a cipher.");
    }

    public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("subject"u8, value.Subject);
        writer.WriteString("purpose"u8, value.Purpose == SealPurpose.Facts ? "facts"u8 : "infection"u8);
        writer.WriteBase64String("cipher"u8, value.Cipher.Span);
        writer.WriteEndObject();
    }

    private static SealPurpose Purpose(string? name) => name switch
    {
        "facts" => SealPurpose.Facts,
        "infection" => SealPurpose.Infection,
        _ => throw new JsonException($"Unknown purpose '{name}' of a sealed value."),
    };
}
