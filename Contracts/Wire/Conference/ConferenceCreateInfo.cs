namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// Additional data of the channel's creation by a client: it opens a conference.
/// <code>
/// name   string   made up by the client, unique: the conference's key in the community
/// title  string   shown to people
/// 0      uint32
/// </code>
/// Direction: from client. Answer: the channel is accepted, then <see cref="ConferenceWelcome"/>; or destroyed with
/// <see cref="Reason.ChannelExists"/> if the name is taken. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceCreateInfo(string Name, string Title) : IOpaqueContent<ConferenceCreateInfo>
{
    public static ConferenceCreateInfo Read(ref WireReader reader)
    {
        var info = new ConferenceCreateInfo(Name: reader.ReadString(), Title: reader.ReadString());
        _ = reader.ReadUInt32();
        return info;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteString(Title);
        writer.WriteUInt32(0);
    }
}
