using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sametime.Edge.Limits;

/// <summary>What counts as one address in the limits per address: an IPv4 address, or the /64 of an IPv6 one, which one subscriber owns.</summary>
internal readonly record struct AddressKey(ulong Value, bool IsIPv6)
{
    public static AddressKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        _ = address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new AddressKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), IsIPv6: true)
            : new AddressKey(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsIPv6: false);
    }
}
