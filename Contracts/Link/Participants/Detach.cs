using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Participants;

/// <summary>
/// The participant is over. Edge to hub: its connection ended. Hub to Edge: end it; the Edge tells the client the reason
/// by a ChannelDestroy of channel 0, flushes and closes. Nothing follows on that handle from the sender; it is free for
/// reuse when both ends have sent or received one.
/// <code>
/// reason  uint32
/// </code>
/// </summary>
public readonly record struct Detach(Reason Reason) : ILinkPayload<Detach>
{
    public static LinkKind Kind => LinkKind.Detach;

    public static Detach Read(ref WireReader reader) => new((Reason)reader.ReadUInt32());

    public void Write(ref WireWriter writer) => writer.WriteUInt32((uint)Reason);
}
