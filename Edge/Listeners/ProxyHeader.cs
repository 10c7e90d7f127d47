using System.Buffers.Binary;
using System.Net;

namespace Sametime.Edge.Listeners;

/// <summary>
/// What a load balancer says in front of a connection that it passes on: version 2 of the PROXY protocol, the binary one.
/// <code>
/// signature  12 bytes  0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a
/// command    uint8     0x20 LOCAL: the balancer speaks for itself, e.g. to see whether we live; 0x21 PROXY: for a client
/// family     uint8     0x11 TCP over IPv4, 0x21 TCP over IPv6, 0x00 unspecified
/// length     uint16    of all that follows, big-endian
/// addresses            IPv4: source 4, destination 4, ports 2 and 2; IPv6: source 16, destination 16, ports 2 and 2
/// more                 type, length, value each; none of them is needed here
/// </code>
/// Direction: balancer to Edge. Source: the PROXY protocol, versions 1 and 2, section 2.2.
/// </summary>
/// <param name="Source">The client's address; null when the connection's own is the right one.</param>
internal readonly record struct ProxyHeader(IPAddress? Source)
{
    /// <summary>Begins no frame, no TLS hello and no keep-alive, so a header cannot be mistaken for a client.</summary>
    public const byte FirstByte = 0x0d;

    private const int FixedBytes = 16;
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private const byte Unspecified = 0x00;
    private const byte TcpOverIPv4 = 0x11;
    private const byte TcpOverIPv6 = 0x21;
    private const int IPv4Bytes = 12;
    private const int IPv6Bytes = 36;

    private static ReadOnlySpan<byte> Signature => [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

    /// <summary>Reads a header from the first bytes of a connection.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="bytesMax">The longest header that is taken, all of it counted.</param>
    /// <param name="used">Length of the header, when it was read.</param>
    /// <param name="header">What it says, when it was read.</param>
    public static ProxyHeaderState TryRead(ReadOnlySpan<byte> bytes, int bytesMax, out int used, out ProxyHeader header)
    {
        (used, header) = (0, default);
        var compared = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..compared].SequenceEqual(Signature[..compared]))
        {
            return ProxyHeaderState.Absent;
        }

        if (bytes.Length < FixedBytes)
        {
            return ProxyHeaderState.Incomplete;
        }

        var (command, family) = (bytes[12], bytes[13]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (FixedBytes + length > bytesMax || !IsSound(command, family, length))
        {
            return ProxyHeaderState.Bad;
        }

        if (bytes.Length < FixedBytes + length)
        {
            return ProxyHeaderState.Incomplete;
        }

        used = FixedBytes + length;
        header = new ProxyHeader(command == Local ? null : SourceIn(bytes[FixedBytes..used], family));
        return ProxyHeaderState.Read;
    }

    // Whatever a LOCAL header says of addresses is to be passed over.
    private static bool IsSound(byte command, byte family, int length) => (command, family) switch
    {
        (Local, _) => true,
        (Proxy, Unspecified) => true,
        (Proxy, TcpOverIPv4) => length >= IPv4Bytes,
        (Proxy, TcpOverIPv6) => length >= IPv6Bytes,
        _ => false,
    };

    private static IPAddress? SourceIn(ReadOnlySpan<byte> addresses, byte family) => family switch
    {
        TcpOverIPv4 => new IPAddress(addresses[..4]),
        TcpOverIPv6 => new IPAddress(addresses[..16]),
        _ => null,
    };
}

/// <summary>How far a header has been read.</summary>
internal enum ProxyHeaderState
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    Read,

    /// <summary>The bytes begin no header.</summary>
    Absent,

    /// <summary>The bytes begin a header that is too long, or does not keep its own rules.</summary>
    Bad,
}
