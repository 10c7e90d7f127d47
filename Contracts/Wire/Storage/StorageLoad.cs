namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// A client asks for values of its user.
/// <code>
/// request id  uint32   chosen by the client, comes back in the answer
/// count       uint32   1 from the clients at hand
/// keys        count × uint32   (StorageKeys)
/// </code>
/// Direction: from client. Answer: one <see cref="StorageLoaded"/>; answers keep the order of the requests.
/// Source: community protocol, storage.
/// </summary>
public readonly record struct StorageLoad(uint RequestId, Items<uint> Keys) : IPayload<StorageLoad>
{
    public static ushort MessageType => StorageMessageTypes.Load;

    public static StorageLoad Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Keys: reader.ReadItems(sizeof(uint), static (ref WireReader key) => key.ReadUInt32()));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Keys.Count);
        foreach (var key in Keys)
            writer.WriteUInt32(key);
    }
}
