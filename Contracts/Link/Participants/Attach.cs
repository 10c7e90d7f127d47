using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Participants;

/// <summary>
/// Edge to hub: a client has shaken hands and wants to log in. Handle: the number the Edge gave the connection.
/// <code>
/// client type      uint16
/// protocol minor   uint16  from its Handshake
/// login name       String  as typed
/// credential kind  uint16  what the sealed bytes are
/// credential       opaque  sealed for this link; every link it crosses seals it anew
/// auth type        uint16  how the client sent it, for policy and statistics
/// security         uint8   what protected it on the way from the client
/// address          opaque  4 or 16 bytes; the client's, as the outermost Edge saw it
/// edges            count + String each  Edges crossed, outermost first
/// redirects        uint8   hubs that have sent this login on, at most <see cref="Redirect.Max"/>
/// attempt          opaque  16 random bytes of the outermost Edge, new for each Login and kept when a hub sends it on; may be absent
/// </code>
/// Answer: <see cref="Attached"/> and the LoginAck as a Message, or <see cref="Redirect"/>, or <see cref="Detach"/> with the reason.
/// </summary>
public sealed record Attach(
    ClientType ClientType,
    ushort ProtocolMinor,
    string LoginName,
    CredentialKind CredentialKind,
    Opaque SealedCredential,
    AuthType AuthType,
    TransportSecurity Security,
    Opaque Address,
    Items<string> Edges,
    byte Redirects = 0,
    Opaque Attempt = default) : ILinkPayload<Attach>
{
    /// <summary>Bytes of <see cref="Attempt"/>.</summary>
    public const int AttemptBytes = 16;

    public static LinkKind Kind => LinkKind.Attach;

    public static Attach Read(ref WireReader reader) => new(
        ClientType: (ClientType)reader.ReadUInt16(),
        ProtocolMinor: reader.ReadUInt16(),
        LoginName: reader.ReadString(),
        CredentialKind: (CredentialKind)reader.ReadUInt16(),
        SealedCredential: reader.ReadOpaque(),
        AuthType: (AuthType)reader.ReadUInt16(),
        Security: (TransportSecurity)reader.ReadByte(),
        Address: reader.ReadOpaque(),
        Edges: reader.ReadItems(minElementBytes: 2, static (ref WireReader r) => r.ReadString()),
        Redirects: reader.ReadByte(),
        Attempt: reader.Remaining > 0 ? reader.ReadOpaque() : default);

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)ClientType);
        writer.WriteUInt16(ProtocolMinor);
        writer.WriteString(LoginName);
        writer.WriteUInt16((ushort)CredentialKind);
        writer.WriteOpaque(SealedCredential);
        writer.WriteUInt16((ushort)AuthType);
        writer.WriteByte((byte)Security);
        writer.WriteOpaque(Address);
        writer.WriteUInt32((uint)Edges.Count);
        foreach (var edge in Edges)
        {
            writer.WriteString(edge);
        }

        writer.WriteByte(Redirects);
        writer.WriteOpaque(Attempt);
    }
}

/// <summary>What protects a client's connection.</summary>
public enum TransportSecurity : byte
{
    /// <summary>Plain TCP.</summary>
    None = 0,

    /// <summary>TLS.</summary>
    Tls = 1,
}
