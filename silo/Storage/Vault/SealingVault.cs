using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Grains.Kernel;

namespace Silo.Storage.Vault;

/// <summary>A key as it is kept. Its id stands in what it sealed.</summary>
public sealed record VaultKey(ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Wrapped);

/// <summary>What every vault does with keys; where the rows are kept is the subclass's affair.</summary>
/// <param name="random">Gives so many random bytes; safe to call at the same time.</param>
/// <remarks>A sealed value is: 1 byte format, 8 bytes key id, then <see cref="Cipher"/> over the value with subject and purpose as context.</remarks>
public abstract class SealingVault(MasterKey master, Func<int, byte[]> random) : IVault
{
    private const byte Format = 1;
    private const int KeyIdBytes = 8;
    private const int HeaderBytes = 1 + KeyIdBytes;

    public async ValueTask<string> SubjectForAsync(string token, CancellationToken cancel)
    {
        var hash = HashOf(token);
        if (await FindTokenAsync(hash, cancel) is { } known) return known;
        var subject = Base32.Name(random(Base32.BytesNeeded));
        return await AddTokenAsync(hash, subject, master.Wrap(Encoding.UTF8.GetBytes(token), TokenContext(subject), random), cancel);
    }

    public ValueTask<string?> TryFindSubjectAsync(string token, CancellationToken cancel) => FindTokenAsync(HashOf(token), cancel);

    public async ValueTask<ImmutableArray<string>> TokensOfAsync(string subject, CancellationToken cancel)
    {
        Check(subject);
        return [.. (await FindTokensAsync(subject, cancel)).Select(c => Encoding.UTF8.GetString(Unwrap(c, TokenContext(subject))))];
    }

    public async ValueTask<Sealed> SealAsync(string subject, SealPurpose purpose, ReadOnlyMemory<byte> plain, CancellationToken cancel)
    {
        Check(subject);
        if (plain.Length > VaultLimits.PlainBytesMax) throw new ArgumentException($"A value has at most {VaultLimits.PlainBytesMax} bytes, not {plain.Length}.");

        var key = await FindKeyAsync(subject, purpose, cancel) ?? await AddKeyAsync(subject, purpose, FreshKey(subject, purpose), cancel);
        var cipher = Cipher.Encrypt(PlainKey(subject, purpose, key), random(Cipher.NonceBytes), plain.Span, SealContext(subject, purpose));
        return new(subject, purpose, (byte[])[Format, .. key.Id.Span, .. cipher]);
    }

    public async ValueTask<byte[]?> OpenAsync(Sealed value, CancellationToken cancel)
    {
        if (value.Cipher.Length < HeaderBytes || value.Cipher.Span[0] != Format) throw Altered($"a {value}");
        var key = await FindKeyAsync(value.Subject, value.Purpose, cancel);
        if (key is null || !key.Id.Span.SequenceEqual(value.Cipher.Span[1..HeaderBytes])) return null; // Erased, and perhaps a newer key since.
        return Cipher.Decrypt(PlainKey(value.Subject, value.Purpose, key), value.Cipher.Span[HeaderBytes..], SealContext(value.Subject, value.Purpose))
            ?? throw Altered($"a {value}");
    }

    public async ValueTask<PersonRef> KeepPersonAsync(CommandKey command, int ordinal, Person person, CancellationToken cancel)
    {
        var reference = new PersonRef(ReferenceFor("person", command, ordinal, person.Name, person.Phone));
        await KeepPersonAsync(reference, person, cancel);
        return reference;
    }

    public ValueTask KeepPersonAsync(PersonRef reference, Person person, CancellationToken cancel)
    {
        Check(person);
        return KeepEntryAsync(EntryOf(reference), JsonSerializer.SerializeToUtf8Bytes(person), cancel);
    }

    public async ValueTask<Person?> FindPersonAsync(PersonRef person, CancellationToken cancel) =>
        await OpenEntryAsync(EntryOf(person), cancel) is { } plain ? JsonSerializer.Deserialize<Person>(plain) : null;

    public ValueTask ErasePersonAsync(PersonRef person, CancellationToken cancel) => EraseEntryAsync(EntryOf(person), cancel);

    public async ValueTask<TextRef> KeepTextAsync(CommandKey command, int ordinal, string text, CancellationToken cancel)
    {
        if (text is not { Length: >= 1 and <= VaultLimits.TextCharsMax }) throw new ArgumentException($"A text has 1 to {VaultLimits.TextCharsMax} characters.");
        var reference = new TextRef(ReferenceFor("text", command, ordinal, text));
        await KeepEntryAsync(EntryOf(reference), Encoding.UTF8.GetBytes(text), cancel);
        return reference;
    }

