namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// Names what is watched.
/// <code>
/// kind       uint16  what the id names   (AwareKind)
/// id         string  user id, group id or server name
/// community  string  empty = our own
/// </code>
/// Clients find a block by comparing all three byte for byte with what they asked for, so each watcher is told in his own spelling.
/// Direction: both. Source: community protocol, AwareId.
/// </summary>
public readonly record struct AwareId(AwareKind Kind, string Id, string Community)
{
    /// <summary>Bytes of the shortest id: a kind and two empty strings.</summary>
    internal const int SizeMin = 6;

    /// <summary>Names a user of our own community.</summary>
    public static AwareId OfUser(string userId) => new(AwareKind.User, userId, Community: "");

    /// <summary>Names a public group of our own community.</summary>
    public static AwareId OfPublicGroup(string groupId) => new(AwareKind.PublicGroup, groupId, Community: "");

    public static AwareId Read(ref WireReader reader) => new(
        Kind: (AwareKind)reader.ReadUInt16(),
        Id: reader.ReadString(),
        Community: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Kind);
        writer.WriteString(Id);
        writer.WriteString(Community);
    }
}
