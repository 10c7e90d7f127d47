namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A client is done with an open directory.
/// <code>
/// request id    uint32
/// directory id  uint32   from <see cref="DirectoryOpened"/>
/// </code>
/// Direction: from client. Answer: none; an unknown id is ignored. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryClose(uint RequestId, uint DirectoryId) : IPayload<DirectoryClose>
{
    public static ushort MessageType => DirectoryMessageTypes.Close;

    public static DirectoryClose Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        DirectoryId: reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32(DirectoryId);
    }
}
