using System.Buffers.Binary;
using System.Security.Cryptography;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// What two ends of a link make of the shared key and of what both have said so far (Hello and Challenge, which hold both
/// random numbers, roles and names). So a proof serves one link, one direction and one role only.
/// <code>
/// proof of connecting end   HMAC-SHA256(key, "sametime link client" | 0 | Hello | Challenge)
/// proof of accepting end    HMAC-SHA256(key, "sametime link server" | 0 | Hello | Challenge)
/// seal keys                 HKDF-Expand-SHA256(HMAC-SHA256(key, "sametime link secret" | 0 | Hello | Challenge), "sametime link seal"),
///                           32 bytes a direction
/// sealed secret             counter u64, tag 16 bytes, AES-256-GCM text; nonce = 4 zero bytes, counter
/// </code>
/// </summary>
internal sealed class LinkKeys : IDisposable
{
    public const int ProofBytes = 32;

    private const int CounterBytes = 8;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int SealKeyBytes = 32;

    private readonly AesGcm _ours;
    private readonly AesGcm _theirs;
    private ulong _counter;

    private LinkKeys(AesGcm ours, AesGcm theirs)
    {
        _ours = ours;
        _theirs = theirs;
    }

    public static byte[] ProofOfConnecting(ReadOnlySpan<byte> key, byte[] transcript) =>
        HMACSHA256.HashData(key, [.. "sametime link client\0"u8, .. transcript]);

    public static byte[] ProofOfAccepting(ReadOnlySpan<byte> key, byte[] transcript) =>
        HMACSHA256.HashData(key, [.. "sametime link server\0"u8, .. transcript]);

    public static LinkKeys Derive(ReadOnlySpan<byte> key, byte[] transcript, bool isConnecting)
    {
        Span<byte> keys = stackalloc byte[2 * SealKeyBytes];

        // The extracting step of HKDF by hand: the platform's refuses the empty key of an end trusted by its address.
        var root = HMACSHA256.HashData(key, [.. "sametime link secret\0"u8, .. transcript]);
        HKDF.Expand(HashAlgorithmName.SHA256, root, keys, info: "sametime link seal"u8);
        var connecting = new AesGcm(keys[..SealKeyBytes], TagBytes);
        var accepting = new AesGcm(keys[SealKeyBytes..], TagBytes);
        CryptographicOperations.ZeroMemory(keys);
        CryptographicOperations.ZeroMemory(root);
        return isConnecting ? new LinkKeys(connecting, accepting) : new LinkKeys(accepting, connecting);
    }

    public Opaque Seal(ReadOnlySpan<byte> secret)
    {
        var result = new byte[CounterBytes + TagBytes + secret.Length];
        BinaryPrimitives.WriteUInt64BigEndian(result, ++_counter);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        nonce.Clear();
        result.AsSpan(0, CounterBytes).CopyTo(nonce[^CounterBytes..]);
        _ours.Encrypt(nonce, secret, result.AsSpan(CounterBytes + TagBytes), result.AsSpan(CounterBytes, TagBytes));
        return Opaque.Wrap(result);
    }

    public byte[]? Open(ReadOnlySpan<byte> text)
    {
        if (text.Length < CounterBytes + TagBytes)
            return null;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        nonce.Clear();
        text[..CounterBytes].CopyTo(nonce[^CounterBytes..]);
        var secret = new byte[text.Length - CounterBytes - TagBytes];
        try
        {
            _theirs.Decrypt(nonce, text[(CounterBytes + TagBytes)..], text.Slice(CounterBytes, TagBytes), secret);
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }
}
