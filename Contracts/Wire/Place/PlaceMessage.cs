namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A member says something to a section.
/// <code>
/// section id  uint32
/// content     opaque   an <see cref="InstantMessaging.InstantMessage"/>, always a text from the clients at hand
/// </code>
/// Direction: from client. Answer: <see cref="PlaceMessageNotice"/> to all members, the speaker included: Pidgin shows its own lines only when
/// they come back. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceMessage(uint SectionId, Opaque Content) : IPayload<PlaceMessage>
{
    public static ushort MessageType => PlaceMessageTypes.Message;

    public static PlaceMessage Read(ref WireReader reader) => new(
        SectionId: reader.ReadUInt32(),
        Content: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(SectionId);
        writer.WriteOpaque(Content);
    }
}
