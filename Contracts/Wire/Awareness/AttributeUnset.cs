namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A client removes an attribute of its own login.
/// <code>
/// 0    uint32
/// key  uint32   (AttributeKeys)
/// </code>
/// Direction: from client. Answer: none; watchers of the user who watch the key get an <see cref="AttributeUnsetNotice"/>.
/// Source: community protocol, awareness.
/// </summary>
public readonly record struct AttributeUnset(uint Key) : IPayload<AttributeUnset>
{
    public static ushort MessageType => AwarenessMessageTypes.UnsetAttribute;

    public static AttributeUnset Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(Key: reader.ReadUInt32());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32(Key);
    }
}
