namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A page of an open directory.
/// <code>
/// request id    uint32   that of the <see cref="DirectorySearch"/>
/// code          uint32   (Reason)
/// directory id  uint32
/// offset        uint32   entries before this page
/// count         uint32
/// entries       count × DirectoryEntry
/// </code>
/// Direction: to client. Answer: none. Layout: our choice. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryFound(
    uint RequestId,
    Reason Code,
    uint DirectoryId,
    uint Offset,
    Items<DirectoryEntry> Entries) : IPayload<DirectoryFound>
{
    public static ushort MessageType => DirectoryMessageTypes.Search;

    public static DirectoryFound Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Code: (Reason)reader.ReadUInt32(),
        DirectoryId: reader.ReadUInt32(),
        Offset: reader.ReadUInt32(),
        Entries: reader.ReadItems(DirectoryEntry.SizeMin, DirectoryEntry.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Code);
        writer.WriteUInt32(DirectoryId);
        writer.WriteUInt32(Offset);
        writer.WriteUInt32((uint)Entries.Count);
        foreach (var entry in Entries)
            entry.Write(ref writer);
    }
}
