using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Crypto;

/// <summary>
/// Opens the auth data of a Login, whatever its auth type, so that every directory sees the same thing: a <see cref="Credential"/>.
/// <code>
/// Plain             password:String                                (or, if it is not exactly that, the raw bytes)
/// Token             the token's bytes, nothing around them
/// Rc2Fixed40        key:Opaque (5 bytes), secret:Opaque            secret = the password's bytes
/// Rc2DiffieHellman  version:u16 (1), public:Opaque, secret:Opaque  secret = magic:u32, password:String
/// </code>
/// Auth data that cannot be opened is a wrong password to the caller: same answer, same delay. Direction: client to server.
/// Source: community protocol, auth types.
/// </summary>
/// <param name="key">Our side of the key agreement that HandshakeAck offered on this connection.</param>
/// <param name="magic">The number that HandshakeAck carried on this connection.</param>
public sealed class AuthDataReader(KeyAgreement key, uint magic)
{
    internal const ushort KeyExchangeVersion = 1;

    /// <summary>Opens auth data. False when it is malformed, badly padded, made for another connection, or of an unknown type.</summary>
    public bool TryOpen(AuthType type, ReadOnlySpan<byte> authData, [NotNullWhen(true)] out Credential? credential)
    {
        credential = type switch
        {
            AuthType.Plain => OpenPlain(authData),
            AuthType.Token => Credential.Token(authData),
            AuthType.Rc2Fixed40 => OpenFixed40(authData),
            AuthType.Rc2DiffieHellman => OpenDiffieHellman(authData),
            _ => null,
        };
        return credential is not null;
    }

    // Only data that is one String to its last byte is taken as one: a bare password may begin like a String by chance.
    private static Credential OpenPlain(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var password = reader.ReadBytes(reader.ReadUInt16());
        return Password(reader.Error is null && reader.Remaining == 0 ? password : data);
    }

    private static Credential? OpenFixed40(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var weakKey = reader.ReadOpaqueSpan();
        var secret = reader.ReadOpaqueSpan();
        if (reader.Error is not null || weakKey.Length != Rc2Session.WeakKeyBytes)
        {
            return null;
        }

        return Rc2Chain.Decrypting(weakKey).TryDecrypt(secret, out var password) ? new Credential(CredentialKind.Password, password) : null;
    }

    private Credential? OpenDiffieHellman(ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(data);
        var version = reader.ReadUInt16();
        var clientPublic = reader.ReadOpaqueSpan();
        var secret = reader.ReadOpaqueSpan();
        Span<byte> sessionKey = stackalloc byte[KeyAgreement.SessionKeyBytes];
        if (reader.Error is not null || version != KeyExchangeVersion || !key.TryAgree(clientPublic, sessionKey))
        {
            return null;
        }

        var isOpen = Rc2Chain.Decrypting(sessionKey).TryDecrypt(secret, out var clear);
        CryptographicOperations.ZeroMemory(sessionKey);
        var credential = isOpen ? OpenMagicAndPassword(clear) : null;
        CryptographicOperations.ZeroMemory(clear);
        return credential;
    }

    private Credential? OpenMagicAndPassword(ReadOnlySpan<byte> clear)
    {
        var reader = new WireReader(clear);
        var isOurMagic = reader.ReadUInt32() == magic;
        var password = reader.ReadBytes(reader.ReadUInt16());
        return reader.Error is null && isOurMagic ? Password(password) : null;
    }

    // Bytes, not text: an old client's password may be in its local code page.
    private static Credential Password(ReadOnlySpan<byte> bytes) => new(CredentialKind.Password, bytes.ToArray());
}
