namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A client comes in, right after its channel is accepted. The numbers are always these; what they mean is unknown.
/// <code>
/// 0  bool
/// 1  uint16
/// 2  uint16
/// 1  uint16
/// </code>
/// Direction: from client. Answer: <see cref="PlaceJoined"/>, then <see cref="PlaceInformation"/>; the others get
/// <see cref="PlacePeerCame"/>. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceJoin : IPayload<PlaceJoin>
{
    public static ushort MessageType => PlaceMessageTypes.Join;

    public static PlaceJoin Read(ref WireReader reader)
    {
        _ = reader.ReadBool();
        _ = reader.ReadUInt16();
        _ = reader.ReadUInt16();
        _ = reader.ReadUInt16();
        return default;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteBool(false);
        writer.WriteUInt16(1);
        writer.WriteUInt16(2);
        writer.WriteUInt16(1);
    }
}
