namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A client sets an attribute of its own login; it lasts as long as the login.
/// <code>
/// 0             uint32
/// value length  uint32   bytes of the value
/// 0             uint32
/// key           uint32   (AttributeKeys)
/// value         opaque   with a length of its own
/// </code>
/// Direction: from client. Answer: none; watchers of the user who watch the key get an <see cref="AttributeSetNotice"/>. The first length
/// is not looked at when reading. Source: community protocol, awareness.
/// </summary>
public readonly record struct AttributeSet(uint Key, Opaque Value) : IPayload<AttributeSet>
{
    public static ushort MessageType => AwarenessMessageTypes.SetAttribute;

    public static AttributeSet Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        return new(Key: reader.ReadUInt32(), Value: reader.ReadOpaque());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32((uint)Value.Length);
        writer.WriteUInt32(0);
        writer.WriteUInt32(Key);
        writer.WriteOpaque(Value);
    }
}
