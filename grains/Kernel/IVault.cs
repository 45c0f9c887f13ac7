using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grains.Kernel;

/// <summary>Erasable secrets, kept and backed up apart from the log: keys of what is said about a child, the map from a child's token
/// to its random subject id, and the directory of persons.</summary>
/// <remarks>
/// What a member makes or deletes is durable when it ends, so a key is never younger than the event that needs it.
/// Members are safe to call at the same time. Every implementation passes <c>tests/Store.Contract</c>.
/// A failing vault is a <see cref="StoreUnavailableException"/>; a value that was altered is a <see cref="CorruptEventException"/>.
/// </remarks>
public interface IVault : IAsyncDisposable
{
    /// <summary>The random subject id of a child's token, made on first use: 26 characters of a-z and 2-7, fit for a stream's key.</summary>
    /// <param name="token">1 to 256 characters. Kept only as a keyed hash and encrypted.</param>
    ValueTask<string> SubjectForAsync(string token, CancellationToken cancel);

    /// <summary>The subject id of a token that was seen before, or null.</summary>
    ValueTask<string?> TryFindSubjectAsync(string token, CancellationToken cancel);

    /// <summary>The tokens of a subject, in the order they were first seen; empty when unknown or erased.</summary>
    ValueTask<ImmutableArray<string>> TokensOfAsync(string subject, CancellationToken cancel);

    /// <summary>Encrypts a value under the key of (subject, purpose); the key is made on first use.</summary>
    /// <param name="plain">At most <see cref="VaultLimits.PlainBytesMax"/> bytes.</param>
    ValueTask<Sealed> SealAsync(string subject, SealPurpose purpose, ReadOnlyMemory<byte> plain, CancellationToken cancel);

    /// <summary>The value, or null when its key was erased.</summary>
    ValueTask<byte[]?> OpenAsync(Sealed value, CancellationToken cancel);

    /// <summary>Deletes the key of a subject for one purpose, or, without a purpose, all its keys and tokens.</summary>
    /// <remarks>What is sealed for it afterwards gets a fresh key, which opens nothing that was sealed before.
    /// A token that is seen again afterwards gets another subject id.</remarks>
    ValueTask EraseAsync(string subject, SealPurpose? purpose, CancellationToken cancel);

    /// <summary>Keeps a person's name and phone number, encrypted. The same command, ordinal and person give the same reference again.</summary>
    /// <param name="command">The command that names the person, or whatever else tells the reference from all others.</param>
    /// <param name="ordinal">Which of the command's persons: 0, 1, …</param>
    ValueTask<PersonRef> KeepPersonAsync(CommandKey command, int ordinal, Person person, CancellationToken cancel);

    /// <summary>Keeps a person under a reference that is the person's own already, such as a caller's. Who stands there stays.</summary>
    ValueTask KeepPersonAsync(PersonRef reference, Person person, CancellationToken cancel);

    /// <summary>The person, or null when unknown or erased.</summary>
    ValueTask<Person?> FindPersonAsync(PersonRef person, CancellationToken cancel);

    /// <summary>Deletes a person's name and phone number; the reference stays in the log and leads nowhere.</summary>
    ValueTask ErasePersonAsync(PersonRef person, CancellationToken cancel);

    /// <summary>Keeps a free text, encrypted. The same command, ordinal and text give the same reference again.</summary>
    /// <param name="ordinal">Which of the command's texts: 0, 1, …</param>
    /// <param name="text">1 to <see cref="VaultLimits.TextCharsMax"/> characters.</param>
    ValueTask<TextRef> KeepTextAsync(CommandKey command, int ordinal, string text, CancellationToken cancel);

    /// <summary>The text, or null when unknown or erased.</summary>
    ValueTask<string?> FindTextAsync(TextRef text, CancellationToken cancel);

    /// <summary>Deletes a text; the reference stays in the log and leads nowhere.</summary>
    ValueTask EraseTextAsync(TextRef text, CancellationToken cancel);

    /// <summary>HMAC-SHA-256 under the master key, 32 bytes: for hashes of command contents and references of callers.</summary>
    /// <param name="purpose">Keeps hashes of different things apart, for example <c>command</c>.</param>
    byte[] KeyedHash(string purpose, ReadOnlySpan<byte> content);
}

/// <param name="Name">1 to 200 characters.</param>
/// <param name="Phone">At most 40 characters, or null.</param>
public sealed record Person(string Name, string? Phone)
{
    public override string ToString() => "a person"; // A log line must not tell who.
}

/// <summary>Stands for a person in events, exports and snapshots: 26 characters that say nothing. In JSON it is a plain string.</summary>
[JsonConverter(typeof(PersonRefJson))]
public readonly record struct PersonRef(string Id)
{
    public override string ToString() => Id;
}

/// <summary>Beyond one of these the caller gets an <see cref="ArgumentException"/>.</summary>
public static class VaultLimits
{
    public const int SubjectCharsMax = 64;
    public const int TokenCharsMax = 256;
    public const int PlainBytesMax = 16 * 1024;     // The facts of four children are below 2 KB; an event holds 64 KB of JSON.
    public const int PersonNameCharsMax = 200;
    public const int PersonPhoneCharsMax = 40;
    public const int TextCharsMax = 4_000;
}

internal sealed class PersonRefJson : JsonConverter<PersonRef>
{
    public override PersonRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A person is referred to by a text."));

    public override void Write(Utf8JsonWriter writer, PersonRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.Id);
}
