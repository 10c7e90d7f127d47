namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A client is in the place now.
/// <code>
/// your member id  uint32
/// section id      uint32   not 0
/// </code>
/// Direction: to client. Answer: none; the client waits for <see cref="PlaceInformation"/>. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceJoined(uint YourId, uint SectionId) : IPayload<PlaceJoined>
{
    public static ushort MessageType => PlaceMessageTypes.Join;

    public static PlaceJoined Read(ref WireReader reader) => new(
        YourId: reader.ReadUInt32(),
        SectionId: reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(YourId);
        writer.WriteUInt32(SectionId);
    }
}
