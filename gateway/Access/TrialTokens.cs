using System.Security.Cryptography;
using System.Text.Json;
using Grains.Kernel;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Tokens of our own for a trial on one machine: JWTs signed with a key that only its owner can read.</summary>
/// <remarks>A token carries its person encrypted, for it is made by a process beside the one that holds the vault; the service keeps the
/// person in the vault's directory when it first sees the token, and from then on there is a reference only.</remarks>
public sealed class TrialTokens
{
    public const string Issuer = "plek-trial";
    public const string Audience = "plek";
    public const string Roles = "roles";
    public const string Provider = "plek_provider";
    public const string Facilities = "plek_facilities";

    /// <summary>A working day and its handover; a token cannot be taken back.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(12);

    private const string Sealed = "plek_person";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly SymmetricSecurityKey _key;
    private readonly byte[] _sealing;

    /// <param name="keyFile">Made when it is not there.</param>
    public TrialTokens(string keyFile)
    {
        var key = ReadOrMakeKey(keyFile);
        _key = new(key);
        _sealing = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, info: "plek trial person 1"u8.ToArray());
    }

    public SecurityKey Key => _key;

    /// <summary>A token for a person on this machine, whether or not the service runs. The same name and phone are the same caller.</summary>
    /// <param name="life">At most <see cref="LifeMax"/>.</param>
    public string Issue(Grains.Kernel.Person person, IEnumerable<Role> roles, string? provider, IEnumerable<string> facilities, DateTimeOffset now, TimeSpan life)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, LifeMax);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        var plain = JsonSerializer.SerializeToUtf8Bytes(person);
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = Base32.Name(HMACSHA256.HashData(_sealing, plain)),
            [Sealed] = Convert.ToBase64String(Seal(plain)),
            [Roles] = roles.Select(role => $"{role}").ToArray(),
            [Facilities] = facilities.ToArray(),
        };
        if (provider is not null) claims[Provider] = provider;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + life).UtcDateTime,
            SigningCredentials = new(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Keeps the token's person in the directory, and gives the reference under which the person acts.</summary>
    /// <param name="token">Validated.</param>
    public async ValueTask<string> CallerOfAsync(JsonWebToken token, IVault vault, CancellationToken cancel)
    {
        var person = JsonSerializer.Deserialize<Grains.Kernel.Person>(Open(Convert.FromBase64String(token.GetPayloadValue<string>(Sealed))))!;
        return (await vault.KeepPersonAsync(new("token", token.Subject), 0, person, cancel)).Id;
    }

    private byte[] Seal(byte[] plain)
    {
        var (nonce, cipher, tag) = (RandomNumberGenerator.GetBytes(NonceBytes), new byte[plain.Length], new byte[TagBytes]);
        using var aes = new AesGcm(_sealing, TagBytes);
        aes.Encrypt(nonce, plain, cipher, tag);
        return [.. nonce, .. cipher, .. tag];
    }

    private byte[] Open(byte[] box)
    {
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_sealing, TagBytes);
        aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), plain);
        return plain;
    }

    private static byte[] ReadOrMakeKey(string file)
    {
        try
        {
            // Written whole under another name first, so that a second process never reads half a key; the first to arrive wins.
            var fresh = $"{file}.{Guid.NewGuid():N}";
            if (!File.Exists(file))
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                using (var stream = new FileStream(fresh, options))
                {
                    stream.Write(RandomNumberGenerator.GetBytes(KeyBytes));
                    stream.Flush(flushToDisk: true);
                }
                File.Move(fresh, file, overwrite: false);
            }
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process made the key meanwhile.
        }
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new WrongOptionException($"{file} signs tokens and can be read by others: chmod 600 {file}");
        var key = File.ReadAllBytes(file);
        return key.Length == KeyBytes ? key : throw new WrongOptionException($"{file} is not a signing key of {KeyBytes} bytes; delete it to get a fresh one.");
    }
}
