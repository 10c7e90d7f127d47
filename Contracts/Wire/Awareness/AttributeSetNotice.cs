namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A watched user has an attribute that the watcher watches, or has a new value of it.
/// <code>
/// 0             uint32
/// id            AwareId  as the watcher spelled it
/// 0             uint32
/// value length  uint32   bytes of the value
/// 0             uint32
/// key           uint32   (AttributeKeys)
/// value         opaque   only if the value length is not 0
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, awareness.
/// </summary>
public readonly record struct AttributeSetNotice(AwareId Id, uint Key, Opaque Value) : IPayload<AttributeSetNotice>
{
    public static ushort MessageType => AwarenessMessageTypes.AttributeSet;

    public static AttributeSetNotice Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        var id = AwareId.Read(ref reader);
        _ = reader.ReadUInt32();
        var length = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        var key = reader.ReadUInt32();
        return new(id, key, Value: length == 0 ? default : reader.ReadOpaque());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        Id.Write(ref writer);
        writer.WriteUInt32(0);
        writer.WriteUInt32((uint)Value.Length);
        writer.WriteUInt32(0);
        writer.WriteUInt32(Key);
        if (Value.Length != 0)
            writer.WriteOpaque(Value);
    }
}
