namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// The values are stored, or the reason why none is.
/// <code>
/// request id  uint32   that of the <see cref="StorageSave"/>
/// result      uint32   (Reason)
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, storage.
/// </summary>
public readonly record struct StorageSaved(uint RequestId, Reason Result) : IPayload<StorageSaved>
{
    public static ushort MessageType => StorageMessageTypes.Saved;

    public static StorageSaved Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Result: (Reason)reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Result);
    }
}
