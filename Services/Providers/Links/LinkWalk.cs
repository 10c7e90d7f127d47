using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Links;

/// <summary>Where a stream ends, as a store keeps it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Link">The link of its last event.</param>
/// <param name="Seal">What shows that this is so: <see cref="EventLinks.Head"/>.</param>
internal sealed record StreamHead(EventStreamName Stream, byte[] Link, byte[] Seal);

/// <summary>
/// Walks along the links of a log: given every event in the order of positions, and what the store keeps of removed events and of the ends
/// of streams, all as of one moment, it finds the places where they do not hold.
/// </summary>
internal sealed class LinkWalk
{
    /// <summary>Faults that are named; further ones are counted.</summary>
    public const int FaultsNamedMax = 100;

    private readonly EventLinks _links;
    private readonly Dictionary<EventStreamName, byte[]> _newest = [];
    private readonly Dictionary<EventStreamName, Queue<RemovedEvents>> _removed = [];
    private readonly List<LinkFault> _faults = [];
    private long _faultCount;
    private long _events;
    private long _removedEvents;
    private long _unlinked;

    /// <param name="links">Makes the links anew.</param>
    /// <param name="removed">What was removed in order, with the seal of each, by position.</param>
    public LinkWalk(EventLinks links, IEnumerable<(RemovedEvents Events, byte[] Seal)> removed)
    {
        _links = links;
        foreach (var (events, seal) in removed)
        {
            if (!EventLinks.AreEqual(seal, links.Removed(events)))
                Find(LinkFaultKind.Forged, events.Stream, events.From, 0);
            if (!_removed.TryGetValue(events.Stream, out var known))
                _removed.Add(events.Stream, known = []);
            known.Enqueue(events);
            _removedEvents += events.Events;
        }
    }

    /// <summary>The next event of the log, with the link it carries.</summary>
    public void Step(long position, in LinkedEvent stored, byte[]? link)
    {
        _events++;
        LeadOver(stored.Stream, position);
        if (link is null && _newest.Count == 0 && _removed.Count == 0)
        {
            _unlinked++;
            return;
        }

        if (link is not { Length: EventLinks.Bytes })
        {
            Find(LinkFaultKind.Missing, stored.Stream, position, stored.Sequence);
            return;
        }

        if (!EventLinks.AreEqual(link, _links.Next(_newest.GetValueOrDefault(stored.Stream, EventLinks.Origin), stored)))
            Find(LinkFaultKind.Broken, stored.Stream, position, stored.Sequence);
        _newest[stored.Stream] = link;
    }

    /// <summary>There are no more events: compares with the ends of the streams.</summary>
    public LinkReport End(IEnumerable<StreamHead> heads)
    {
        foreach (var stream in _removed.Keys)
            LeadOver(stream, long.MaxValue);
        var open = new HashSet<EventStreamName>(_newest.Keys);
        foreach (var head in heads)
        {
            open.Remove(head.Stream);
            if (!EventLinks.AreEqual(head.Seal, _links.Head(head.Stream, head.Link)))
                Find(LinkFaultKind.Forged, head.Stream, 0, 0);
            else if (!EventLinks.AreEqual(head.Link, _newest.GetValueOrDefault(head.Stream, EventLinks.Origin)))
                Find(LinkFaultKind.TailCut, head.Stream, 0, 0);
        }

        foreach (var stream in open)
            Find(LinkFaultKind.TailCut, stream, 0, 0);
        return new LinkReport(_events, _newest.Count, _unlinked, _removedEvents, _faultCount, _faults);
    }

    // What was removed before this position: the link of its last event takes the place of those that are gone.
    private void LeadOver(EventStreamName stream, long position)
    {
        if (!_removed.TryGetValue(stream, out var removed))
            return;
        while (removed.TryPeek(out var next) && next.To < position)
        {
            removed.Dequeue();
            if (!EventLinks.AreEqual(next.Before, _newest.GetValueOrDefault(stream, EventLinks.Origin)))
                Find(LinkFaultKind.Broken, stream, next.From, 0);
            _newest[stream] = next.Link;
        }
    }

    private void Find(LinkFaultKind kind, EventStreamName stream, long position, long sequence)
    {
        if (++_faultCount <= FaultsNamedMax)
            _faults.Add(new LinkFault(kind, stream, position, sequence));
    }
}
