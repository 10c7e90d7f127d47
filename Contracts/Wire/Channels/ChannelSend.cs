namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// Data on a channel. With header option Encrypted the data is encrypted end to end, the payload type is not.
/// <code>
/// payload type  u16     which payload of the channel's service follows
/// data          Opaque  the payload                                  (IPayload)
/// </code>
/// Direction: both. Answer: the service's business; on an unknown channel it is ignored. Source: community protocol, message types.
/// </summary>
public readonly record struct ChannelSend(ushort PayloadType, Opaque Data) : IWireMessage<ChannelSend>
{
    public static MessageType Type => MessageType.ChannelSend;

    public static ChannelSend Read(ref WireReader reader) => new(
        PayloadType: reader.ReadUInt16(),
        Data: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(PayloadType);
        writer.WriteOpaque(Data);
    }
}
