using System.Net;
using System.Net.Sockets;

namespace Sametime.Services.Users;

/// <summary>What counts as one place that attempts to log in come from.</summary>
internal static class AddressNetwork
{
    /// <summary>An IPv4 address as it is; of an IPv6 address its network of 64 bits: whoever has one address of it has them all.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
