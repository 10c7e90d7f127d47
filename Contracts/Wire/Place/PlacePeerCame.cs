namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Somebody came into the section; sent to the others when he joins.
/// <code>
/// 1 uint16 subtype, 0 uint16 came
/// section id  uint32        not 0
/// unknown     4 bytes       0
/// member      PlaceMember
/// </code>
/// </summary>
public sealed record PlacePeerCame(uint SectionId, PlaceMember Member) : PlacePeerNotice
{
    internal const ushort Number = 0;

    public override ushort Happened => Number;

    internal static PlacePeerCame ReadPeer(ref WireReader reader)
    {
        var sectionId = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        return new(sectionId, Member: PlaceMember.Read(ref reader));
    }

    private protected override void WritePeer(ref WireWriter writer)
    {
        writer.WriteUInt32(SectionId);
        writer.WriteUInt32(0);
        Member.Write(ref writer);
    }
}
