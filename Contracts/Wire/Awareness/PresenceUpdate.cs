namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// A watched user changed: came, went, has another status, description or name, or hides from this watcher.
/// <code>
/// block  PresenceBlock   no count before it
/// </code>
/// Direction: to client. Answer: none. Only the latest state matters: updates that wait for a slow reader may be merged. This is the
/// busiest payload a service writes, so <see cref="Write"/> allocates nothing. Source: community protocol, awareness.
/// </summary>
public readonly record struct PresenceUpdate(PresenceBlock Block) : IPayload<PresenceUpdate>
{
    public static ushort MessageType => AwarenessMessageTypes.Update;

    public static PresenceUpdate Read(ref WireReader reader) => new(Block: PresenceBlock.Read(ref reader));

    public void Write(ref WireWriter writer) => Block.Write(ref writer);
}
