namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A client wants to look into a directory.
/// <code>
/// request id  uint32          chosen by the client, comes back in the answer
/// 0           bool
/// 0           uint16
/// book        DirectoryBook   as it was listed
/// </code>
/// Direction: from client. Answer: one <see cref="DirectoryOpened"/>. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryOpen(uint RequestId, DirectoryBook Book) : IPayload<DirectoryOpen>
{
    public static ushort MessageType => DirectoryMessageTypes.Open;

    public static DirectoryOpen Read(ref WireReader reader)
    {
        var requestId = reader.ReadUInt32();
        _ = reader.ReadBool();
        _ = reader.ReadUInt16();
        return new(requestId, Book: DirectoryBook.Read(ref reader));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteBool(false);
        writer.WriteUInt16(0);
        Book.Write(ref writer);
    }
}
