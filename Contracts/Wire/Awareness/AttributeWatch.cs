namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A client says which attributes of the users it watches it wants to hear of: the whole set, in the place of the former one.
/// <code>
/// 0      uint32
/// count  uint32
/// keys   count × uint32   (AttributeKeys)
/// </code>
/// Direction: from client. Answer: an <see cref="AttributeSetNotice"/> for each value there is now. Source: community protocol, awareness.
/// </summary>
public readonly record struct AttributeWatch(Items<uint> Keys) : IPayload<AttributeWatch>
{
    public static ushort MessageType => AwarenessMessageTypes.WatchAttributes;

    public static AttributeWatch Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(Keys: reader.ReadItems(sizeof(uint), static (ref WireReader item) => item.ReadUInt32()));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32((uint)Keys.Count);
        foreach (var key in Keys)
            writer.WriteUInt32(key);
    }
}
