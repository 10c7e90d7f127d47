using System.Text;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub.Capture;
using Sametime.Hub.Clique;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Channels;

/// <summary>
/// Makes channels: finds whom the creator means, gives the channel a number there and passes the request on, with the target taken out
/// and the creator put in. A provider that declines is followed by the next one. A target at another hub is found again by that hub, so
/// to a hub the request goes with its target.
/// </summary>
internal sealed class ChannelCreation(
    ILoop loop,
    ChatPolicy policy,
    TargetFinder targets,
    UnacceptedChannels unaccepted,
    ChannelEnding ending,
    Outbox outbox,
    HubFacts facts,
    HubLimits limits,
    HubCounters counters)
{
    public void Create(Participant creator, ChannelRequest request)
    {
        var id = request.Create.Channel;
        if (Check(creator, request.Create) is var problem and not Reason.Success)
        {
            RefuseRequest(creator, id, problem);
            return;
        }

        if (request.Create.Creator is { } claimed && claimed.LoginId != creator.LoginId.ToString())
            counters.FalseIdentities++;
        if (policy.Judge(ref request) is var objection and not Reason.Success)
        {
            Refuse(creator, id, objection);
            return;
        }

        var channel = new Channel(creator, request);
        if (TryOffer(channel, out var reason))
        {
            counters.ChannelsCreated++;
            counters.ForeignChannels += channel.Creator is HubPeer || channel.Acceptor is HubPeer ? 1 : 0;
            facts.ChannelCreated(channel, request.Create.Target);
        }
        else
        {
            Refuse(creator, id, reason);
        }
    }

    /// <summary>An application or a hub has ended a channel; when it is the acceptor that declines, another provider may be asked.</summary>
    public void OnDestroyed(Provider by, ChannelId id, ChannelDestroy destroy)
    {
        if (!by.Channels.TryGet(id, out var channel))
            counters.UnknownChannels++;
        else if (id.IsServerHalf && (TryRedirect(channel, destroy) || TryNextProvider(channel, destroy)))
            counters.ProvidersSkipped++;
        else if (destroy.Reason == Reason.ConnectElsewhere && channel.FarEnd(id).Participant is not HubPeer)
            // That is between providers and hubs; to who asked, nobody had room.
            ending.EndFrom(channel, id, Reason.ServerFull, Opaque.Empty);
        else
            ending.EndFrom(channel, id, destroy.Reason, destroy.Detail);
    }

    // The acceptor names who is to take its place. A hub that was asked by another one looks among its own applications only; the hub of the
    // creator, which hears of it next, looks everywhere.
    private bool TryRedirect(Channel channel, ChannelDestroy destroy)
    {
        if (destroy.Reason != Reason.ConnectElsewhere || destroy.Detail.Length == 0 || !MayMove(channel)
            || channel.Declined?.Count >= limits.RedirectsPerChannel)
        {
            return false;
        }
        var asked = channel.Request!.Create.Target;
        channel.Retarget(new IdBlock(Encoding.ASCII.GetString(destroy.Detail.Span)));
        if (TryOfferAnew(channel))
            return true;
        channel.Retarget(asked);
        return false;
    }

    // One that is merely full is passed over.
    private bool TryNextProvider(Channel channel, ChannelDestroy destroy) =>
        (destroy.Reason is Reason.ServerFull or Reason.NotEnoughResources || destroy is { Reason: Reason.ConnectElsewhere, Detail.Length: 0 })
        && string.IsNullOrEmpty(channel.Request?.Create.Target.User) && MayMove(channel) && TryOfferAnew(channel);

    // As long as nothing was sent to the acceptor that would be lost.
    private static bool MayMove(Channel channel) =>
        channel is { IsOpen: false, HasCreatorSent: false, IsOver: false, Conversation: null, Acceptor: not Login, Creator.IsLoggedIn: true };

    private bool TryOfferAnew(Channel channel)
    {
        var (declined, declinedId) = (channel.Acceptor, channel.AcceptorId);
        channel.Decline();
        channel.Acceptor.Channels.Remove(channel.AcceptorId);
        channel.Creator.Channels.Remove(channel.CreatorId);
        unaccepted.Remove(channel);
        if (TryOffer(channel, out _))
            return true;

        // Nobody else: back as it was, so that it ends like any other refusal.
        Enter(channel, declined, declinedId);
        return false;
    }

    /// <summary>Refuses a request that was never looked into.</summary>
    public void RefuseRequest(Participant creator, ChannelId id, Reason reason)
    {
        // The destroy ends what the creator has under this number, so a channel in use must not live on at the other end.
        if (creator.Channels.TryGet(id, out var existing))
            ending.EndFrom(existing, id, reason, Opaque.Empty);
        Refuse(creator, id, reason);
    }

    /// <summary>Tells a creator that there will be no channel of this number.</summary>
    public void Refuse(Participant creator, ChannelId id, Reason reason)
    {
        counters.ChannelsRefused++;
        outbox.Destroy(creator, id, reason);
    }

    private Reason Check(Participant creator, ChannelCreate create)
    {
        var id = create.Channel;
        if (id.IsServerHalf || create.Target.User.Length > limits.IdCharsMax || create.Target.Community.Length > limits.IdCharsMax)
            return Reason.RequestInvalid;
        if (creator.Channels.Contains(id))
            return Reason.ChannelExists;
        if (creator.Channels.Count >= ChannelsMax(creator))
            return Reason.ServerFull;
        return creator is Login && creator.UnacceptedChannels >= limits.UnacceptedPerLogin ? Reason.Aborted : Reason.Success;
    }

    private bool TryOffer(Channel channel, out Reason reason)
    {
        var create = channel.Request!.Create;
        var creator = channel.Foreign ?? Identity.Of(channel.Creator);
        while (true)
        {
            var acceptor = targets.Find(creator, create.Target, create.Service, create.Protocol, create.Version, channel.Declined, out reason);
            if (acceptor is null)
                return false;

            var id = acceptor.Channels.MakeId();
            if (acceptor.Channels.Count < ChannelsMax(acceptor))
            {
                Enter(channel, acceptor, id);
                Offer(channel, creator);
                return true;
            }

            reason = Reason.ServerFull;
            if (acceptor is Login || !string.IsNullOrEmpty(create.Target.User))
                return false;
            channel.Offer(acceptor, id, now: 0);
            channel.Decline();
        }
    }

    private void Enter(Channel channel, Participant acceptor, ChannelId id)
    {
        channel.Offer(acceptor, id, loop.Time.GetTimestamp());
        channel.Creator.Channels.Add(channel.CreatorId, channel);
        acceptor.Channels.Add(id, channel);

        // The creator's hub alone waits: two that run out of patience at once would both end it.
        if (channel.Creator is not HubPeer)
            unaccepted.Add(channel);
    }

    private void Offer(Channel channel, Identity creator)
    {
        var (create, options, attributes) = channel.Request!;
        if (channel.Acceptor is HubPeer hub)
        {
            var asked = create with { Channel = channel.AcceptorId, Creator = null };
            hub.Link!.Send(0, new ForeignCreate(creator.AsOrigin, channel.Number, options, attributes, asked));
            return;
        }

        var offer = create with { Channel = channel.AcceptorId, Target = IdBlock.Nobody, Creator = creator.Info };
        outbox.Send(channel.Acceptor, ChannelId.Master, offer, options, attributes.Span);
    }

    private int ChannelsMax(Participant participant) => participant switch
    {
        Login => limits.ChannelsPerLogin,
        HubPeer => limits.ChannelsPerHub,
        _ => limits.ChannelsPerApplication,
    };
}
