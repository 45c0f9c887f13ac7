using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gateway.Notify;

/// <summary>Says to a push service who sends (RFC 8292), with a key of this region's own that browsers subscribe to.</summary>
public sealed class Vapid : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12); // RFC 8292 allows 24 h.

    private readonly ECDsa _key;

    /// <summary>Reads the key, or makes it, readable by its owner only. A new key loses every subscription.</summary>
    public Vapid(string path)
    {
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new StreamWriter(path, options);
            file.Write(_key.ExportPkcs8PrivateKeyPem());
            return;
        }
        _key.ImportFromPem(File.ReadAllText(path));
    }

    /// <summary>What a browser subscribes to: base64url of the public point.</summary>
    public string PublicKey => Base64Url.EncodeToString(PushCipher.BytesOf(_key.ExportParameters(includePrivateParameters: false).Q));

    /// <summary>The header <c>authorization</c> for one push service.</summary>
    public string Authorize(Uri endpoint, string subject, DateTimeOffset now)
    {
        var claims = new { aud = endpoint.GetLeftPart(UriPartial.Authority), exp = (now + Lifetime).ToUnixTimeSeconds(), sub = subject };
        var signed = $"{Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = _key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"vapid t={signed}.{Base64Url.EncodeToString(signature)}, k={PublicKey}";
    }

    public void Dispose() => _key.Dispose();
}
