using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to hub: the services of the sender's applications that participants of every hub may use, all of them, each time one changes. It
/// replaces what was said before. Local services are never in it.
/// <code>
/// offers  count + Offer
/// </code>
/// Direction: both, behind the <see cref="HubHello"/>. Answer: none.
/// </summary>
public sealed record Offers(Items<Offer> Services) : ILinkPayload<Offers>
{
    public static LinkKind Kind => LinkKind.Offers;

    public static Offers Read(ref WireReader reader) => new(reader.ReadItems(Offer.SizeMin, Offer.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Services.Count);
        foreach (var offer in Services)
            offer.Write(ref writer);
    }
}

/// <summary>
/// A service that can be had at a hub, from one or more applications there.
/// <code>
/// service    uint32
/// load       uint16  of the least busy of them: 0 idle .. 1000 full
/// losses     uint32  how many of them were lost so far; when it has grown, channels were broken and their creators may come back
/// protocols  count + (protocol type uint32, version uint32) each; empty = any
/// </code>
/// </summary>
public sealed record Offer(ServiceType Service, ushort Load, uint Losses, Items<ServiceProtocol> Protocols)
{
    /// <summary>Least bytes on the link.</summary>
    public const int SizeMin = 14;

    public static Offer Read(ref WireReader reader) => new(
        new ServiceType(reader.ReadUInt32()),
        reader.ReadUInt16(),
        reader.ReadUInt32(),
        reader.ReadItems(minElementBytes: 8, static (ref WireReader r) => new ServiceProtocol(new ProtocolType(r.ReadUInt32()), r.ReadUInt32())));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Service.Value);
        writer.WriteUInt16(Load);
        writer.WriteUInt32(Losses);
        writer.WriteUInt32((uint)Protocols.Count);
        foreach (var protocol in Protocols)
        {
            writer.WriteUInt32(protocol.Type.Value);
            writer.WriteUInt32(protocol.Version);
        }
    }
}
