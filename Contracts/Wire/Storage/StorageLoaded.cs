namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// The values a client asked for.
/// <code>
/// request id  uint32   that of the <see cref="StorageLoad"/>
/// result      uint32   (Reason)
/// count       uint32
/// items       count × StorageItem
/// </code>
/// A key never saved is a success with an empty value. A failure must be a result other than 0, never an empty success: Pidgin makes
/// its buddy list equal to what it loads, and soon saves it so. Direction: to client. Source: community protocol, storage.
/// </summary>
public readonly record struct StorageLoaded(uint RequestId, Reason Result, Items<StorageItem> Items) : IPayload<StorageLoaded>
{
    public static ushort MessageType => StorageMessageTypes.Loaded;

    /// <summary>The answer to a request that could not be served.</summary>
    public static StorageLoaded Failed(uint requestId, Reason why) => new(requestId, why, Items: []);

    public static StorageLoaded Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Result: (Reason)reader.ReadUInt32(),
        Items: reader.ReadItems(StorageItem.SizeMin, StorageItem.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Result);
        writer.WriteUInt32((uint)Items.Count);
        foreach (var item in Items)
            item.Write(ref writer);
    }
}
