using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Storage.Sqlite;

namespace Silo.Storage.Vault;

/// <summary>The vault's rows. On the vault's thread only; what writes runs inside a transaction.</summary>
internal sealed class VaultTables(SqliteFile file)
{
    private readonly Statement _subjectOf = file.Prepare("select subject from token where hash = ?");
    private readonly Statement _tokensOf = file.Prepare("select cipher from token where subject = ? order by sequence");
    private readonly Statement _addToken = file.Prepare("insert into token (hash, subject, cipher) values (?, ?, ?) on conflict do nothing");
    private readonly Statement _deleteTokens = file.Prepare("delete from token where subject = ?");
    private readonly Statement _findKey = file.Prepare("select id, wrapped from key where subject = ? and purpose = ?");
    private readonly Statement _addKey = file.Prepare("insert into key (subject, purpose, id, wrapped) values (?, ?, ?, ?) on conflict do nothing");
    private readonly Statement _deleteKey = file.Prepare("delete from key where subject = ? and purpose = ?");
    private readonly Statement _findEntry = file.Prepare("select cipher from entry where name = ?");
    private readonly Statement _addEntry = file.Prepare("insert into entry (name, cipher) values (?, ?) on conflict do nothing");
    private readonly Statement _deleteEntry = file.Prepare("delete from entry where name = ?");

    /// <summary>Whether the vault was made with the master key of this hash. A new vault is, from now on.</summary>
    public static bool IsMadeWith(SqliteFile file, byte[] masterHash)
    {
        using var insert = file.Prepare("insert into master (hash) select ? where not exists (select 1 from master)");
        insert.Bind(1, masterHash).Run();
        using var compare = file.Prepare("select 1 from master where hash = ?");
        return compare.Bind(1, masterHash).Step();
    }

    public string? SubjectOf(byte[] hash)
    {
        if (!_subjectOf.Bind(1, hash).Step()) return null;
        var subject = _subjectOf.Text(0);
        _subjectOf.Reset();
        return subject;
    }

    public ImmutableArray<byte[]> TokensOf(string subject)
    {
        var ciphers = ImmutableArray.CreateBuilder<byte[]>();
        for (_tokensOf.Bind(1, subject); _tokensOf.Step();) ciphers.Add(_tokensOf.Blob(0).ToArray());
        return ciphers.DrainToImmutable();
    }

    public void AddToken(byte[] hash, string subject, byte[] cipher) => _addToken.Bind(1, hash).Bind(2, subject).Bind(3, cipher).Run();

    public void DeleteTokens(string subject) => _deleteTokens.Bind(1, subject).Run();

    public VaultKey? FindKey(string subject, SealPurpose purpose)
    {
        if (!_findKey.Bind(1, subject).Bind(2, (long)purpose).Step()) return null;
        var key = new VaultKey(_findKey.Blob(0).ToArray(), _findKey.Blob(1).ToArray());
        _findKey.Reset();
        return key;
    }

    public void AddKey(string subject, SealPurpose purpose, VaultKey key) =>
        _addKey.Bind(1, subject).Bind(2, (long)purpose).Bind(3, key.Id.Span).Bind(4, key.Wrapped.Span).Run();

    public void DeleteKey(string subject, SealPurpose purpose) => _deleteKey.Bind(1, subject).Bind(2, (long)purpose).Run();

    public byte[]? FindEntry(string name)
    {
        if (!_findEntry.Bind(1, name).Step()) return null;
        var cipher = _findEntry.Blob(0).ToArray();
        _findEntry.Reset();
        return cipher;
    }

    public void AddEntry(string name, byte[] cipher) => _addEntry.Bind(1, name).Bind(2, cipher).Run();

    public void DeleteEntry(string name) => _deleteEntry.Bind(1, name).Run();
}