    public async ValueTask<string?> FindTextAsync(TextRef text, CancellationToken cancel) =>
        await OpenEntryAsync(EntryOf(text), cancel) is { } plain ? Encoding.UTF8.GetString(plain) : null;

    public ValueTask EraseTextAsync(TextRef text, CancellationToken cancel) => EraseEntryAsync(EntryOf(text), cancel);

    public byte[] KeyedHash(string purpose, ReadOnlySpan<byte> content) => master.Hash($"caller's {purpose}", content);

    public abstract ValueTask EraseAsync(string subject, SealPurpose? purpose, CancellationToken cancel);
    public abstract ValueTask DisposeAsync();

    protected abstract ValueTask<string?> FindTokenAsync(byte[] hash, CancellationToken cancel);

    /// <summary>Adds a token unless its hash is there.</summary>
    /// <returns>The subject that stands.</returns>
    protected abstract ValueTask<string> AddTokenAsync(byte[] hash, string subject, byte[] cipher, CancellationToken cancel);

    /// <summary>The tokens' ciphers in the order they were added.</summary>
    protected abstract ValueTask<ImmutableArray<byte[]>> FindTokensAsync(string subject, CancellationToken cancel);

    protected abstract ValueTask<VaultKey?> FindKeyAsync(string subject, SealPurpose purpose, CancellationToken cancel);

    /// <summary>Adds a key unless there is one.</summary>
    /// <returns>The key that stands.</returns>
    protected abstract ValueTask<VaultKey> AddKeyAsync(string subject, SealPurpose purpose, VaultKey key, CancellationToken cancel);

    /// <summary>Adds a person or a text unless the name is there.</summary>
    protected abstract ValueTask AddEntryAsync(string name, byte[] cipher, CancellationToken cancel);

    protected abstract ValueTask<byte[]?> FindEntryAsync(string name, CancellationToken cancel);
    protected abstract ValueTask EraseEntryAsync(string name, CancellationToken cancel);

    /// <summary>The content is part of the name: a refused command that is sent again with other content must not meet the first.</summary>
    private string ReferenceFor(string kind, CommandKey command, int ordinal, params ReadOnlySpan<string?> content) =>
        Base32.Name(master.Hash(kind, JsonSerializer.SerializeToUtf8Bytes<string?[]>([command.Caller, command.Id, $"{ordinal}", .. content])));

    private ValueTask KeepEntryAsync(string name, ReadOnlySpan<byte> plain, CancellationToken cancel) =>
        AddEntryAsync(name, master.Wrap(plain, name, random), cancel);

    private async ValueTask<byte[]?> OpenEntryAsync(string name, CancellationToken cancel) =>
        await FindEntryAsync(name, cancel) is { } cipher ? Unwrap(cipher, name) : null;

    private VaultKey FreshKey(string subject, SealPurpose purpose) =>
        new(random(KeyIdBytes), master.Wrap(random(Cipher.KeyBytes), KeyContext(subject, purpose), random));

    private byte[] PlainKey(string subject, SealPurpose purpose, VaultKey key) => Unwrap(key.Wrapped.Span, KeyContext(subject, purpose));

    private byte[] Unwrap(ReadOnlySpan<byte> wrapped, string context) => master.Unwrap(wrapped, context) ?? throw Altered("an entry");

    private byte[] HashOf(string token)
    {
        if (token is not { Length: >= 1 and <= VaultLimits.TokenCharsMax }) throw new ArgumentException($"A token has 1 to {VaultLimits.TokenCharsMax} characters.");
        return master.Hash("token", Encoding.UTF8.GetBytes(token));
    }

    private static void Check(string subject)
    {
        if (subject is not { Length: >= 1 and <= VaultLimits.SubjectCharsMax })
            throw new ArgumentException($"A subject has 1 to {VaultLimits.SubjectCharsMax} characters.");
    }

    private static void Check(Person person)
    {
        if (person.Name is not { Length: >= 1 and <= VaultLimits.PersonNameCharsMax })
            throw new ArgumentException($"A person's name has 1 to {VaultLimits.PersonNameCharsMax} characters.");
        if (person.Phone?.Length > VaultLimits.PersonPhoneCharsMax)
            throw new ArgumentException($"A phone number has at most {VaultLimits.PersonPhoneCharsMax} characters.");
    }

    private static CorruptEventException Altered(string what) => new($"The vault met {what} that is not what was written.");

    private static string SealContext(string subject, SealPurpose purpose) => $"sealed/{(int)purpose}/{subject}";
    private static string KeyContext(string subject, SealPurpose purpose) => $"key/{(int)purpose}/{subject}";
    private static string TokenContext(string subject) => $"token/{subject}";
    private static string EntryOf(PersonRef person) => $"person/{person.Id}";
    private static string EntryOf(TextRef text) => $"text/{text.Id}";
}
