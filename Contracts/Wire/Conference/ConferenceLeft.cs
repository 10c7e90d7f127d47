namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// Somebody left the conference: destroyed his channel, or was lost.
/// <code>
/// member id  uint16
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceLeft(ushort MemberId) : IPayload<ConferenceLeft>
{
    public static ushort MessageType => ConferenceMessageTypes.Left;

    public static ConferenceLeft Read(ref WireReader reader) => new(MemberId: reader.ReadUInt16());

    public void Write(ref WireWriter writer) => writer.WriteUInt16(MemberId);
}
