namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Somebody left the section.
/// <code>
/// 1 uint16 subtype, 1 uint16 left
/// section id  uint32
/// member id   uint32
/// </code>
/// </summary>
public sealed record PlacePeerLeft(uint SectionId, uint MemberId) : PlacePeerNotice
{
    internal const ushort Number = 1;

    public override ushort Happened => Number;

    internal static PlacePeerLeft ReadPeer(ref WireReader reader) => new(
        SectionId: reader.ReadUInt32(),
        MemberId: reader.ReadUInt32());

    private protected override void WritePeer(ref WireWriter writer)
    {
        writer.WriteUInt32(SectionId);
        writer.WriteUInt32(MemberId);
    }
}
