using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Link.Hubs;

namespace Sametime.Hub.Clique;

/// <summary>The other hubs of the community that are linked and have said who they are. Each hub is linked to every other one.</summary>
internal sealed class Clique
{
    private readonly Dictionary<ushort, HubPeer> _byNumber = [];

    // The highest incarnation each hub was seen with: an older one that comes back is a ghost.
    private readonly Dictionary<ushort, uint> _incarnations = [];

    public IReadOnlyCollection<HubPeer> Peers => _byNumber.Values;

    /// <summary>The latest start of each hub that was ever here.</summary>
    public IEnumerable<HubStart> Seen => _incarnations.Select(seen => new HubStart(seen.Key, seen.Value));

    public bool TryGet(ushort number, [NotNullWhen(true)] out HubPeer? peer) => _byNumber.TryGetValue(number, out peer);

    /// <summary>Whether a start of a hub was followed by a later one already.</summary>
    public bool IsGhost(ushort number, uint incarnation) => _incarnations.TryGetValue(number, out var latest) && incarnation < latest;

    public void Add(HubPeer peer)
    {
        _byNumber.Add(peer.Number, peer);
        _incarnations[peer.Number] = peer.Incarnation;
    }

    public void Remove(HubPeer peer)
    {
        if (_byNumber.TryGetValue(peer.Number, out var present) && present == peer)
            _byNumber.Remove(peer.Number);
    }
}
