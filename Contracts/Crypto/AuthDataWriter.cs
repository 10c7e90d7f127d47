using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Crypto;

/// <summary>
/// Makes the auth data of a Login, for clients of ours: the SDK's, the load generator's and the tests'. The layouts are those of
/// <see cref="AuthDataReader"/>. Direction: client to server.
/// </summary>
public static class AuthDataWriter
{
    private delegate void WriteFields(ref WireWriter writer);

    /// <summary>Auth type plain: the password as one String, in the clear.</summary>
    public static byte[] Plain(string password) => Write((ref WireWriter writer) => writer.WriteString(password));

    /// <summary>Auth type token: the token's bytes as they are.</summary>
    public static byte[] Token(ReadOnlySpan<byte> token) => token.ToArray();

    /// <summary>Auth type RC2-40 with a fresh key. The key travels beside the secret, so this hides nothing.</summary>
    public static byte[] Rc2Fixed40(string password)
    {
        Span<byte> key = stackalloc byte[Rc2Session.WeakKeyBytes];
        RandomNumberGenerator.Fill(key);
        return Rc2Fixed40(password, key);
    }

    /// <summary>Auth type RC2-40 with a given key of five bytes, as the golden vectors need it.</summary>
    public static byte[] Rc2Fixed40(string password, ReadOnlySpan<byte> key)
    {
        Opaque ownKey = new(key), secret = Opaque.Wrap(Rc2Chain.Encrypting(key).Encrypt(Encoding.UTF8.GetBytes(password)));
        return Write((ref WireWriter writer) =>
        {
            writer.WriteOpaque(ownKey);
            writer.WriteOpaque(secret);
        });
    }

    /// <summary>Auth type RC2-128 over Diffie-Hellman, from the public value and the magic of the server's HandshakeAck.</summary>
    /// <exception cref="CryptographicException">The server's public value is none that an honest server sends.</exception>
    public static byte[] Rc2DiffieHellman(string password, KeyAgreement own, ReadOnlySpan<byte> serverPublic, uint magic)
    {
        Span<byte> sessionKey = stackalloc byte[KeyAgreement.SessionKeyBytes];
        if (!own.TryAgree(serverPublic, sessionKey))
        {
            throw new CryptographicException("The server's Diffie-Hellman value is 0, 1, p-1 or not below p.");
        }

        var secret = Rc2Chain.Encrypting(sessionKey).Encrypt(Write((ref WireWriter writer) =>
        {
            writer.WriteUInt32(magic);
            writer.WriteString(password);
        }));
        return Write((ref WireWriter writer) =>
        {
            writer.WriteUInt16(AuthDataReader.KeyExchangeVersion);
            writer.WriteOpaque(own.PublicValue.Span);
            writer.WriteOpaque(secret);
        });
    }

    private static byte[] Write(WriteFields writeFields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(buffer);
        writeFields(ref writer);
        writer.Complete();
        return buffer.WrittenSpan.ToArray();
    }
}
