using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Rpc;
using Grains.Kernel;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Makes a principal of a bearer token: of the configured OIDC issuer, or of the trial on this machine.</summary>
/// <remarks>Safe to call at the same time. A token that was good once is good until it expires: no issuer is asked again.</remarks>
public sealed class SignIn
{
    /// <summary>Clocks of issuer and server may differ by so much.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private const int KnownMax = 10_000; // 10,000 tokens of 1 KB; beyond it all are checked afresh.
    private const int AddressesMax = 10_000; // Counted apart; when more fail at once, the newest share one count.
    private const int TokenCharsMax = 8 * 1024;
    private const string Scheme = "Bearer ";

    private readonly ConcurrentDictionary<string, (Principal Principal, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly AccessOptions _options;
    private readonly IVault _vault;
    private readonly TimeProvider _time;
    private readonly TrialTokens? _trial;
    private readonly RateLimit _failures;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _issuer;

    /// <param name="time">Real time, also where the domain's clock runs faster: tokens are of this world.</param>
    public SignIn(AccessOptions options, IVault vault, TimeProvider time, TrialTokens? trial)
    {
        (_options, _vault, _time) = (options, vault, time);
        _failures = new(options.FailedSignInsPerSecond, options.FailedSignInsAtOnce, AddressesMax, time, "failed sign-ins from one address");
        if (options.Issuer is null) _trial = trial ?? throw new ArgumentNullException(nameof(trial));
        else _issuer = new(
            $"{options.Issuer.ToString().TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = options.Issuer.Scheme == Uri.UriSchemeHttps });
    }

    /// <inheritdoc cref="Authenticate"/>
    public async ValueTask<Caller> AuthenticateAsync(HttpContext http, Call call)
    {
        if (_trial is not null) Loopback.CheckHostAndOrigin(http.Request);
        return Rules.IsOpen(call.Descriptor) ? Principal.Nobody($"{http.Connection.RemoteIpAddress}") : await PrincipalOfAsync(http, call.Cancel);
    }

    /// <summary>Who sent this request, by its bearer token.</summary>
    /// <exception cref="RpcException"><see cref="Code.Unauthenticated"/>; resource exhausted for an address that failed too often; or unavailable
    /// while the issuer cannot be asked.</exception>
    public async ValueTask<Principal> PrincipalOfAsync(HttpContext http, CancellationToken cancel)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (_known.TryGetValue(header, out var known) && known.Until > _time.GetUtcNow()) return known.Principal;

        // Taken before the token is looked at, so that guesses sent side by side count too. Who is known already is not held up by others' guesses.
        var address = NetworkOf(http.Connection.RemoteIpAddress);
        _failures.Take(address);
        try
        {
            var principal = await FreshAsync(header, cancel);
            _failures.Give(address);
            return principal;
        }
        catch (RpcException e) when (e.Code != Code.Unauthenticated)
        {
            _failures.Give(address); // The issuer's failure, not the caller's.
            throw;
        }
    }

    private async ValueTask<Principal> FreshAsync(string header, CancellationToken cancel)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw Refuse("TOKEN_MISSING", "Send a bearer token in the header authorization.");

        var (principal, until) = await ValidateAsync(header[Scheme.Length..], cancel);
        if (_known.Count >= KnownMax) _known.Clear();
        _known[header] = (principal, until);
        return principal;
    }

    /// <summary>Whether this request comes with a valid token that has the role.</summary>
    public async ValueTask<bool> HasRoleAsync(HttpContext http, Role role)
    {
        try
        {
            return (await PrincipalOfAsync(http, http.RequestAborted)).Roles.Has(role);
        }
        catch (RpcException)
        {
            return false; // No valid token: nobody's role.
        }
    }

