using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Homes;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Clique;

/// <summary>What the link of another hub brings.</summary>
internal sealed class HubFrames(
    HubJoining joining, Entrances entrances, DirectoryReplication directory, ForeignMessages foreign, FanoutRouter fanout, OfferExchange offers, CommunityRequests questions, Requests requests, HubCounters counters)
{
    /// <summary>False when the peer breaks the rules of the link.</summary>
    public bool Handle(HubPeer peer, in LinkFrame frame)
    {
        if (frame.Kind == LinkKind.HubHello)
        {
            var reader = new WireReader(frame.Payload);
            var hello = HubHello.Read(ref reader);
            if (reader.Error is not null || peer.HasJoined || !joining.TryJoin(peer, hello))
                return false;
            entrances.OnJoined(peer);
            return true;
        }
        if (!peer.HasJoined)
            return false;

        counters.FramesFromHubs++;
        switch (frame.Kind)
        {
            case LinkKind.Message:
                return foreign.OnMessage(peer, frame.Payload);

            case LinkKind.ForeignCreate:
                return foreign.OnCreate(peer, frame.Payload);

            case LinkKind.ForeignOneTime:
                return foreign.OnOneTime(peer, frame.Payload);

            case LinkKind.ForeignAnnounce:
                return foreign.OnAnnounce(peer, frame.Payload);

            case LinkKind.Fanout:
                return fanout.Route(peer, frame.Payload);

            case LinkKind.Broadcast:
                if (frame.Payload.Length < MessageHeader.Size)
                    return false;
                fanout.Broadcast(frame.Payload);
                return true;

            case LinkKind.Offers:
                return offers.OnOffers(peer, frame.Payload);

            case LinkKind.Request:
                questions.Answer(peer, frame.Handle, frame.Payload);
                return true;

            case LinkKind.Reply:
                requests.OnReply(peer, frame.Handle, frame.Payload);
                return true;

            case LinkKind.Roster:
                var roster = new WireReader(frame.Payload);
                return entrances.TrySet(peer, Roster.Read(ref roster)) && roster.Error is null;

            case LinkKind.DirectorySnapshot or LinkKind.DirectoryDelta or LinkKind.DirectoryDigest or LinkKind.DirectoryAsk
                or LinkKind.DirectoryInquiry or LinkKind.DirectoryInquired:
                return directory.Handle(peer, frame);

            default:
                counters.UnknownFrames++;
                return true;
        }
    }
}
