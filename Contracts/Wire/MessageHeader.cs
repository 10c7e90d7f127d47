namespace Sametime.Contracts.Wire;

/// <summary>
/// Start of every message.
/// <code>
/// type     u16  which body follows                             (MessageType)
/// options  u16  0x8000 attributes follow, 0x4000 encrypted     (MessageOptions)
/// channel  u32  what it travels on; 0 = master channel         (ChannelId)
/// </code>
/// With option Attributes an Opaque stands before the body. No known client sends one; routed channels carry it through.
/// Source: community protocol, message header.
/// </summary>
public readonly record struct MessageHeader(MessageType Type, MessageOptions Options, ChannelId Channel)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>Reads the 8 bytes and leaves the attributes, if any, to <see cref="SkipAttributes"/>.</summary>
    public static MessageHeader Read(ref WireReader reader) => new(
        Type: (MessageType)reader.ReadUInt16(),
        Options: (MessageOptions)reader.ReadUInt16(),
        Channel: new ChannelId(reader.ReadUInt32()));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Type);
        writer.WriteUInt16((ushort)Options);
        writer.WriteUInt32(Channel.Value);
    }

    /// <summary>Takes the attributes that the options announce, borrowed; empty when there are none. Then the body follows.</summary>
    public ReadOnlySpan<byte> SkipAttributes(ref WireReader reader) =>
        (Options & MessageOptions.Attributes) != 0 ? reader.ReadOpaqueSpan() : default;
}
