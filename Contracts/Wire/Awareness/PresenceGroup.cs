namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// Heading of the snapshot of a public group's members, sent before it. Clients at hand do nothing with it.
/// <code>
/// group  AwareId   kind PublicGroup, as the watcher spelled it
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, awareness.
/// </summary>
public readonly record struct PresenceGroup(AwareId Group) : IPayload<PresenceGroup>
{
    public static ushort MessageType => AwarenessMessageTypes.Group;

    public static PresenceGroup Read(ref WireReader reader) => new(Group: AwareId.Read(ref reader));

    public void Write(ref WireWriter writer) => Group.Write(ref writer);
}
