namespace Sametime.Contracts.Wire.Session;

/// <summary>
/// Answers Handshake, and by its key decides how the client proves itself.
/// <code>
/// major           u16     0x001e
/// minor           u16     the smaller of the client's and 0x001d
/// client address  u32     as seen by the server
/// magic           u32     comes back inside the encrypted password; only if major >= 0x1e and minor > 0x18, like the next
/// key             Opaque  our Diffie-Hellman value, 64 bytes. Shorter or absent: the client falls back to RC2 with 40 bits
/// </code>
/// Direction: server to client. Source: community protocol, handshake acknowledgement.
/// </summary>
public sealed record HandshakeAck(ushort Major, ushort Minor, uint ClientAddress, uint Magic = 0, Opaque Key = default)
    : IWireMessage<HandshakeAck>
{
    // The last minor version whose acknowledgement ends after the address.
    private const ushort MinorWithoutKey = 0x0018;

    public static MessageType Type => MessageType.HandshakeAck;

    /// <summary>Whether magic and key are on the wire in this version.</summary>
    public bool HasKey => Major >= Handshake.MajorVersion && Minor > MinorWithoutKey;

    public static HandshakeAck Read(ref WireReader reader)
    {
        var message = new HandshakeAck(
            Major: reader.ReadUInt16(),
            Minor: reader.ReadUInt16(),
            ClientAddress: reader.ReadUInt32());
        return !message.HasKey ? message : message with
        {
            Magic = reader.ReadUInt32(),
            Key = reader.ReadOpaque(),
        };
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Major);
        writer.WriteUInt16(Minor);
        writer.WriteUInt32(ClientAddress);
        if (!HasKey)
            return;
        writer.WriteUInt32(Magic);
        writer.WriteOpaque(Key);
    }
}
