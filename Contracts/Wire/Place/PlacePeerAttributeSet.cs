namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A member has an attribute, or a new value of it.
/// <code>
/// 1 uint16 subtype, 4 uint16 attribute set
/// member id  uint32
/// unknown    4 bytes   0
/// value      opaque
/// unknown    4 bytes   0
/// key        uint32    (PlaceAttributeKeys)
/// </code>
/// </summary>
public sealed record PlacePeerAttributeSet(uint MemberId, uint Key, Opaque Value) : PlacePeerNotice
{
    internal const ushort Number = 4;

    public override ushort Happened => Number;

    internal static PlacePeerAttributeSet ReadPeer(ref WireReader reader)
    {
        var memberId = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        var value = reader.ReadOpaque();
        _ = reader.ReadUInt32();
        return new(memberId, Key: reader.ReadUInt32(), value);
    }

    private protected override void WritePeer(ref WireWriter writer)
    {
        writer.WriteUInt32(MemberId);
        writer.WriteUInt32(0);
        writer.WriteOpaque(Value);
        writer.WriteUInt32(0);
        writer.WriteUInt32(Key);
    }
}
