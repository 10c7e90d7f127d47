namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A client asks which directories there are.
/// <code>
/// request id  uint32   chosen by the client, comes back in the answer
/// </code>
/// Direction: from client. Answer: one <see cref="DirectoryList"/>. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryListRequest(uint RequestId) : IPayload<DirectoryListRequest>
{
    public static ushort MessageType => DirectoryMessageTypes.List;

    public static DirectoryListRequest Read(ref WireReader reader) => new(RequestId: reader.ReadUInt32());

    public void Write(ref WireWriter writer) => writer.WriteUInt32(RequestId);
}
