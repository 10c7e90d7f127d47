namespace Sametime.Contracts.Wire;

/// <summary>
/// One login, as told to others. Only the server may say who somebody is: what a client writes here is thrown away and replaced.
/// <code>
/// login id      String  unique in the community; at least 5 bytes, or libmeanwhile reads past its end
/// client type   u16                                             (ClientType)
/// user id       String  canonical id; for guests the login id
/// display name  String
/// community     String  empty for our own
/// full          bool    the next three only if true
///   description String  usually empty
///   ip address  u32     IPv4 in network order as the server sees it; 0 when there is none
///   server id   String  opaque name of the login's server
/// </code>
/// LoginAck, ChannelCreate and ChannelAccept need the full form. Source: community protocol, compound types.
/// </summary>
public sealed record LoginInfo(
    string LoginId,
    ClientType ClientType,
    UserId UserId,
    string DisplayName,
    string Community = "",
    LoginDetails? Details = null)
{
    /// <summary>Least bytes on the wire: four empty Strings, u16, bool.</summary>
    public const int SizeMin = 11;

    public static LoginInfo Read(ref WireReader reader) => new(
        LoginId: reader.ReadString(),
        ClientType: (ClientType)reader.ReadUInt16(),
        UserId: new UserId(reader.ReadString()),
        DisplayName: reader.ReadString(),
        Community: reader.ReadString(),
        Details: reader.ReadBool() ? LoginDetails.Read(ref reader) : null);

    /// <summary>A present flag, and the login behind it if there is one.</summary>
    public static LoginInfo? ReadOptional(ref WireReader reader) => reader.ReadBool() ? Read(ref reader) : null;

    /// <summary>The counterpart of <see cref="ReadOptional"/>.</summary>
    public static void WriteOptional(ref WireWriter writer, LoginInfo? login)
    {
        writer.WriteBool(login is not null);
        login?.Write(ref writer);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(LoginId);
        writer.WriteUInt16((ushort)ClientType);
        writer.WriteString(UserId.Value);
        writer.WriteString(DisplayName);
        writer.WriteString(Community);
        writer.WriteBool(Details is not null);
        Details?.Write(ref writer);
    }
}

/// <summary>What the full form of a <see cref="LoginInfo"/> adds.</summary>
public sealed record LoginDetails(string Description, uint Address, string ServerId)
{
    public static LoginDetails Read(ref WireReader reader) => new(
        Description: reader.ReadString(),
        Address: reader.ReadUInt32(),
        ServerId: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Description);
        writer.WriteUInt32(Address);
        writer.WriteString(ServerId);
    }
}
