using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// First frame of each end of a link between two hubs: what its name and number, proven by the link, do not tell.
/// <code>
/// incarnation  uint32          which start of that hub it is; a smaller one than was seen before is a ghost and is refused
/// node         String          its login id as a participant of the community
/// cluster      String          name of the cluster it is a member of; empty = none
/// addresses    count + String  where Edges link up to it, host:port, best first
/// seen         count + (hub number uint16, incarnation uint32)  the latest start of each hub that the sender has ever met
/// </code>
/// A hub that reads of a later start of itself is a ghost and ends everything at once. Direction: both. Answer: none; nothing else is said before it.
/// </summary>
public sealed record HubHello(uint Incarnation, LoginId Node, string Cluster, Items<string> LinkAddresses, Items<HubStart> Seen) : ILinkPayload<HubHello>
{
    public static LinkKind Kind => LinkKind.HubHello;

    public static HubHello Read(ref WireReader reader)
    {
        var incarnation = reader.ReadUInt32();
        _ = LoginId.TryParse(reader.ReadString(), out var node);
        return new HubHello(
            incarnation, node, reader.ReadString(), reader.ReadItems(minElementBytes: 2, static (ref WireReader r) => r.ReadString()),
            reader.ReadItems(minElementBytes: 6, static (ref WireReader r) => new HubStart(r.ReadUInt16(), r.ReadUInt32())));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Incarnation);
        writer.WriteString(Node.ToString());
        writer.WriteString(Cluster);
        writer.WriteUInt32((uint)LinkAddresses.Count);
        foreach (var address in LinkAddresses)
            writer.WriteString(address);
        writer.WriteUInt32((uint)Seen.Count);
        foreach (var start in Seen)
        {
            writer.WriteUInt16(start.Hub);
            writer.WriteUInt32(start.Incarnation);
        }
    }
}

/// <summary>One start of a hub.</summary>
public readonly record struct HubStart(ushort Hub, uint Incarnation);
