namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A client asks to be told about these users, groups and servers from now on.
/// <code>
/// count  uint32
/// ids    count × AwareId
/// </code>
/// Direction: from client. Answer: one <see cref="PresenceSnapshot"/> of all of them, the offline ones included, for each group a
/// <see cref="PresenceGroup"/> and the snapshot of its members, and the watched attributes; nothing for count 0. Adding what is
/// watched already is harmless and answered again. Source: community protocol, awareness.
/// </summary>
public readonly record struct PresenceAdd(Items<AwareId> Ids) : IPayload<PresenceAdd>
{
    public static ushort MessageType => AwarenessMessageTypes.Add;

    public static PresenceAdd Read(ref WireReader reader) => new(Ids: reader.ReadItems(AwareId.SizeMin, AwareId.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Ids.Count);
        foreach (var id in Ids)
            id.Write(ref writer);
    }
}
