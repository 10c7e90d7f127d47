namespace Sametime.Contracts.Wire.Master;

/// <summary>
/// A message without a channel and without an answer: a create and one send in one.
/// <code>
/// id                u32
/// target            IdBlock    empty: whoever provides the service
/// service           u32                                              (ServiceType)
/// protocol type     u32                                              (ProtocolType)
/// protocol version  u32
/// payload type      u16
/// data              Opaque
/// sender present    bool       from a client 0; the hub fills it in
/// sender            LoginInfo  only if present
/// </code>
/// Direction: both. libmeanwhile ignores it. Source: community protocol, one-time message.
/// </summary>
public sealed record OneTime : IWireMessage<OneTime>
{
    public uint Id { get; init; }

    public IdBlock Target { get; init; } = IdBlock.Nobody;

    public required ServiceType Service { get; init; }

    public required ProtocolType Protocol { get; init; }

    public required uint Version { get; init; }

    public required ushort PayloadType { get; init; }

    public Opaque Data { get; init; }

    public LoginInfo? Sender { get; init; }

    public static MessageType Type => MessageType.OneTime;

    public static OneTime Read(ref WireReader reader) => new()
    {
        Id = reader.ReadUInt32(),
        Target = IdBlock.Read(ref reader),
        Service = new ServiceType(reader.ReadUInt32()),
        Protocol = new ProtocolType(reader.ReadUInt32()),
        Version = reader.ReadUInt32(),
        PayloadType = reader.ReadUInt16(),
        Data = reader.ReadOpaque(),
        Sender = LoginInfo.ReadOptional(ref reader),
    };

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Id);
        Target.Write(ref writer);
        writer.WriteUInt32(Service.Value);
        writer.WriteUInt32(Protocol.Value);
        writer.WriteUInt32(Version);
        writer.WriteUInt16(PayloadType);
        writer.WriteOpaque(Data);
        LoginInfo.WriteOptional(ref writer, Sender);
    }
}
