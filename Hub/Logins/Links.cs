using Sametime.Contracts.Link;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Logins;

/// <summary>The open links, with who is at the other end of each.</summary>
internal sealed class Links
{
    private readonly Dictionary<ILink, Participant> _byLink = [];

    public List<EdgeNode> Edges { get; } = [];

    public List<Application> Applications { get; } = [];

    public Participant? Find(ILink link) => _byLink.GetValueOrDefault(link);

    public void Add(Participant peer)
    {
        _byLink.Add(peer.Link!, peer);
        if (peer is EdgeNode edge)
            Edges.Add(edge);
        else if (peer is Application application)
            Applications.Add(application);
    }

    /// <summary>Forgets all of them, so that nothing can be sent to many any more.</summary>
    public Participant[] TakeAll()
    {
        Participant[] all = [.. _byLink.Values];
        _byLink.Clear();
        Edges.Clear();
        Applications.Clear();
        return all;
    }

    public void Remove(Participant peer)
    {
        _byLink.Remove(peer.Link!);
        if (peer is EdgeNode edge)
            Edges.Remove(edge);
        else if (peer is Application application)
            Applications.Remove(application);
    }
}
