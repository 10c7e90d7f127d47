using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Participants;

/// <summary>
/// Edge to hub, and chained Edge to Edge: where clients connect, at the Edge itself and at those chained behind it. Said when the link
/// is open, and anew when it changes; the last one counts. An Edge of which no client should be told says nothing.
/// <code>
/// entrances  count + Entrance
/// </code>
/// Answer: none.
/// </summary>
public sealed record EdgeHello(Items<Entrance> Entrances) : ILinkPayload<EdgeHello>
{
    public static LinkKind Kind => LinkKind.EdgeHello;

    public static EdgeHello Read(ref WireReader reader) => new(reader.ReadItems(Entrance.BytesMin, Entrance.Read));

    public void Write(ref WireWriter writer) => Entrance.WriteAll(ref writer, Entrances);
}

/// <summary>
/// Where clients connect to one Edge.
/// <code>
/// edge       String          its node name
/// addresses  count + String  host:port each, best first
/// </code>
/// </summary>
public sealed record Entrance(string Edge, Items<string> Addresses)
{
    internal const int BytesMin = 6;

    internal static Entrance Read(ref WireReader reader) => new(
        reader.ReadString(), reader.ReadItems(minElementBytes: 2, static (ref WireReader r) => r.ReadString()));

    internal static void WriteAll(ref WireWriter writer, Items<Entrance> entrances)
    {
        writer.WriteUInt32((uint)entrances.Count);
        foreach (var entrance in entrances)
        {
            writer.WriteString(entrance.Edge);
            writer.WriteUInt32((uint)entrance.Addresses.Count);
            foreach (var address in entrance.Addresses)
            {
                writer.WriteString(address);
            }
        }
    }
}
