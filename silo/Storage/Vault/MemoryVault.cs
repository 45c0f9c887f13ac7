using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage.Vault;

/// <summary>A vault in memory for tests and the simulation. Every member ends before it returns.</summary>
public sealed class MemoryVault(MasterKey master, Func<int, byte[]> random) : SealingVault(master, random), IVault
{
    private readonly Lock _lock = new();
    private readonly List<(byte[] Hash, string Subject, byte[] Cipher)> _tokens = [];
    private readonly Dictionary<(string Subject, SealPurpose Purpose), VaultKey> _keys = [];
    private readonly Dictionary<string, byte[]> _entries = [];

    /// <summary>How many persons and texts it keeps.</summary>
    public int Entries
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    public override ValueTask EraseAsync(string subject, SealPurpose? purpose, CancellationToken cancel)
    {
        lock (_lock)
        {
            foreach (var erased in Enum.GetValues<SealPurpose>().Where(p => purpose is null || p == purpose)) _keys.Remove((subject, erased));
            if (purpose is null) _tokens.RemoveAll(t => t.Subject == subject);
            return ValueTask.CompletedTask;
        }
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override ValueTask<string?> FindTokenAsync(byte[] hash, CancellationToken cancel)
    {
        lock (_lock) return new(SubjectOf(hash));
    }

    protected override ValueTask<string> AddTokenAsync(byte[] hash, string subject, byte[] cipher, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (SubjectOf(hash) is { } known) return new(known);
            _tokens.Add((hash, subject, cipher));
            return new(subject);
        }
    }

    protected override ValueTask<ImmutableArray<byte[]>> FindTokensAsync(string subject, CancellationToken cancel)
    {
        lock (_lock) return new([.. _tokens.Where(t => t.Subject == subject).Select(t => t.Cipher)]);
    }

    protected override ValueTask<VaultKey?> FindKeyAsync(string subject, SealPurpose purpose, CancellationToken cancel)
    {
        lock (_lock) return new(_keys.GetValueOrDefault((subject, purpose)));
    }

    protected override ValueTask<VaultKey> AddKeyAsync(string subject, SealPurpose purpose, VaultKey key, CancellationToken cancel)
    {
        lock (_lock)
        {
            _keys.TryAdd((subject, purpose), key);
            return new(_keys[(subject, purpose)]);
        }
    }

    protected override ValueTask AddEntryAsync(string name, byte[] cipher, CancellationToken cancel)
    {
        lock (_lock) _entries.TryAdd(name, cipher);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<byte[]?> FindEntryAsync(string name, CancellationToken cancel)
    {
        lock (_lock) return new(_entries.GetValueOrDefault(name));
    }

    protected override ValueTask EraseEntryAsync(string name, CancellationToken cancel)
    {
        lock (_lock) _entries.Remove(name);
        return ValueTask.CompletedTask;
    }

    private string? SubjectOf(byte[] hash)
    {
        foreach (var (known, subject, _) in _tokens)
            if (known.AsSpan().SequenceEqual(hash)) return subject;
        return null;
    }
}
