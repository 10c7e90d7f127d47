namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// Additional data of a channel that the server creates to somebody invited; the channel's creator is the inviter.
/// <code>
/// 0        uint32
/// name     string      of the conference
/// title    string
/// 0        uint32
/// inviter  LoginInfo   full
/// 0        uint32
/// text     string      what the inviter says
/// </code>
/// Direction: to client. Answer: the channel is accepted and <see cref="ConferenceJoin"/> sent; or destroyed, which declines and of which
/// nobody is told. Source: community protocol, conference.
/// </summary>
public sealed record ConferenceInvitation(string Name, string Title, LoginInfo Inviter, string Text) : IOpaqueContent<ConferenceInvitation>
{
    public static ConferenceInvitation Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        var name = reader.ReadString();
        var title = reader.ReadString();
        _ = reader.ReadUInt32();
        var inviter = LoginInfo.Read(ref reader);
        _ = reader.ReadUInt32();
        return new(name, title, inviter, Text: reader.ReadString());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteString(Name);
        writer.WriteString(Title);
        writer.WriteUInt32(0);
        Inviter.Write(ref writer);
        writer.WriteUInt32(0);
        writer.WriteString(Text);
    }
}
