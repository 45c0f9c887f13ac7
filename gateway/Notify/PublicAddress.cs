using System.Net;
using System.Net.Sockets;

namespace Gateway.Notify;

/// <summary>Whether an address that a caller gave lies on the public internet: nobody may make this program call what only it can reach.</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/8", "64:ff9b::/16", "100::/8", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/9", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>By its form alone: https, or for tests this machine. What its name leads to is looked at when it is called.</summary>
    public static bool MayBe(Uri address, bool loopbackToo) => address.IsAbsoluteUri && address.UserInfo.Length == 0 && (
        (loopbackToo && address.IsLoopback && address.Scheme is "http" or "https")
        || (address.Scheme == Uri.UriSchemeHttps && !address.IsLoopback && (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) || Is(ip))));

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !Inside.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <summary>Connects to an address that was looked at, so that a name cannot lead elsewhere a moment later.</summary>
    /// <exception cref="ForbiddenAddressException">The name leads to no public address.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool loopbackToo, CancellationToken cancel)
    {
        var address = (await Dns.GetHostAddressesAsync(to.Host, cancel)).FirstOrDefault(found => Is(found) || (loopbackToo && IPAddress.IsLoopback(found)))
            ?? throw new ForbiddenAddressException();
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, to.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name that somebody gave leads to an address of this machine or its network.</summary>
public sealed class ForbiddenAddressException() : IOException("The address is not on the public internet.");
