namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// The directory is open, or the reason why not.
/// <code>
/// request id    uint32   that of the <see cref="DirectoryOpen"/>
/// code          uint32   (Reason)
/// directory id  uint32   names the open directory in what follows; 0 on failure
/// </code>
/// Direction: to client. Answer: none. Layout: our choice. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryOpened(uint RequestId, Reason Code, uint DirectoryId) : IPayload<DirectoryOpened>
{
    public static ushort MessageType => DirectoryMessageTypes.Open;

    public static DirectoryOpened Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Code: (Reason)reader.ReadUInt32(),
        DirectoryId: reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Code);
        writer.WriteUInt32(DirectoryId);
    }
}
