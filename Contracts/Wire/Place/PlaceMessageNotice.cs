namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// What a member said, told to all members; not before the receiver has the <see cref="PlaceMembers"/>.
/// <code>
/// member id   uint32   the speaker
/// section id  uint32
/// content     opaque   that of his <see cref="PlaceMessage"/>, byte for byte
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceMessageNotice(uint MemberId, uint SectionId, Opaque Content) : IPayload<PlaceMessageNotice>
{
    public static ushort MessageType => PlaceMessageTypes.MessageNotice;

    public static PlaceMessageNotice Read(ref WireReader reader) => new(
        MemberId: reader.ReadUInt32(),
        SectionId: reader.ReadUInt32(),
        Content: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(MemberId);
        writer.WriteUInt32(SectionId);
        writer.WriteOpaque(Content);
    }
}
