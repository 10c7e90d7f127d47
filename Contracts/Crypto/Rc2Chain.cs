using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Sametime.Contracts.Crypto;

/// <summary>
/// RC2 in one direction, as the protocol uses it: 1024 effective key bits whatever the key's size, CBC, 1 to 8 bytes of padding that each
/// hold their number. The chaining goes on from message to message, so a chain serves one direction of one channel and messages must pass
/// it in the order of the wire. Not thread-safe. Source: community protocol, RC2 as used here.
/// </summary>
public sealed class Rc2Chain
{
    /// <summary>Width of a block in bytes; an encrypted message is a positive multiple of it.</summary>
    public const int BlockBytes = 8;

    private const int EffectiveKeyBits = 1024;
    private static ReadOnlySpan<byte> FirstVector => [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];

    private readonly RC2Engine _cipher = new();
    private readonly bool _encrypts;
    private readonly byte[] _vector = FirstVector.ToArray();

    private Rc2Chain(ReadOnlySpan<byte> key, bool encrypts)
    {
        var copy = key.ToArray();
        _cipher.Init(encrypts, new RC2Parameters(copy, EffectiveKeyBits));
        CryptographicOperations.ZeroMemory(copy);
        _encrypts = encrypts;
    }

    /// <summary>A chain that encrypts what we send, starting at the protocol's fixed vector.</summary>
    public static Rc2Chain Encrypting(ReadOnlySpan<byte> key) => new(key, encrypts: true);

    /// <summary>A chain that decrypts what the peer sent, starting at the protocol's fixed vector.</summary>
    public static Rc2Chain Decrypting(ReadOnlySpan<byte> key) => new(key, encrypts: false);

    /// <summary>Length of the encrypted form of a message of <paramref name="clearBytes"/>: the next multiple of 8 above it.</summary>
    public static int EncryptedLength(int clearBytes) => checked((clearBytes / BlockBytes * BlockBytes) + BlockBytes);

    /// <summary>Encrypts one message and moves the chain on. An empty message becomes one block of padding.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> clear)
    {
        Demand(_encrypts);
        var result = new byte[EncryptedLength(clear.Length)];
        clear.CopyTo(result);
        result.AsSpan(clear.Length).Fill((byte)(result.Length - clear.Length));

        var vector = _vector.AsSpan();
        for (var at = 0; at < result.Length; at += BlockBytes)
        {
            var block = result.AsSpan(at, BlockBytes);
            Mix(block, vector);
            _cipher.ProcessBlock(block, vector);
            vector.CopyTo(block);
        }

        return result;
    }

    /// <summary>
    /// Decrypts one message and moves the chain on. False when the message is empty, no whole number of blocks, or badly padded; the rest
    /// of the direction is then worthless, and the caller ends the channel.
    /// </summary>
    public bool TryDecrypt(ReadOnlySpan<byte> encrypted, out byte[] clear)
    {
        Demand(!_encrypts);
        clear = [];
        if (encrypted.IsEmpty || encrypted.Length % BlockBytes != 0)
        {
            return false;
        }

        var padded = new byte[encrypted.Length];
        for (var at = 0; at < padded.Length; at += BlockBytes)
        {
            var block = padded.AsSpan(at, BlockBytes);
            _cipher.ProcessBlock(encrypted.Slice(at, BlockBytes), block);
            Mix(block, _vector);
            encrypted.Slice(at, BlockBytes).CopyTo(_vector);
        }

        var padding = padded[^1];
        var isPadded = padding is >= 1 and <= BlockBytes && !padded.AsSpan(padded.Length - padding).ContainsAnyExcept(padding);
        if (isPadded)
        {
            clear = padded[..^padding];
        }

        CryptographicOperations.ZeroMemory(padded);
        return isPadded;
    }

    private static void Mix(Span<byte> block, ReadOnlySpan<byte> vector)
    {
        for (var i = 0; i < BlockBytes; i++)
        {
            block[i] ^= vector[i];
        }
    }

    private static void Demand(bool isOwnDirection)
    {
        if (!isOwnDirection)
        {
            throw new InvalidOperationException("An RC2 chain serves one direction: make one for what is sent and one for what is received.");
        }
    }
}
