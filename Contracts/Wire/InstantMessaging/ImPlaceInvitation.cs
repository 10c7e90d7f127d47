namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// A client invites another into a place: data of an <see cref="ImData"/> of type <see cref="ImDataType.PlaceInvitation"/>.
/// <code>
/// unknown     4 bytes   0
/// title       string
/// message     string
/// unknown     19 bytes  0
/// place name  string
/// unknown     string    kept
/// host        string    server of the place
/// with whom   uint16    0: nobody named, the data ends here
/// with        user, login, community: string each
/// </code>
/// Direction: both. Answer: a client that knows no places refuses the channel with <see cref="Reason.ImTypeNotRegistered"/>; it is then
/// invited by a conference. Known from a client's source only, not seen on the wire. Source: community protocol, IM.
/// </summary>
public sealed record ImPlaceInvitation(
    string Title,
    string Message,
    string PlaceName,
    string Unknown,
    string Host,
    ImPlaceInvitee? With) : IOpaqueContent<ImPlaceInvitation>
{
    private static ReadOnlySpan<byte> UnknownHead => new byte[4];

    private static ReadOnlySpan<byte> UnknownMiddle => new byte[19];

    public static ImPlaceInvitation Read(ref WireReader reader)
    {
        reader.Skip(UnknownHead.Length);
        var title = reader.ReadString();
        var message = reader.ReadString();
        reader.Skip(UnknownMiddle.Length);
        return new(
            title,
            message,
            PlaceName: reader.ReadString(),
            Unknown: reader.ReadString(),
            Host: reader.ReadString(),
            With: reader.ReadUInt16() == 0 ? null : ImPlaceInvitee.Read(ref reader));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteBytes(UnknownHead);
        writer.WriteString(Title);
        writer.WriteString(Message);
        writer.WriteBytes(UnknownMiddle);
        writer.WriteString(PlaceName);
        writer.WriteString(Unknown);
        writer.WriteString(Host);
        writer.WriteUInt16(With is null ? (ushort)0 : (ushort)1);
        With?.Write(ref writer);
    }
}
