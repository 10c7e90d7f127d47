namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A member sets an attribute of itself in the place.
/// <code>
/// member id  uint32
/// 0          uint32
/// key        uint32   (PlaceAttributeKeys)
/// value      opaque
/// </code>
/// libmeanwhile has a bug and sends no data at all: that is no error and reads as <see cref="IsAbsent"/>, to be ignored.
/// Direction: from client. Answer: <see cref="PlacePeerAttributeSet"/> to the members. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceAttributeSet(uint MemberId, uint Key, Opaque Value) : IPayload<PlaceAttributeSet>
{
    public static ushort MessageType => PlaceMessageTypes.SetAttribute;

    /// <summary>True if the message said nothing.</summary>
    public bool IsAbsent => this == default;

    public static PlaceAttributeSet Read(ref WireReader reader)
    {
        if (reader.Remaining == 0)
            return default;

        var memberId = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        return new(memberId, Key: reader.ReadUInt32(), Value: reader.ReadOpaque());
    }

    public void Write(ref WireWriter writer)
    {
        if (IsAbsent)
            return;

        writer.WriteUInt32(MemberId);
        writer.WriteUInt32(0);
        writer.WriteUInt32(Key);
        writer.WriteOpaque(Value);
    }
}
