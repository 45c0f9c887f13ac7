using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grains.Kernel;

/// <summary>Facts as stored: readable JSON that names who, how and when beside the fact itself, under a type name with a version.</summary>
/// <remarks>Only cases and optional members are ever added, so what was written once always loads; golden files prove it.</remarks>
public sealed class EventJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        RespectRequiredConstructorParameters = false,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly FrozenDictionary<string, Type> _typeByName;
    private readonly FrozenDictionary<Type, string> _nameByType;

    /// <param name="family">The abstract record whose nested records are the events.</param>
    public EventJson(Type family)
    {
        var cases = family.GetNestedTypes(BindingFlags.Public).Where(type => type.IsAssignableTo(family)).Concat([typeof(Fenced), typeof(Erased)]);
        _typeByName = cases.ToFrozenDictionary(type => $"{type.Name}/1", StringComparer.Ordinal);
        _nameByType = _typeByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
    }

    public IEnumerable<Type> Types => _typeByName.Values.OrderBy(type => type.Name, StringComparer.Ordinal);

    public string NameOf(object fact) => _nameByType[fact.GetType()];

    public NewEvent Encode(Guid id, object fact, Origin origin, CommandKey command, long policyVersion) =>
        new(id, NameOf(fact), JsonSerializer.SerializeToUtf8Bytes(
            new Envelope(origin.Actor, origin.Role, origin.Channel, Micros.Floor(origin.OccurredAt), command.Id, policyVersion, origin.SaidBy, fact), Options));

    /// <exception cref="UnknownEventException">The type is newer than this program.</exception>
    /// <exception cref="CorruptEventException">The bytes are not what was written.</exception>
    public Fact Decode(StoredEvent stored)
    {
        if (!_typeByName.TryGetValue(stored.Type, out var type))
            throw new UnknownEventException($"{stored.Stream} holds {stored.Type}, which this version does not know.");
        try
        {
            var envelope = JsonSerializer.Deserialize<StoredEnvelope>(stored.Data.Span, Options) ?? throw new JsonException("null");
            var fact = envelope.Fact.Deserialize(type, Options) ?? throw new JsonException("null fact");
            var origin = new Origin(envelope.By, envelope.Role, envelope.Channel, envelope.At, envelope.SaidBy);
            return new(stored.Stream, stored.Version, fact, origin, stored.RecordedAt);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new CorruptEventException($"{stored.Stream} version {stored.Version} ({stored.Type}) cannot be read.", e);
        }
    }

    private sealed record Envelope(string By, string Role, Channel Channel, DateTimeOffset At, string Command, long Policy, PersonRef? SaidBy, object Fact);

    private sealed record StoredEnvelope(string By, string Role, Channel Channel, DateTimeOffset At, string Command, long Policy, PersonRef? SaidBy, JsonElement Fact);
}

/// <summary>Moves a stream's head after an unknown outcome, so that the lost commit can never land late. Says nothing about the grain.</summary>
public sealed record Fenced;

/// <summary>The subject's key for <paramref name="What"/> is deleted: what was sealed with it reads as erased, live and replayed alike.</summary>
public sealed record Erased(string Subject, SealPurpose What);
