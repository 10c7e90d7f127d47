namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// How those who were just added are now. One snapshot answers a whole <see cref="PresenceAdd"/>; that of a group's members follows
/// the <see cref="PresenceGroup"/>, each block with the group's id.
/// <code>
/// count   uint32
/// blocks  count × PresenceBlock
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, awareness.
/// </summary>
public readonly record struct PresenceSnapshot(Items<PresenceBlock> Blocks) : IPayload<PresenceSnapshot>
{
    public static ushort MessageType => AwarenessMessageTypes.Snapshot;

    public static PresenceSnapshot Read(ref WireReader reader) =>
        new(Blocks: reader.ReadItems(PresenceBlock.SizeMin, PresenceBlock.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Blocks.Count);
        foreach (ref readonly var block in Blocks)
            block.Write(ref writer);
    }
}
