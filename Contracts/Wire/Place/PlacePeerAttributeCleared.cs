namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A member no longer has an attribute.
/// <code>
/// 1 uint16 subtype, 3 uint16 attribute cleared
/// member id  uint32
/// key        uint32   (PlaceAttributeKeys)
/// </code>
/// </summary>
public sealed record PlacePeerAttributeCleared(uint MemberId, uint Key) : PlacePeerNotice
{
    internal const ushort Number = 3;

    public override ushort Happened => Number;

    internal static PlacePeerAttributeCleared ReadPeer(ref WireReader reader) => new(
        MemberId: reader.ReadUInt32(),
        Key: reader.ReadUInt32());

    private protected override void WritePeer(ref WireWriter writer)
    {
        writer.WriteUInt32(MemberId);
        writer.WriteUInt32(Key);
    }
}
