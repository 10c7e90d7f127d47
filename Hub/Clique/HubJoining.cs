using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Clique;

/// <summary>
/// Hubs that join and leave: each says hello, and from then on it is a participant here as this one is there. A hub number stands for one
/// hub and its latest start only.
/// </summary>
internal sealed class HubJoining(
    HubNode me,
    LoginIds ids,
    Clique clique,
    OnlineUsers online,
    DirectoryReplication directory,
    OfferExchange offers,
    ProvidedServices provided,
    Requests requests,
    ChannelEnding channels,
    CommunityEvents community,
    HubFacts facts,
    HubOptions options,
    ILogger log)
{
    /// <summary>Called with the incarnation of a later start of this hub: this one is over.</summary>
    public required Action<uint> Superseded { get; init; }

    /// <summary>A link to another hub is open.</summary>
    public void Greet(HubPeer peer) =>
        peer.Link!.Send(0, new HubHello(ids.Incarnation, me.LoginId, options.Cluster, [.. options.LinkAddresses], [.. clique.Seen]));

    /// <summary>False when it may not be what it says.</summary>
    public bool TryJoin(HubPeer peer, HubHello hello)
    {
        // Two of us, or the other one has met a later start of this hub: then this is the ghost.
        var later = hello.Seen.Append(new HubStart(peer.Number, hello.Incarnation))
            .Where(start => start.Hub == options.Number && start.Incarnation > ids.Incarnation).Select(start => start.Incarnation).DefaultIfEmpty().Max();
        if (later > 0)
        {
            Superseded(later);
            return false;
        }
        if (peer.Number == options.Number || hello.Node.Hub != peer.Number || clique.IsGhost(peer.Number, hello.Incarnation))
        {
            HubLog.HubRefused(log, peer.Name, peer.Number, hello.Incarnation);
            return false;
        }
        if (clique.TryGet(peer.Number, out var former))
        {
            Leave(former, Reason.SignedOnAgain);
            former.Link!.Close(Reason.SignedOnAgain);
        }

        peer.Join(hello);
        clique.Add(peer);
        online.Add(peer);
        HubLog.LinkOpened(log, peer.Kind, peer.Name);
        facts.LoggedIn(peer);
        community.Tell(new ComponentChanged(peer.Kind, peer.Name, peer.LoginId.ToString(), Up: true, Reason.Success));
        directory.OnJoined(peer);
        offers.OnJoined(peer);
        return true;
    }

    /// <summary>Its link is lost: every channel that crossed it is over on this side, as it is on the other.</summary>
    public void Leave(HubPeer peer, Reason reason)
    {
        // Once only: a later link of the same hub is a participant with the same login id.
        if (!peer.HasJoined || !peer.IsLoggedIn)
            return;

        peer.IsLoggedIn = false;
        clique.Remove(peer);
        online.Remove(peer);
        var broken = channels.EndAll(peer, Reason.ConnectionBroken);
        provided.OnLost(peer, reason);
        requests.OnLost(peer);
        HubLog.LinkClosed(log, peer.Kind, peer.Name, reason, broken);
        if (broken > 0)
            facts.RouteBroken(peer.Name, broken, Reason.ConnectionBroken);
        facts.LoggedOut(peer, reason);
        community.Tell(new ComponentChanged(peer.Kind, peer.Name, peer.LoginId.ToString(), Up: false, reason));
        directory.OnLeft(peer);
    }
}
