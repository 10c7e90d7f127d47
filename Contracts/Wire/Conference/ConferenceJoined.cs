namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// Somebody came into the conference. Goes out before anything he says, and not to himself.
/// <code>
/// member  ConferenceMember
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceJoined(ConferenceMember Member) : IPayload<ConferenceJoined>
{
    public static ushort MessageType => ConferenceMessageTypes.Join;

    public static ConferenceJoined Read(ref WireReader reader) => new(Member: ConferenceMember.Read(ref reader));

    public void Write(ref WireWriter writer) => Member.Write(ref writer);
}
