using Sametime.Contracts.Link;
using Sametime.Hub.Clique;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Asks the other hubs whether this one has heard everything. A client may know of a login a moment before this hub does, because it was
/// told by another way: whoever asks for somebody unknown waits until every hub has said what it had to say.
/// </summary>
internal sealed class Inquiries(Clique.Clique clique, HubCounters counters)
{
    private readonly Dictionary<uint, Inquiry> _open = [];
    private uint _last;

    /// <summary>There is somebody to ask.</summary>
    public bool IsOfUse => clique.Peers.Count > 0;

    /// <summary><paramref name="done"/> is called once, when each hub linked now has answered or is lost.</summary>
    public void Ask(Action done)
    {
        counters.DirectoryInquiries++;
        var inquiry = new Inquiry([.. clique.Peers], done);
        _open.Add(++_last, inquiry);
        foreach (var peer in inquiry.Unanswered)
            peer.Link!.Send(LinkKind.DirectoryInquiry, _last, default, default);
    }

    public void OnAnswer(HubPeer peer, uint number)
    {
        if (_open.TryGetValue(number, out var inquiry))
            Strike(number, inquiry, peer);
    }

    public void OnLeft(HubPeer peer)
    {
        foreach (var (number, inquiry) in _open.ToArray())
            Strike(number, inquiry, peer);
    }

    private void Strike(uint number, Inquiry inquiry, HubPeer peer)
    {
        if (!inquiry.Unanswered.Remove(peer) || inquiry.Unanswered.Count > 0)
            return;
        _open.Remove(number);
        inquiry.Done();
    }

    private sealed record Inquiry(HashSet<HubPeer> Unanswered, Action Done);
}
