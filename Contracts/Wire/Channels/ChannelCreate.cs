namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// Asks for a channel to a user, a login, or the provider of a service. Travels on the master channel.
/// <code>
/// reserved         u32          0
/// channel          u32          the new channel, in the numbering of this connection     (ChannelId)
/// target           IdBlock      from a client: whom to reach; towards a client: empty
/// service          u32                                                                  (ServiceType)
/// protocol type    u32                                                                  (ProtocolType)
/// protocol version u32
/// options          u32          0
/// additional data  Opaque       of the service; passed on byte for byte
/// creator present  bool         from a client 0; towards a client 1, libmeanwhile needs it
/// creator          LoginInfo    full, only if present; what a client claims is replaced by the hub
/// negotiation      rest         offer of encryption and trailer; passed on byte for byte
/// </code>
/// Direction: both. Answer: ChannelAccept or ChannelDestroy. Source: community protocol, channel create.
/// </summary>
public sealed record ChannelCreate : IWireMessage<ChannelCreate>
{
    public uint Reserved { get; init; }

    public required ChannelId Channel { get; init; }

    public IdBlock Target { get; init; } = IdBlock.Nobody;

    public required ServiceType Service { get; init; }

    public required ProtocolType Protocol { get; init; }

    public required uint Version { get; init; }

    public uint Options { get; init; }

    public Opaque AdditionalData { get; init; }

    public LoginInfo? Creator { get; init; }

    /// <summary>Holds an <see cref="EncryptOffer"/>.</summary>
    public Negotiation Negotiation { get; init; }

    public static MessageType Type => MessageType.ChannelCreate;

    public static ChannelCreate Read(ref WireReader reader) => new()
    {
        Reserved = reader.ReadUInt32(),
        Channel = new ChannelId(reader.ReadUInt32()),
        Target = IdBlock.Read(ref reader),
        Service = new ServiceType(reader.ReadUInt32()),
        Protocol = new ProtocolType(reader.ReadUInt32()),
        Version = reader.ReadUInt32(),
        Options = reader.ReadUInt32(),
        AdditionalData = reader.ReadOpaque(),
        Creator = LoginInfo.ReadOptional(ref reader),
        Negotiation = Negotiation.Read(ref reader),
    };

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Reserved);
        writer.WriteUInt32(Channel.Value);
        Target.Write(ref writer);
        writer.WriteUInt32(Service.Value);
        writer.WriteUInt32(Protocol.Value);
        writer.WriteUInt32(Version);
        writer.WriteUInt32(Options);
        writer.WriteOpaque(AdditionalData);
        LoginInfo.WriteOptional(ref writer, Creator);
        Negotiation.Write(ref writer);
    }
}
