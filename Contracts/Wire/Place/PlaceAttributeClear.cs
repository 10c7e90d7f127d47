namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A member clears an attribute of itself in the place.
/// <code>
/// member id  uint32
/// key        uint32   (PlaceAttributeKeys)
/// </code>
/// libmeanwhile has a bug and sends no data at all: that is no error and reads as <see cref="IsAbsent"/>, to be ignored.
/// Direction: from client. Answer: <see cref="PlacePeerAttributeCleared"/> to the members. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceAttributeClear(uint MemberId, uint Key) : IPayload<PlaceAttributeClear>
{
    public static ushort MessageType => PlaceMessageTypes.ClearAttribute;

    /// <summary>True if the message said nothing.</summary>
    public bool IsAbsent => this == default;

    public static PlaceAttributeClear Read(ref WireReader reader) => reader.Remaining == 0
        ? default
        : new(MemberId: reader.ReadUInt32(), Key: reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        if (IsAbsent)
            return;

        writer.WriteUInt32(MemberId);
        writer.WriteUInt32(Key);
    }
}
