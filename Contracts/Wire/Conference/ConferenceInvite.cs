namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// A member asks the server to invite somebody.
/// <code>
/// who         IdBlock   user id or login id
/// 0           uint16
/// 0           uint32
/// text        string    what to tell the invited
/// user again  string    the user of the IdBlock; not looked at when reading
/// </code>
/// Direction: from client. Answer: none; the invited gets a channel with a <see cref="ConferenceInvitation"/>, and if nobody can be
/// reached nothing happens. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceInvite(IdBlock Who, string Text) : IPayload<ConferenceInvite>
{
    public static ushort MessageType => ConferenceMessageTypes.Invite;

    public static ConferenceInvite Read(ref WireReader reader)
    {
        var who = IdBlock.Read(ref reader);
        _ = reader.ReadUInt16();
        _ = reader.ReadUInt32();
        var text = reader.ReadString();
        _ = reader.ReadString();
        return new(who, text);
    }

    public void Write(ref WireWriter writer)
    {
        Who.Write(ref writer);
        writer.WriteUInt16(0);
        writer.WriteUInt32(0);
        writer.WriteString(Text);
        writer.WriteString(Who.User);
    }
}
