namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A client asks about the place. No client at hand does.
/// <code>
/// member id  uint32   its own
/// </code>
/// Direction: from client. Answer: <see cref="PlaceInformation"/>. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceInformationRequest(uint MemberId) : IPayload<PlaceInformationRequest>
{
    public static ushort MessageType => PlaceMessageTypes.Information;

    public static PlaceInformationRequest Read(ref WireReader reader) => new(MemberId: reader.ReadUInt32());

    public void Write(ref WireWriter writer) => writer.WriteUInt32(MemberId);
}
