namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// Ends a channel, or refuses one. Either end may send it; nothing follows it on that channel. On channel 0 it ends the session.
/// <code>
/// reason  u32     why; 0 = ended normally                      (Reason)
/// detail  Opaque  what the service adds to the reason; usually empty
/// </code>
/// Direction: both. Answer: none; for an unknown channel it is ignored. Source: community protocol, channel destroy.
/// </summary>
public readonly record struct ChannelDestroy(Reason Reason, Opaque Detail = default) : IWireMessage<ChannelDestroy>
{
    public static MessageType Type => MessageType.ChannelDestroy;

    public static ChannelDestroy Read(ref WireReader reader) => new(
        Reason: (Reason)reader.ReadUInt32(),
        Detail: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Reason);
        writer.WriteOpaque(Detail);
    }
}
