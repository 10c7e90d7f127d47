namespace Sametime.Contracts.Wire.Master;

/// <summary>
/// From a client: tell me when this service can be had. From the server: it can be had now, asked or not; clients then make their
/// channel to it.
/// <code>
/// service  u32                                    (ServiceType)
/// </code>
/// Direction: both. Answer: the same bytes, at once or when the service comes up. Source: community protocol, sense service.
/// </summary>
public readonly record struct SenseService(ServiceType Service) : IWireMessage<SenseService>
{
    public static MessageType Type => MessageType.SenseService;

    public static SenseService Read(ref WireReader reader) => new(new ServiceType(reader.ReadUInt32()));

    public void Write(ref WireWriter writer) => writer.WriteUInt32(Service.Value);
}
