using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace Sametime.Contracts.Crypto;

/// <summary>
/// One side of a Diffie-Hellman agreement in the protocol's group: a private exponent and the public value that goes with it.
/// Make a fresh one for each connection. Source: community protocol, HandshakeAck and cipher RC2-128.
/// </summary>
public sealed class KeyAgreement
{
    /// <summary>Width in bytes of the RC2 key that an agreement yields.</summary>
    public const int SessionKeyBytes = 16;

    private readonly BigInteger _exponent;
    private readonly byte[] _publicValue = new byte[DiffieHellmanGroup.ValueBytes];

    private KeyAgreement(BigInteger exponent)
    {
        _exponent = exponent;
        DiffieHellmanGroup.Write(DiffieHellmanGroup.Generator.ModPow(exponent, DiffieHellmanGroup.Prime), _publicValue);
    }

    /// <summary>
    /// The value told to the peer, always 64 bytes. A client that is offered fewer falls back to RC2-40, so leading zeros stay.
    /// </summary>
    public ReadOnlyMemory<byte> PublicValue => _publicValue;

    /// <summary>A fresh pair whose exponent comes from the system's random source.</summary>
    public static KeyAgreement Create()
    {
        Span<byte> exponent = stackalloc byte[DiffieHellmanGroup.ValueBytes];
        RandomNumberGenerator.Fill(exponent);
        var pair = FromExponent(exponent);
        CryptographicOperations.ZeroMemory(exponent);
        return pair;
    }

    /// <summary>The pair of a known exponent (unsigned, big-endian): for recorded conversations and golden vectors.</summary>
    public static KeyAgreement FromExponent(ReadOnlySpan<byte> exponent) => new(new BigInteger(1, exponent));

    /// <summary>
    /// Agrees with a peer: the last 16 bytes of the shared value after padding it to 64. False, and nothing written, when the peer's value
    /// is none that an honest peer sends (0, 1, p-1, p or more).
    /// </summary>
    /// <param name="peerPublic">The peer's value, big-endian; leading zeros may be missing.</param>
    /// <param name="key">Receives exactly <see cref="SessionKeyBytes"/> bytes.</param>
    public bool TryAgree(ReadOnlySpan<byte> peerPublic, Span<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, SessionKeyBytes);
        if (!DiffieHellmanGroup.TryReadPublic(peerPublic, out var peer))
        {
            return false;
        }

        Span<byte> shared = stackalloc byte[DiffieHellmanGroup.ValueBytes];
        DiffieHellmanGroup.Write(peer.ModPow(_exponent, DiffieHellmanGroup.Prime), shared);
        shared[^SessionKeyBytes..].CopyTo(key);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }
}
