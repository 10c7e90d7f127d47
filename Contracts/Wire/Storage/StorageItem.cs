namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// One stored value: element of <see cref="StorageLoaded"/> and <see cref="StorageSave"/>.
/// <code>
/// end of item  uint32   offset of the first byte after the item, counted from the start of the ChannelSend's data
/// key          uint32   (StorageKeys)
/// value        opaque   bytes; for text a StorageText
/// </code>
/// Readers skip what a newer writer puts before the end of the item, and ignore an end that lies inside the known fields.
/// Direction: both. Source: community protocol, storage.
/// </summary>
public readonly record struct StorageItem(uint Key, Opaque Value)
{
    // End of item, key, length of an empty value.
    internal const int SizeMin = 4 + 4 + 4;

    public static StorageItem Read(ref WireReader reader)
    {
        var end = reader.ReadUInt32();
        var item = new StorageItem(Key: reader.ReadUInt32(), Value: reader.ReadOpaque());
        reader.SkipTo(end);
        return item;
    }

    public void Write(ref WireWriter writer)
    {
        var end = writer.ReserveUInt32();
        writer.WriteUInt32(Key);
        writer.WriteOpaque(Value);
        writer.PatchUInt32(end, (uint)writer.Offset);
    }
}
