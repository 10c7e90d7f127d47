namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Who is in the section. For the client this opens the place, so the section must be its own.
/// <code>
/// 0           uint16    subtype
/// request id  uint32    that of the <see cref="PlaceListRequest"/>
/// section id  uint32
/// unknown     8 bytes   0
/// count       uint32
/// unknown     8 bytes   0
/// members     count × (unknown 4 bytes 0, PlaceMember)   the receiver among them
/// </code>
/// </summary>
public sealed record PlaceMembers(uint RequestId, uint SectionId, Items<PlaceMember> Members) : PlaceSectionNotice
{
    internal const ushort SubtypeNumber = 0;

    private const int ElementSizeMin = sizeof(uint) + PlaceMember.SizeMin;

    private static ReadOnlySpan<byte> Unknown => new byte[8];

    public override ushort Subtype => SubtypeNumber;

    internal static PlaceMembers ReadBody(ref WireReader reader)
    {
        var requestId = reader.ReadUInt32();
        var sectionId = reader.ReadUInt32();
        reader.Skip(Unknown.Length);
        var count = reader.ReadCount(ElementSizeMin);
        reader.Skip(Unknown.Length);
        return new(requestId, sectionId, Members: reader.ReadItems(count, ElementSizeMin, ReadElement));
    }

    private static PlaceMember ReadElement(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return PlaceMember.Read(ref reader);
    }

    private protected override void WriteBody(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32(SectionId);
        writer.WriteBytes(Unknown);
        writer.WriteUInt32((uint)Members.Count);
        writer.WriteBytes(Unknown);
        foreach (var member in Members)
        {
            writer.WriteUInt32(0);
            member.Write(ref writer);
        }
    }
}
