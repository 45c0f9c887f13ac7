using System.Net;
using Gateway.Rpc;

namespace Gateway.Access;

/// <summary>What keeps a trial on this machine: only loopback addresses, and only pages that were served from there.</summary>
public static class Loopback
{
    /// <summary>Whether nobody outside this machine can reach a listener at this address.</summary>
    public static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && IsLoopbackHost(uri.Host);

    /// <summary>Refuses a request that a foreign page made a browser send: its name may resolve to this machine (DNS rebinding), its Host
    /// and Origin give it away.</summary>
    public static void CheckHostAndOrigin(HttpRequest request)
    {
        if (!IsLoopbackHost(request.Host.Host)) throw Foreign("host");
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !IsLoopback(origin)) throw Foreign("origin");
    }

    private static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static RpcException Foreign(string header) =>
        new(Code.PermissionDenied, "FOREIGN_ORIGIN", $"Without an OIDC issuer this service answers this machine only; the {header} header names another.");
}
