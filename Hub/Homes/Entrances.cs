using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Homes;

/// <summary>
/// Where clients connect to reach a hub or a cluster by name: the Edges linked to this hub say so, and the hubs tell each other. Each
/// answer begins with another address, so that clients that take the first one spread.
/// </summary>
internal sealed class Entrances(Links links, Clique.Clique clique, HubOptions options)
{
    private readonly Dictionary<string, int> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>An Edge has said where clients connect. False when it is more than an Edge may say.</summary>
    public bool TrySet(EdgeNode edge, EdgeHello hello)
    {
        if (hello.Entrances.Count > options.Limits.EntrancesMax)
            return false;
        edge.Entrances = hello.Entrances;
        TellAll();
        return true;
    }

    /// <summary>Another hub has said the same of its Edges. False when it is more than a hub may say.</summary>
    public bool TrySet(HubPeer peer, Roster roster)
    {
        if (roster.Entrances.Count > options.Limits.EntrancesMax)
            return false;
        peer.Entrances = roster.Entrances;
        return true;
    }

    /// <summary>An Edge is gone.</summary>
    public void OnLeft(EdgeNode edge)
    {
        if (edge.Entrances.Count > 0)
            TellAll();
    }

    /// <summary>A hub has joined, and knows nothing of ours.</summary>
    public void OnJoined(HubPeer peer) => peer.Link!.Send(0, new Roster(Here()));

    /// <summary>
    /// The addresses (host:port) at which clients reach a hub or cluster of this name, each once, beginning with another one each time.
    /// Null when no live hub is meant by the name; empty when one is, but no Edge of it has said where it is.
    /// </summary>
    public IReadOnlyList<string>? Resolve(string name)
    {
        var isKnown = false;
        var found = new List<string>();
        if (IsNamed(name, options.Name, options.Cluster))
        {
            isKnown = true;
            found.AddRange(Here().SelectMany(entrance => entrance.Addresses));
        }
        foreach (var peer in clique.Peers.Where(peer => IsNamed(name, peer.Name, peer.Cluster)).OrderBy(peer => peer.Number))
        {
            isKnown = true;
            found.AddRange(peer.Entrances.SelectMany(entrance => entrance.Addresses));
        }
        return isKnown ? Rotated(name, [.. found.Distinct(StringComparer.OrdinalIgnoreCase)]) : null;
    }

    private static bool IsNamed(string name, string hub, string cluster) => name.Length > 0 && Homes.IsMeant(name, hub, cluster);

    // Only names of hubs and clusters come here, so there are few turns to keep.
    private string[] Rotated(string name, string[] addresses)
    {
        if (addresses.Length == 0)
            return addresses;
        var turn = _turns.GetValueOrDefault(name) % addresses.Length;
        _turns[name] = turn + 1;
        return [.. addresses[turn..], .. addresses[..turn]];
    }

    private Items<Entrance> Here() => [.. links.Edges.SelectMany(edge => edge.Entrances).Take(options.Limits.EntrancesMax)];

    private void TellAll()
    {
        var roster = new Roster(Here());
        foreach (var peer in clique.Peers)
            peer.Link!.Send(0, roster);
    }
}
