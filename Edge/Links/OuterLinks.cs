using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Links;

/// <summary>The Edges chained behind this one. Whoever listens for links hands them over here.</summary>
internal sealed class OuterLinks(
    EdgeOptions options, LimitsOptions limits, Uplinks uplinks, EdgeCounters counters, EdgeLog log) : ILinkHandler
{
    private readonly Dictionary<ILink, OuterLink> _links = [];

    public IReadOnlyCollection<OuterLink> All => _links.Values;

    /// <summary>Participants on all of them that no hub has decided yet; kept by them.</summary>
    public int Undecided { get; set; }

    public void OnLinkOpened(ILink link)
    {
        if (link.Peer.Role != LinkRole.Edge)
        {
            link.Close(Reason.NotAuthorized);
            return;
        }

        _links.Add(link, new OuterLink(link, options.Name, this, limits, uplinks, uplinks.Trace, counters));
        log.OuterEdgeOpened(link.Peer.Name);
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame)
    {
        if (_links.TryGetValue(link, out var outer))
        {
            outer.OnFrame(frame);
        }
    }

    public void OnLinkClosed(ILink link, Reason reason)
    {
        if (_links.Remove(link, out var outer))
        {
            log.OuterEdgeClosed(link.Peer.Name, reason, outer.Participants.Count);
            outer.OnClosed();
            if (outer.Entrances.Count > 0)
            {
                uplinks.TellEntrances();
            }
        }
    }
}
