using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// First frame of each end of a link between two hubs: what its name and number, proven by the link, do not tell.
/// <code>
/// incarnation  uint32          which start of that hub it is; a smaller one than was seen before is a ghost and is refused
/// node         String          its login id as a participant of the community
/// cluster      String          name of the cluster it is a member of; empty = none
/// addresses    count + String  where Edges link up to it, host:port, best first
/// </code>
/// Direction: both. Answer: none; nothing else is said before it.
/// </summary>
public sealed record HubHello(uint Incarnation, LoginId Node, string Cluster, Items<string> LinkAddresses) : ILinkPayload<HubHello>
{
    public static LinkKind Kind => LinkKind.HubHello;

    public static HubHello Read(ref WireReader reader)
    {
        var incarnation = reader.ReadUInt32();
        _ = LoginId.TryParse(reader.ReadString(), out var node);
        return new HubHello(
            incarnation, node, reader.ReadString(), reader.ReadItems(minElementBytes: 2, static (ref WireReader r) => r.ReadString()));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Incarnation);
        writer.WriteString(Node.ToString());
        writer.WriteString(Cluster);
        writer.WriteUInt32((uint)LinkAddresses.Count);
        foreach (var address in LinkAddresses)
            writer.WriteString(address);
    }
}
