using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Between hubs: where clients connect to reach the hub that says it, at all Edges linked to it. Said when the hubs have joined, and
/// anew when it changes; the last one counts.
/// <code>
/// entrances  count + Entrance
/// </code>
/// Direction: both. Answer: none.
/// </summary>
public sealed record Roster(Items<Entrance> Entrances) : ILinkPayload<Roster>
{
    public static LinkKind Kind => LinkKind.Roster;

    public static Roster Read(ref WireReader reader) => new(reader.ReadItems(Entrance.BytesMin, Entrance.Read));

    public void Write(ref WireWriter writer) => Entrance.WriteAll(ref writer, Entrances);
}
