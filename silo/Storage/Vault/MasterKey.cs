using System.Security.Cryptography;
using System.Text;

namespace Silo.Storage.Vault;

/// <summary>The one key above all others, 32 bytes. It wraps every key of the vault and keys every hash; it is never written into a database.</summary>
public sealed class MasterKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    private readonly byte[] _wrapping;
    private readonly byte[] _hashing;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Cipher.KeyBytes) throw new ArgumentException($"A master key has {Cipher.KeyBytes} bytes, not {key.Length}.");
        _wrapping = Derive(key, "plek vault wrapping 1");
        _hashing = Derive(key, "plek vault hashing 1");
    }

    /// <summary>Reads the key's file: 64 hexadecimal digits, readable by its owner only.</summary>
    /// <exception cref="StorageFileException">Missing, readable by others, or no key.</exception>
    public static MasterKey Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                throw new StorageFileException($"{path} holds the master key and must be readable by its owner only: chmod 600 {path}.");
            return new(Convert.FromHexString(File.ReadAllText(path).Trim()));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new StorageFileException($"{path} holds no master key of {2 * Cipher.KeyBytes} hexadecimal digits.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageFileException($"{path} holds the master key and cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Makes the key's file at the first start; one that exists is left as it is.</summary>
    public static void Create(string path, Func<int, byte[]> random)
    {
        if (File.Exists(path)) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(random(Cipher.KeyBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageFileException($"{path} cannot be made: {e.Message}", e);
        }
    }

    internal byte[] Wrap(ReadOnlySpan<byte> plain, string context, Func<int, byte[]> random) =>
        Cipher.Encrypt(_wrapping, random(Cipher.NonceBytes), plain, context);

    internal byte[]? Unwrap(ReadOnlySpan<byte> wrapped, string context) => Cipher.Decrypt(_wrapping, wrapped, context);

    internal byte[] Hash(string purpose, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _hashing);
        hash.AppendData(Encoding.UTF8.GetBytes(purpose));
        hash.AppendData([0]); // Ends the purpose, so that "a" with "bc" is not "ab" with "c".
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private static byte[] Derive(ReadOnlySpan<byte> key, string use)
    {
        var derived = new byte[Cipher.KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], Encoding.ASCII.GetBytes(use));
        return derived;
    }
}
