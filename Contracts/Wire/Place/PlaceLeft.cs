namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Somebody left the place.
/// <code>
/// 3          uint16   subtype
/// member id  uint32
/// </code>
/// </summary>
public sealed record PlaceLeft(uint MemberId) : PlaceSectionNotice
{
    internal const ushort SubtypeNumber = 3;

    public override ushort Subtype => SubtypeNumber;

    internal static PlaceLeft ReadBody(ref WireReader reader) => new(MemberId: reader.ReadUInt32());

    private protected override void WriteBody(ref WireWriter writer) => writer.WriteUInt32(MemberId);
}
