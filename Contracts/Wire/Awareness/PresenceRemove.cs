namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A client wants to hear no more of these.
/// <code>
/// count  uint32
/// ids    count × AwareId   as in <see cref="PresenceAdd"/>
/// </code>
/// Direction: from client. Answer: none; what was not watched is ignored. Source: community protocol, awareness.
/// </summary>
public readonly record struct PresenceRemove(Items<AwareId> Ids) : IPayload<PresenceRemove>
{
    public static ushort MessageType => AwarenessMessageTypes.Remove;

    public static PresenceRemove Read(ref WireReader reader) => new(Ids: reader.ReadItems(AwareId.SizeMin, AwareId.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Ids.Count);
        foreach (var id in Ids)
            id.Write(ref writer);
    }
}
