using System.Collections.Frozen;
using System.Collections.Immutable;
using Gateway.Rpc;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Who calls, as its token says: a reference, roles, and what it belongs to. Never a name.</summary>
/// <param name="Id">The same for all tokens of one person or program; stands in events as the actor. 1 to 64 characters.</param>
/// <param name="Provider">The provider that the caller works for, or null.</param>
/// <param name="Facilities">The facilities that an integration is bound to.</param>
public sealed record Principal(string Id, RoleSet Roles, string? Provider, ImmutableHashSet<string> Facilities) : Caller(Id)
{
    /// <summary>When the token expires, in real time. What is open then ends.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Nobody signed in. May call what <see cref="Rules"/> leaves open, which shows nothing of the region.</summary>
    public static Principal Nobody(string peer) => new($"peer-{peer}", default, null, []);
}

/// <summary>A set of roles.</summary>
public readonly record struct RoleSet(uint Bits)
{
    /// <summary>The roles by the names that tokens carry. A name is one of these, letter by letter: a list of names is none.</summary>
    public static readonly FrozenDictionary<string, Role> ByName =
        Enum.GetValues<Role>().Where(role => role != Role.Unspecified).ToFrozenDictionary(role => $"{role}", StringComparer.Ordinal);

    public static RoleSet Of(IEnumerable<Role> roles) => new(roles.Aggregate(0u, (bits, role) => bits | Bit(role)));

    public bool Has(Role role) => (Bits & Bit(role)) != 0;

    public bool Overlaps(RoleSet other) => (Bits & other.Bits) != 0;

    private static uint Bit(Role role) => role == Role.Unspecified ? 0 : 1u << (int)role;
}
