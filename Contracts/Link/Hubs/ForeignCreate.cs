using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to hub: a participant of the sender asks for a channel to somebody or something of the receiver.
/// <code>
/// origin      ForeignOrigin  who asks
/// number      uint32         what the origin calls the channel; with his login id it names the channel in the facts of both hubs
/// options     uint16         header options of the request as it came                       (MessageOptions)
/// attributes  opaque         the attributes that header announced; passed on byte for byte
/// create      ChannelCreate  target as it was asked for, no creator; the channel is the sender's number for it on this link,
///                            always of the server's half
/// </code>
/// Answer: a Message with ChannelAccept or ChannelDestroy. From then on Messages of the channel travel with handle 0 and the number that
/// their sender has for it; the two ends' numbers differ in the top bit, so the receiver turns that round.
/// </summary>
public sealed record ForeignCreate(ForeignOrigin Origin, ChannelId Number, MessageOptions Options, Opaque Attributes, ChannelCreate Create)
    : ILinkPayload<ForeignCreate>
{
    public static LinkKind Kind => LinkKind.ForeignCreate;

    public static ForeignCreate Read(ref WireReader reader) => new(
        ForeignOrigin.Read(ref reader),
        new ChannelId(reader.ReadUInt32()),
        (MessageOptions)reader.ReadUInt16(),
        reader.ReadOpaque(),
        ChannelCreate.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        Origin.Write(ref writer);
        writer.WriteUInt32(Number.Value);
        writer.WriteUInt16((ushort)Options);
        writer.WriteOpaque(Attributes);
        Create.Write(ref writer);
    }
}
