using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to hub: an announcement to users of the receiver; one frame a hub, however many they are.
/// <code>
/// origin    ForeignOrigin  who announces
/// announce  Announce       recipients: those at the receiver alone; no sender
/// </code>
/// Answer: none; who has gone meanwhile, or hides from the origin, is passed over.
/// </summary>
public sealed record ForeignAnnounce(ForeignOrigin Origin, Announce Announce) : ILinkPayload<ForeignAnnounce>
{
    public static LinkKind Kind => LinkKind.ForeignAnnounce;

    public static ForeignAnnounce Read(ref WireReader reader) => new(ForeignOrigin.Read(ref reader), Announce.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        Origin.Write(ref writer);
        Announce.Write(ref writer);
    }
}
