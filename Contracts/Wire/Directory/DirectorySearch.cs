namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A client asks for a page of an open directory.
/// <code>
/// request id    uint32   chosen by the client, comes back in the answer
/// directory id  uint32   from <see cref="DirectoryOpened"/>
/// page size     uint16   entries wanted at most, as far as is known: 0x61, for the next page 0xffff
/// operation     uint32   (DirectorySearchOperation)
/// query         string   only for Seek; else empty and absent
/// </code>
/// Direction: from client. Answer: one <see cref="DirectoryFound"/>. Known from a client's source only, not seen on the wire.
/// Source: community protocol, directory.
/// </summary>
public readonly record struct DirectorySearch(
    uint RequestId,
    uint DirectoryId,
    ushort PageSize,
    DirectorySearchOperation Operation,
    string Query) : IPayload<DirectorySearch>
{
    public static ushort MessageType => DirectoryMessageTypes.Search;

    public static DirectorySearch Read(ref WireReader reader)
    {
        var requestId = reader.ReadUInt32();
        var directoryId = reader.ReadUInt32();
        var pageSize = reader.ReadUInt16();
        var operation = (DirectorySearchOperation)reader.ReadUInt32();
        return new(
            requestId,
            directoryId,
            pageSize,
            operation,
            Query: operation == DirectorySearchOperation.Seek ? reader.ReadString() : "");
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32(DirectoryId);
        writer.WriteUInt16(PageSize);
        writer.WriteUInt32((uint)Operation);
        if (Operation == DirectorySearchOperation.Seek)
            writer.WriteString(Query);
    }
}
