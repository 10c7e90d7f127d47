namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A member asks the server to invite somebody, in the old style: into a conference of the same name.
/// <code>
/// who         IdBlock   user id or login id
/// user again  string    the user of the IdBlock, twice; not looked at when reading
/// user again  string
/// text        string    what to tell the invited
/// 0           bool
/// </code>
/// Direction: from client. Answer: none; the invited gets a channel with a <see cref="Conference.ConferenceInvitation"/>.
/// Source: community protocol, place.
/// </summary>
public readonly record struct PlaceInvite(IdBlock Who, string Text) : IPayload<PlaceInvite>
{
    public static ushort MessageType => PlaceMessageTypes.Invite;

    public static PlaceInvite Read(ref WireReader reader)
    {
        var who = IdBlock.Read(ref reader);
        _ = reader.ReadString();
        _ = reader.ReadString();
        var text = reader.ReadString();
        _ = reader.ReadBool();
        return new(who, text);
    }

    public void Write(ref WireWriter writer)
    {
        Who.Write(ref writer);
        writer.WriteString(Who.User);
        writer.WriteString(Who.User);
        writer.WriteString(Text);
        writer.WriteBool(false);
    }
}
