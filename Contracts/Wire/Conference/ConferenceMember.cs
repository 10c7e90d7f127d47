namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// Somebody in a conference: element of <see cref="ConferenceWelcome"/>, body of <see cref="ConferenceJoined"/>.
/// <code>
/// member id  uint16      unique in the conference, not used again while it lives
/// login      LoginInfo   full
/// </code>
/// Direction: to client. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceMember(ushort Id, LoginInfo Login)
{
    internal const int SizeMin = sizeof(ushort) + LoginInfo.SizeMin;

    public static ConferenceMember Read(ref WireReader reader) => new(
        Id: reader.ReadUInt16(),
        Login: LoginInfo.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Id);
        Login.Write(ref writer);
    }
}
