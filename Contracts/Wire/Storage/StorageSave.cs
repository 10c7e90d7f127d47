namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// A client stores values of its user, each in the place of the former one.
/// <code>
/// request id  uint32   chosen by the client, comes back in the answer
/// count       uint32   1 from the clients at hand
/// items       count × StorageItem
/// </code>
/// Direction: from client. Answer: one <see cref="StorageSaved"/> once all are stored. Source: community protocol, storage.
/// </summary>
public readonly record struct StorageSave(uint RequestId, Items<StorageItem> Items) : IPayload<StorageSave>
{
    public static ushort MessageType => StorageMessageTypes.Save;

    public static StorageSave Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Items: reader.ReadItems(StorageItem.SizeMin, StorageItem.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Items.Count);
        foreach (var item in Items)
            item.Write(ref writer);
    }
}
