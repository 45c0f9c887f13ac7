using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>Reads proto3 JSON strictly: a field that the message does not have is refused, for it is a misspelling.</summary>
internal static class JsonReading
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <summary>A larger text is refused without saying which field: finding it reads the text once more per level.</summary>
    private const int LocateLengthMax = 64 * 1024;

    public static IMessage Parse(MessageDescriptor type, string text)
    {
        try
        {
            return Parser.Parse(text, type);
        }
        catch (Exception error) when (IsBadInput(error))
        {
            throw Refusal(type, text, error);
        }
    }

    /// <summary>What Google.Protobuf throws for texts that are not the message's JSON; it has no one type for it.</summary>
    private static bool IsBadInput(Exception error) =>
        error is IOException or FormatException or OverflowException or ArgumentException or InvalidOperationException;

    private static RpcException Refusal(MessageDescriptor type, string text, Exception error)
    {
        try
        {
            if (text.Length <= LocateLengthMax)
            {
                using var json = JsonDocument.Parse(text);
                if (Locate(type, json.RootElement, "") is { } found) return RpcException.Invalid(found.Field, found.Rule);
            }
        }
        catch (JsonException notJson)
        {
            return RpcException.Malformed($"The message is not JSON: line {notJson.LineNumber + 1}, byte {notJson.BytePositionInLine + 1}.");
        }
        return RpcException.Malformed($"The message is not the JSON of {type.FullName}: {error.Message}");
    }

    /// <summary>The first field, from the outside in, whose value alone is already refused.</summary>
    private static (string Field, string Rule)? Locate(MessageDescriptor type, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object) return path.Length > 0 ? (path, $"must be a {type.FullName}") : null;
        foreach (var property in json.EnumerateObject())
        {
            var here = path.Length > 0 ? $"{path}.{property.Name}" : property.Name;
            var field = type.Fields.InFieldNumberOrder().FirstOrDefault(f => f.JsonName == property.Name || f.Name == property.Name);
            if (field is null) return (here, $"is not a field of {type.FullName}");
            if (Reads(type, property)) continue;
            if (field.FieldType != FieldType.Message || field.IsMap || IsWellKnown(field.MessageType)) return (here, $"must be {Rule(field)}");
            if (!field.IsRepeated) return Locate(field.MessageType, property.Value, here);
            if (property.Value.ValueKind != JsonValueKind.Array) return (here, "must be a list");
            return property.Value.EnumerateArray()
                .Select((item, at) => Locate(field.MessageType, item, $"{here}[{at}]")).FirstOrDefault(found => found is not null);
        }
        return null;
    }

    private static bool Reads(MessageDescriptor type, JsonProperty property)
    {
        try
        {
            Parser.Parse($"{{{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}}}", type);
            return true;
        }
        catch (Exception error) when (IsBadInput(error))
        {
            return false;
        }
    }

    private static bool IsWellKnown(MessageDescriptor type) => type.File.Package == "google.protobuf";

    private static string Rule(FieldDescriptor field)
    {
        var one = field.FieldType switch
        {
            FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Take(20).Select(v => v.Name))}",
            FieldType.Message => field.MessageType.Name switch
            {
                "Timestamp" => "an instant such as \"2026-01-31T22:15:00Z\"",
                "Duration" => "a duration such as \"90s\"",
                _ => $"a {field.MessageType.Name}",
            },
            FieldType.String => "a text",
            FieldType.Bytes => "base64",
            FieldType.Bool => "true or false",
            _ => $"a number of type {field.FieldType.ToString().ToLowerInvariant()}",
        };
        return field.IsMap ? "an object" : field.IsRepeated ? $"a list, each {one}" : one;
    }
}
