using System.Text;

namespace Sametime.Contracts.Crypto;

/// <summary>
/// The two chains of one encrypted channel, as seen from one end: what we send and what we receive, each with its own key and its own
/// chaining. Not thread-safe. Source: community protocol, ciphers RC2-40 and RC2-128.
/// </summary>
public sealed class Rc2Session
{
    /// <summary>How many bytes of the sender's login id are the key of RC2-40.</summary>
    public const int WeakKeyBytes = 5;

    private readonly Rc2Chain _sent;
    private readonly Rc2Chain _received;

    private Rc2Session(ReadOnlySpan<byte> sendKey, ReadOnlySpan<byte> receiveKey)
    {
        _sent = Rc2Chain.Encrypting(sendKey);
        _received = Rc2Chain.Decrypting(receiveKey);
    }

    /// <summary>Cipher RC2-128: both directions use the key that a <see cref="KeyAgreement"/> yields.</summary>
    public static Rc2Session Agreed(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyAgreement.SessionKeyBytes);
        return new Rc2Session(key, key);
    }

    /// <summary>
    /// Cipher RC2-40: each direction is keyed by the first five bytes of its sender's login id, which everybody can see. It hides text from
    /// a glance, not from anybody who looks.
    /// </summary>
    public static Rc2Session Weak(string ownLoginId, string peerLoginId) => new(WeakKey(ownLoginId), WeakKey(peerLoginId));

    /// <inheritdoc cref="Rc2Chain.Encrypt"/>
    public byte[] Encrypt(ReadOnlySpan<byte> clear) => _sent.Encrypt(clear);

    /// <inheritdoc cref="Rc2Chain.TryDecrypt"/>
    public bool TryDecrypt(ReadOnlySpan<byte> encrypted, out byte[] clear) => _received.TryDecrypt(encrypted, out clear);

    private static ReadOnlySpan<byte> WeakKey(string loginId)
    {
        var bytes = Encoding.UTF8.GetBytes(loginId);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, WeakKeyBytes, nameof(loginId));
        return bytes.AsSpan(0, WeakKeyBytes);
    }
}
