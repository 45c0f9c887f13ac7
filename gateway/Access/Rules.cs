using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gateway.Rpc;
using Google.Protobuf.Reflection;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Who may call a method, as its proto says. A method that says nothing is denied to everybody.</summary>
public sealed class Rules
{
    // Health and the protos themselves say nothing of the region, and a client needs them before it can sign in.
    private static readonly string[] OpenPackages = ["grpc.health.v1", "grpc.reflection.v1", "grpc.reflection.v1alpha"];

    private static readonly ConcurrentDictionary<MethodDescriptor, Rules> Known = new();

    private readonly RoleSet _all;

    private Rules(MethodDescriptor method)
    {
        var access = method.GetOptions()?.GetExtension(AccessExtensions.Access) ?? new MethodAccess();
        Grants = [.. access.Grants.Where(grant => grant.Scope != Scope.Unspecified)];
        Reads = access.Reads;
        _all = RoleSet.Of(Grants.SelectMany(grant => grant.Roles));
    }

    /// <summary>In the order of the proto: the first that names a role of the caller and whose scope holds is used.</summary>
    public ImmutableArray<Grant> Grants { get; }

    public Details Reads { get; }

    public static Rules Of(MethodDescriptor method) => Known.GetOrAdd(method, static m => new(m));

    /// <summary>Whether a call needs no token at all.</summary>
    public static bool IsOpen(MethodDescriptor method) => OpenPackages.Contains(method.File.Package);

    /// <summary>Refuses a caller none of whose roles may call the method, before its message is read.</summary>
    public static void Authorize(Caller caller, MethodDescriptor method)
    {
        if (IsOpen(method)) return;
        if (caller is not Principal principal || !Of(method)._all.Overlaps(principal.Roles))
            throw new RpcException(Code.PermissionDenied, "ROLE_NOT_ALLOWED", $"None of the caller's roles may call {method.Name}.");
    }
}
