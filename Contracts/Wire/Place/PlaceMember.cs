namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Somebody in a place: element of <see cref="PlaceMembers"/>, body of <see cref="PlacePeerCame"/>.
/// <code>
/// member id     uint32   unique in the place, not 0
/// member type   uint16   0
/// user id       string
/// community     string   empty = our own
/// login id      string
/// display name  string
/// client type   uint16   (ClientType)
/// unknown       uint32   0
/// unknown       uint32   0
/// </code>
/// Direction: to client. Source: community protocol, place.
/// </summary>
public sealed record PlaceMember(
    uint Id,
    ushort MemberType,
    UserId UserId,
    string Community,
    string LoginId,
    string DisplayName,
    ClientType ClientType)
{
    // Ids and types, four empty Strings, the two unknown numbers.
    internal const int SizeMin = 4 + 2 + (4 * 2) + 2 + 4 + 4;

    public static PlaceMember Read(ref WireReader reader)
    {
        var member = new PlaceMember(
            Id: reader.ReadUInt32(),
            MemberType: reader.ReadUInt16(),
            UserId: new UserId(reader.ReadString()),
            Community: reader.ReadString(),
            LoginId: reader.ReadString(),
            DisplayName: reader.ReadString(),
            ClientType: (ClientType)reader.ReadUInt16());
        _ = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        return member;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Id);
        writer.WriteUInt16(MemberType);
        writer.WriteString(UserId.Value);
        writer.WriteString(Community);
        writer.WriteString(LoginId);
        writer.WriteString(DisplayName);
        writer.WriteUInt16((ushort)ClientType);
        writer.WriteUInt32(0);
        writer.WriteUInt32(0);
    }
}
