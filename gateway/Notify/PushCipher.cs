using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Notify;

/// <summary>Message encryption for Web Push: RFC 8291 over aes128gcm of RFC 8188, in one record.</summary>
public static class PushCipher
{
    public const int PublicKeyBytes = 65; // An uncompressed point of P-256.
    public const int AuthBytes = 16;
    private const int SaltBytes = 16;
    private const int RecordBytes = 4096; // What every push service takes.
    private const int TagBytes = 16;

    /// <param name="browser">The browser's public key.</param>
    /// <param name="auth">The browser's secret.</param>
    /// <exception cref="CryptographicException"><paramref name="browser"/> is no point of the curve.</exception>
    public static byte[] Encrypt(byte[] plain, byte[] browser, byte[] auth)
    {
        using var once = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(plain, browser, auth, once, RandomNumberGenerator.GetBytes(SaltBytes));
    }

    /// <param name="once">A key for this message alone.</param>
    internal static byte[] Encrypt(byte[] plain, byte[] browser, byte[] auth, ECDiffieHellman once, byte[] salt)
    {
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PointOf(browser) });
        var ours = BytesOf(once.ExportParameters(includePrivateParameters: false).Q);
        var (key, nonce) = Keys(once.DeriveRawSecretAgreement(theirs.PublicKey), browser, ours, auth, salt);

        byte[] padded = [.. plain, 2]; // The delimiter of the last record.
        var head = SaltBytes + sizeof(int) + 1 + PublicKeyBytes;
        var message = new byte[head + padded.Length + TagBytes];
        salt.CopyTo(message, 0);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(SaltBytes), RecordBytes);
        message[SaltBytes + sizeof(int)] = PublicKeyBytes;
        ours.CopyTo(message, SaltBytes + sizeof(int) + 1);
        using var gcm = new AesGcm(key, TagBytes);
        gcm.Encrypt(nonce, padded, message.AsSpan(head, padded.Length), message.AsSpan(head + padded.Length));
        return message;
    }

    /// <summary>The content key and nonce that both sides derive.</summary>
    internal static (byte[] Key, byte[] Nonce) Keys(byte[] shared, byte[] browser, byte[] sender, byte[] auth, byte[] salt)
    {
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, auth, [.. "WebPush: info\0"u8, .. browser, .. sender]);
        return (
            HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray()),
            HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, "Content-Encoding: nonce\0"u8.ToArray()));
    }

    internal static ECPoint PointOf(byte[] key) => key.Length == PublicKeyBytes && key[0] == 4
        ? new() { X = key[1..33], Y = key[33..] }
        : throw new CryptographicException("A key is 65 bytes, the first of them 4.");

    internal static byte[] BytesOf(ECPoint point) => [4, .. point.X!, .. point.Y!];
}
