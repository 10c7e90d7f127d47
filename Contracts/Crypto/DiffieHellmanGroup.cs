using Org.BouncyCastle.Math;

namespace Sametime.Contracts.Crypto;

/// <summary>
/// The one Diffie-Hellman group of the community protocol: generator 3 and a fixed prime of 512 bits. It serves the login and the
/// channels between clients alike. A group of this size can be broken with effort; it keeps old clients working, it does not keep secrets.
/// Source: community protocol, cipher RC2-128.
/// </summary>
public static class DiffieHellmanGroup
{
    /// <summary>Width of a public value and of a shared value in bytes. On our side always exactly this, padded with zeros on the left.</summary>
    public const int ValueBytes = 64;

    internal static readonly BigInteger Prime = new(1, Convert.FromHexString(
        "cf84afce86ddfa527f136d10357528eefba0afef808f29174e3b6a9e97000171" +
        "7c8f106c41c161a6ce91057b34da62cbb87bfdc1b35c1b910fea72249d566b9f"));

    internal static readonly BigInteger Generator = BigInteger.Three;

    private static readonly BigInteger LargestAllowed = Prime.Subtract(BigInteger.Two);

    /// <summary>
    /// Reads a peer's public value: an unsigned big-endian integer, leading zeros present or stripped. 0, 1, p-1 and everything from p on
    /// are refused, because they would make the shared value a constant that any listener knows.
    /// </summary>
    internal static bool TryReadPublic(ReadOnlySpan<byte> bytes, out BigInteger value)
    {
        var digits = bytes.TrimStart((byte)0);
        value = digits.Length is > 0 and <= ValueBytes ? new BigInteger(1, digits) : BigInteger.Zero;
        return value.CompareTo(BigInteger.Two) >= 0 && value.CompareTo(LargestAllowed) <= 0;
    }

    /// <summary>Writes a value over the whole of <paramref name="destination"/>, padded with zeros on the left.</summary>
    internal static void Write(BigInteger value, Span<byte> destination)
    {
        destination.Clear();
        value.ToByteArrayUnsigned(destination[^value.GetLengthofByteArrayUnsigned()..]);
    }
}
