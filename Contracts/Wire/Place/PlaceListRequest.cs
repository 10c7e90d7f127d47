namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A client asks who is in its section, once it has the <see cref="PlaceInformation"/>.
/// <code>
/// 2           uint16   subtype
/// section id  uint32
/// 0           bool
/// request id  uint32   chosen by the client, comes back in the answer
/// </code>
/// Answer: <see cref="PlaceMembers"/>.
/// </summary>
public sealed record PlaceListRequest(uint SectionId, uint RequestId) : PlaceSectionRequest
{
    internal const ushort SubtypeNumber = 2;

    public override ushort Subtype => SubtypeNumber;

    internal static PlaceListRequest ReadBody(ref WireReader reader)
    {
        var sectionId = reader.ReadUInt32();
        _ = reader.ReadBool();
        return new(sectionId, RequestId: reader.ReadUInt32());
    }

    private protected override void WriteBody(ref WireWriter writer)
    {
        writer.WriteUInt32(SectionId);
        writer.WriteBool(false);
        writer.WriteUInt32(RequestId);
    }
}
