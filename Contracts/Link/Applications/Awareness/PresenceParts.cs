using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications.Awareness;

/// <summary>
/// How users are at the sender's hub: of each the answer to a subscription, or what has changed since.
/// <code>
/// count  uint32
/// parts  count × PresencePart   a later one of the same user replaces an earlier one
/// </code>
/// Direction: to the Buddy List that subscribed. Answer: none. Changes that come close together are gathered: only the last state of each
/// user is told.
/// </summary>
public readonly record struct PresenceParts(Items<PresencePart> Parts) : IPayload<PresenceParts>
{
    public static ushort MessageType => PresencePayloads.Parts;

    public static PresenceParts Read(ref WireReader reader) => new(Parts: reader.ReadItems(PresencePart.SizeMin, PresencePart.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Parts.Count);
        foreach (ref readonly var part in Parts)
            part.Write(ref writer);
    }
}
