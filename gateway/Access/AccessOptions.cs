using System.ComponentModel.DataAnnotations;

namespace Gateway.Access;

/// <summary>Who is believed when it says who calls.</summary>
public sealed record AccessOptions
{
    /// <summary>The OIDC issuer, an https address, whose discovery document names its keys. Null: tokens of our own, on loopback only.</summary>
    public Uri? Issuer { get; init; }

    /// <summary>What the issuer's tokens must be meant for. Default <c>plek</c>.</summary>
    [Required, StringLength(200, MinimumLength = 1)] public string Audience { get; init; } = "plek";

    /// <summary>The issuer's claim that lists roles, by the names of the domain such as CrisisDesk. Default <c>roles</c>.</summary>
    [Required, StringLength(100, MinimumLength = 1)] public string RolesClaim { get; init; } = "roles";

    /// <summary>The issuer's claim with the caller's own name, for the directory that only the desk reads. Default <c>name</c>.</summary>
    [Required, StringLength(100, MinimumLength = 1)] public string NameClaim { get; init; } = "name";

    /// <summary>The issuer's claim that names the caller's provider. Default <c>plek_provider</c>.</summary>
    [Required, StringLength(100, MinimumLength = 1)] public string ProviderClaim { get; init; } = "plek_provider";

    /// <summary>The issuer's claim that lists the facilities an integration is bound to. Default <c>plek_facilities</c>.</summary>
    [Required, StringLength(100, MinimumLength = 1)] public string FacilitiesClaim { get; init; } = "plek_facilities";

    /// <summary>Where the trial mode keeps its signing key, readable by its owner only.</summary>
    [Required] public required string KeyFile { get; init; }

    /// <summary>Failed sign-ins a second that are answered to one address (IPv6: one /64 network) for long; beyond it tokens that are not
    /// known yet are refused unseen. Behind a proxy all its clients are one address. 1 to 10,000, default 5.</summary>
    [Range(1, 10_000)] public int FailedSignInsPerSecond { get; init; } = 5;

    /// <summary>Failed sign-ins that one address may have at once after a quiet time. 1 to 100,000, default 200: a whole office
    /// whose tokens expire together.</summary>
    [Range(1, 100_000)] public int FailedSignInsAtOnce { get; init; } = 200;

    /// <summary>What is wrong with these options for listeners at these addresses, in one line; null when they may start.</summary>
    /// <param name="addresses">As Kestrel takes them: <c>http://localhost:8080</c>.</param>
    public string? Refuse(IEnumerable<string> addresses)
    {
        if (Issuer is { } issuer && (!issuer.IsAbsoluteUri || (issuer.Scheme != Uri.UriSchemeHttps && !issuer.IsLoopback)))
            return $"The OIDC issuer {issuer} must be an https address.";
        if (Issuer is not null) return null;
        return addresses.FirstOrDefault(address => !Loopback.IsLoopback(address)) is { } open
            ? $"{open} can be reached from outside this machine: configure an OIDC issuer first, or listen on localhost."
            : null;
    }
}
