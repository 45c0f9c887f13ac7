using System.Security.Cryptography;
using System.Text;

namespace Silo.Storage.Vault;

/// <summary>AES-256-GCM as nonce (12 bytes), tag (16), text. The context is authenticated with it, so a value cannot be moved elsewhere.</summary>
internal static class Cipher
{
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, string context)
    {
        var result = new byte[NonceBytes + TagBytes + plain.Length];
        nonce.CopyTo(result);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(context));
        return result;
    }

    /// <summary>The text, or null when it was not encrypted under this key and context, or was altered since.</summary>
    public static byte[]? Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cipher, string context)
    {
        if (cipher.Length < NonceBytes + TagBytes) return null;
        var plain = new byte[cipher.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(cipher[..NonceBytes], cipher[(NonceBytes + TagBytes)..], cipher.Slice(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(context));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
