using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Storage.Sqlite;

namespace Silo.Storage.Vault;

/// <summary>The vault in a SQLite file of its own, apart from the log and backed up apart from it.</summary>
/// <remarks>Writes that arrive while another is being flushed share the next flush, so whoever seals many values starts them together.</remarks>
public sealed class SqliteVault : SealingVault, IVault
{
    private const int ApplicationId = 0x506C6B56; // "PlkV"
    private const int KeysKeptMax = 65_536;       // Wrapped, about 200 bytes each.

    // secure_delete overwrites what is deleted; see Erase for the write-ahead log. The rest as for the log.
    private const string Pragmas = """
        pragma busy_timeout = 0;
        pragma locking_mode = exclusive;
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma secure_delete = on;
        pragma temp_store = memory;
        pragma trusted_schema = off;
        """;

    private readonly SqliteFile _file;
    private readonly VaultTables _tables;
    private readonly Transactor _transactor;
    private readonly SqliteThread _thread;
    private readonly WriteGroup _writes;

    // Read by every thread; written on the vault's thread only, so that no key comes back after it was erased.
    private readonly ConcurrentDictionary<(string Subject, SealPurpose Purpose), VaultKey> _keys = [];

    private SqliteVault(SqliteFile file, MasterKey master, Func<int, byte[]> random) : base(master, random)
    {
        (_file, _tables, _transactor) = (file, new(file), new(file));
        _thread = new(file.Path);
        _writes = new(_thread, _transactor);
    }

    /// <summary>Opens or creates a vault. The master key's file is made together with a new vault and never for one that exists.</summary>
    /// <exception cref="StorageFileException">In use, damaged, newer than this program, or made with another master key.</exception>
    public static SqliteVault Open(string path, string masterKeyPath, Func<int, byte[]> random)
    {
        if (!File.Exists(path)) MasterKey.Create(masterKeyPath, random);
        var master = MasterKey.Read(masterKeyPath);
        var file = SqliteFile.Open(path, Pragmas, beforeStatement: null);
        try
        {
            Migrations.Apply(file, ApplicationId, "Vault");
            if (!VaultTables.IsMadeWith(file, master.Hash("vault", [])))
                throw new StorageFileException($"{file.Path} was made with another master key than the one in {masterKeyPath}; put that one back.");
            return new(file, master, random);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is SqliteError error) throw file.Unusable(error);
            throw;
        }
    }

    /// <inheritdoc cref="SqliteStore.Broken"/>
    public Task<string> Broken => _transactor.Broken;

    public override async ValueTask EraseAsync(string subject, SealPurpose? purpose, CancellationToken cancel)
    {
        await _writes.RunAsync(() =>
        {
            foreach (var erased in Enum.GetValues<SealPurpose>().Where(p => purpose is null || p == purpose))
            {
                _keys.TryRemove((subject, erased), out _);
                _tables.DeleteKey(subject, erased);
            }
            if (purpose is null) _tables.DeleteTokens(subject);
            return true;
        }, cancel);
        await EmptyWriteAheadLogAsync(cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync();
        _file.Dispose();
    }

    protected override ValueTask<string?> FindTokenAsync(byte[] hash, CancellationToken cancel) => ReadAsync(() => _tables.SubjectOf(hash), cancel);

    protected override ValueTask<string> AddTokenAsync(byte[] hash, string subject, byte[] cipher, CancellationToken cancel) => _writes.RunAsync(() =>
    {
        _tables.AddToken(hash, subject, cipher);
        return _tables.SubjectOf(hash)!;
    }, cancel);

    protected override ValueTask<ImmutableArray<byte[]>> FindTokensAsync(string subject, CancellationToken cancel) =>
        ReadAsync(() => _tables.TokensOf(subject), cancel);

    protected override ValueTask<VaultKey?> FindKeyAsync(string subject, SealPurpose purpose, CancellationToken cancel) =>
        _keys.TryGetValue((subject, purpose), out var known) ? new(known) : ReadAsync(() =>
        {
            var key = _tables.FindKey(subject, purpose);
            if (key is null) return null;
            if (_keys.Count >= KeysKeptMax) _keys.Clear();
            _keys[(subject, purpose)] = key;
            return key;
        }, cancel);

    protected override ValueTask<VaultKey> AddKeyAsync(string subject, SealPurpose purpose, VaultKey key, CancellationToken cancel) => _writes.RunAsync(() =>
    {
        _tables.AddKey(subject, purpose, key);
        return _tables.FindKey(subject, purpose)!;
    }, cancel);

    protected override async ValueTask AddEntryAsync(string name, byte[] cipher, CancellationToken cancel) => await _writes.RunAsync(() =>
    {
        _tables.AddEntry(name, cipher);
        return true;
    }, cancel);

    protected override ValueTask<byte[]?> FindEntryAsync(string name, CancellationToken cancel) => ReadAsync(() => _tables.FindEntry(name), cancel);

    protected override async ValueTask EraseEntryAsync(string name, CancellationToken cancel)
    {
        await _writes.RunAsync(() =>
        {
            _tables.DeleteEntry(name);
            return true;
        }, cancel);
        await EmptyWriteAheadLogAsync(cancel);
    }

    private ValueTask<T> ReadAsync<T>(Func<T> read, CancellationToken cancel) => _thread.RunAsync(() => _transactor.Read(read), cancel);

    /// <summary>The log's older pages may still hold what was deleted; the file itself was overwritten.</summary>
    private async ValueTask EmptyWriteAheadLogAsync(CancellationToken cancel) =>
        await ReadAsync(() => _file.Number("pragma wal_checkpoint(truncate)"), cancel);
}