    /// <summary>Where a call comes from, as far as one client can choose it: of an IPv6 address the 64 bits that its provider gives out.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6 || address.AddressFamily == AddressFamily.InterNetwork) return $"{address.MapToIPv4()}";
        return Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8));
    }

    private async ValueTask<(Principal, DateTimeOffset Until)> ValidateAsync(string token, CancellationToken cancel)
    {
        if (token.Length > TokenCharsMax) throw Refuse("TOKEN_INVALID", "The token is too long.");
        var result = await _handler.ValidateTokenAsync(token, await ParametersAsync(cancel));
        if (!result.IsValid)
        {
            // A new key of the issuer is fetched at most every few minutes, however many tokens ask for it.
            if (result.Exception is SecurityTokenSignatureKeyNotFoundException) _issuer?.RequestRefresh();
            throw result.Exception is SecurityTokenExpiredException
                ? Refuse("TOKEN_EXPIRED", "The token has expired; sign in again.")
                : Refuse("TOKEN_INVALID", "The token is not one of the issuer that this service trusts.");
        }
        var jwt = (JsonWebToken)result.SecurityToken;
        DateTimeOffset until = new(jwt.ValidTo, TimeSpan.Zero);
        return (await PrincipalOfAsync(jwt, cancel) with { Until = until }, until);
    }

    private async ValueTask<TokenValidationParameters> ParametersAsync(CancellationToken cancel)
    {
        var parameters = new TokenValidationParameters
        {
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            LifetimeValidator = CheckLifetime,
        };
        if (_trial is not null)
        {
            (parameters.ValidIssuer, parameters.ValidAudience, parameters.IssuerSigningKey) = (TrialTokens.Issuer, TrialTokens.Audience, _trial.Key);
            parameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
            return parameters;
        }
        var configuration = await ConfigurationAsync(cancel);
        (parameters.ValidIssuer, parameters.ValidAudience, parameters.IssuerSigningKeys) = (configuration.Issuer, _options.Audience, configuration.SigningKeys);
        // A public key must never be taken for the secret of an HMAC.
        parameters.ValidAlgorithms =
        [
            SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
            SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        ];
        return parameters;
    }

    private async ValueTask<OpenIdConnectConfiguration> ConfigurationAsync(CancellationToken cancel)
    {
        try
        {
            return await _issuer!.GetConfigurationAsync(cancel);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            throw new RpcException(Code.Unavailable, "ISSUER_UNAVAILABLE", "The issuer of tokens cannot be reached.") { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }

    private bool CheckLifetime(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (until is not { } end || end <= now - ClockSkew) throw new SecurityTokenExpiredException("expired");
        return from is not { } start || start <= now + ClockSkew;
    }

    private async ValueTask<Principal> PrincipalOfAsync(JsonWebToken token, CancellationToken cancel)
    {
        var (roles, provider, facilities) = _trial is not null
            ? (TrialTokens.Roles, TrialTokens.Provider, TrialTokens.Facilities)
            : (_options.RolesClaim, _options.ProviderClaim, _options.FacilitiesClaim);
        if (token.Subject is not { Length: > 0 }) throw Refuse("TOKEN_INVALID", "The token names nobody.");
        return new(
            _trial is not null ? await _trial.CallerOfAsync(token, _vault, cancel) : await CallerOfAsync(token, cancel), RoleSet.Of(Values(token, roles).Select(RoleOf)),
            Values(token, provider).FirstOrDefault(), [.. Values(token, facilities)]);
    }

    /// <summary>An issuer's subject may be an e-mail address or an employee's number; what stands in the log is a keyed hash of it. It leads to
    /// the name that the issuer gave at the first sign-in, for who consents is asked for by name later.</summary>
    private async ValueTask<string> CallerOfAsync(JsonWebToken token, CancellationToken cancel)
    {
        var reference = Base32.Name(_vault.KeyedHash("caller", Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Subject}")));
        if (Values(token, _options.NameClaim).FirstOrDefault()?.Trim() is { Length: > 0 and <= VaultLimits.PersonNameCharsMax } name)
            await _vault.KeepPersonAsync(new(reference), new(name, Phone: null), cancel);
        return reference;
    }

    /// <summary>A role that we do not know opens nothing.</summary>
    private static Role RoleOf(string name) => RoleSet.ByName.GetValueOrDefault(name, Role.Unspecified);

    /// <summary>A claim that is one text or a list of them; anything else says nothing.</summary>
    private static string[] Values(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string[]>(claim, out var list) ? list
        : token.TryGetPayloadValue<string>(claim, out var one) ? [one]
        : [];

    private static RpcException Refuse(string reason, string message) => new(Code.Unauthenticated, reason, message);
}
