namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// The directories there are.
/// <code>
/// request id  uint32   that of the <see cref="DirectoryListRequest"/>
/// code        uint32   (Reason)
/// count       uint32
/// 0           bool     these three bytes must be zero, or clients drop the message
/// 0           uint16
/// books       count × DirectoryBook
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryList(uint RequestId, Reason Code, Items<DirectoryBook> Books) : IPayload<DirectoryList>
{
    public static ushort MessageType => DirectoryMessageTypes.List;

    public static DirectoryList Read(ref WireReader reader)
    {
        var requestId = reader.ReadUInt32();
        var code = (Reason)reader.ReadUInt32();
        var count = reader.ReadCount(DirectoryBook.SizeMin);
        _ = reader.ReadBool();
        _ = reader.ReadUInt16();
        return new(requestId, code, Books: reader.ReadItems(count, DirectoryBook.SizeMin, DirectoryBook.Read));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Code);
        writer.WriteUInt32((uint)Books.Count);
        writer.WriteBool(false);
        writer.WriteUInt16(0);
        foreach (var book in Books)
            book.Write(ref writer);
    }
}
