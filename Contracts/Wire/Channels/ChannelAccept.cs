namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// Takes a channel that was asked for. The header holds the channel, in the numbering of the receiver's connection.
/// <code>
/// service           u32                                                                 (ServiceType)
/// protocol type     u32                                                                 (ProtocolType)
/// protocol version  u32
/// additional data   Opaque      of the service; passed on byte for byte
/// acceptor present  bool        from a client 0; towards a client 1
/// acceptor          LoginInfo   full, only if present; what a client claims is replaced by the hub
/// negotiation       rest        choice of encryption and trailer; passed on byte for byte
/// </code>
/// Direction: both. Answer: none, data may follow at once. Source: community protocol, channel accept.
/// </summary>
public sealed record ChannelAccept : IWireMessage<ChannelAccept>
{
    public required ServiceType Service { get; init; }

    public required ProtocolType Protocol { get; init; }

    public required uint Version { get; init; }

    public Opaque AdditionalData { get; init; }

    public LoginInfo? Acceptor { get; init; }

    /// <summary>Holds an <see cref="EncryptChoice"/>.</summary>
    public Negotiation Negotiation { get; init; }

    public static MessageType Type => MessageType.ChannelAccept;

    public static ChannelAccept Read(ref WireReader reader) => new()
    {
        Service = new ServiceType(reader.ReadUInt32()),
        Protocol = new ProtocolType(reader.ReadUInt32()),
        Version = reader.ReadUInt32(),
        AdditionalData = reader.ReadOpaque(),
        Acceptor = LoginInfo.ReadOptional(ref reader),
        Negotiation = Negotiation.Read(ref reader),
    };

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Service.Value);
        writer.WriteUInt32(Protocol.Value);
        writer.WriteUInt32(Version);
        writer.WriteOpaque(AdditionalData);
        LoginInfo.WriteOptional(ref writer, Acceptor);
        Negotiation.Write(ref writer);
    }
}
