using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to hub: a one-time message to somebody or something of the receiver.
/// <code>
/// origin   ForeignOrigin  who sends it
/// message  OneTime        target as it was said, no sender
/// </code>
/// Answer: none; whoever cannot be reached is not.
/// </summary>
public sealed record ForeignOneTime(ForeignOrigin Origin, OneTime Message) : ILinkPayload<ForeignOneTime>
{
    public static LinkKind Kind => LinkKind.ForeignOneTime;

    public static ForeignOneTime Read(ref WireReader reader) => new(ForeignOrigin.Read(ref reader), OneTime.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        Origin.Write(ref writer);
        Message.Write(ref writer);
    }
}
