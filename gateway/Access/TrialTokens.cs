using System.Collections.Immutable;
using System.Security.Cryptography;
using Grains.Kernel;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Tokens of our own for a trial on one machine: JWTs signed with a key that only its owner can read.</summary>
/// <remarks>A token carries a reference; the name behind it stands in the vault's directory.</remarks>
public sealed class TrialTokens(string keyFile)
{
    public const string Issuer = "plek-trial";
    public const string Audience = "plek";
    public const string Roles = "roles";
    public const string Provider = "plek_provider";
    public const string Facilities = "plek_facilities";

    /// <summary>A working day and its handover; a token cannot be taken back.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(12);

    private const int KeyBytes = 32;
    private readonly SymmetricSecurityKey _key = new(ReadOrMakeKey(keyFile));

    public SecurityKey Key => _key;

    /// <param name="caller">The person's reference in the directory.</param>
    /// <param name="life">At most <see cref="LifeMax"/>.</param>
    public string Issue(string caller, IEnumerable<Role> roles, string? provider, IEnumerable<string> facilities, DateTimeOffset now, TimeSpan life)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, LifeMax);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = caller,
            [Roles] = roles.Select(role => $"{role}").ToArray(),
            [Facilities] = facilities.ToArray(),
        };
        if (provider is not null) claims[Provider] = provider;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer, Audience = Audience, Claims = claims, IssuedAt = now.UtcDateTime, NotBefore = now.UtcDateTime,
            Expires = (now + life).UtcDateTime, SigningCredentials = new(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Keeps the name in the directory and issues a token for it. The same name and phone get the same reference.</summary>
    public async ValueTask<string> IssueAsync(
        IVault vault, Grains.Kernel.Person person, IReadOnlyCollection<Role> roles, string? provider, ImmutableArray<string> facilities, DateTimeOffset now,
        TimeSpan life, CancellationToken cancel)
    {
        var hash = vault.KeyedHash("trial-person", System.Text.Encoding.UTF8.GetBytes($"{person.Name}\n{person.Phone}"));
        var caller = await vault.KeepPersonAsync(new("token", Convert.ToHexStringLower(hash)), 0, person, cancel);
        return Issue(caller.Id, roles, provider, facilities, now, life);
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
            throw new InvalidOperationException($"{file} signs tokens and can be read by others: chmod 600 {file}");
        var key = File.ReadAllBytes(file);
        return key.Length == KeyBytes ? key : throw new InvalidOperationException($"{file} is not a signing key of {KeyBytes} bytes; delete it to get a fresh one.");
    }
}
