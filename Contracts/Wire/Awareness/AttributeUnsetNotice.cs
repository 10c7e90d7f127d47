namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A watched user no longer has an attribute that the watcher watches.
/// <code>
/// 0    uint32
/// id   AwareId  as the watcher spelled it
/// key  uint32   (AttributeKeys)
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, awareness.
/// </summary>
public readonly record struct AttributeUnsetNotice(AwareId Id, uint Key) : IPayload<AttributeUnsetNotice>
{
    public static ushort MessageType => AwarenessMessageTypes.AttributeUnset;

    public static AttributeUnsetNotice Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(Id: AwareId.Read(ref reader), Key: reader.ReadUInt32());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        Id.Write(ref writer);
        writer.WriteUInt32(Key);
    }
}
