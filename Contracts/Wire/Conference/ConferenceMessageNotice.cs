namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// What a member said or signalled, told to all members.
/// <code>
/// member id  uint16   the speaker; clients drop messages of ids they have not heard of
/// content    opaque   the data of his <see cref="ConferenceMessage"/>, byte for byte
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceMessageNotice(ushort MemberId, Opaque Content) : IPayload<ConferenceMessageNotice>
{
    public static ushort MessageType => ConferenceMessageTypes.Message;

    public static ConferenceMessageNotice Read(ref WireReader reader) => new(
        MemberId: reader.ReadUInt16(),
        Content: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(MemberId);
        writer.WriteOpaque(Content);
    }
}
