using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub.Clique;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Channels;

/// <summary>Passes the acceptor's yes to the creator, with the acceptor put in: without him a client has no key for the cipher.</summary>
internal sealed class ChannelAcceptance(
    Outbox outbox, UnacceptedChannels unaccepted, ChannelEnding ending, HubFacts facts, HubCounters counters)
{
    public void Accept(Identity acceptor, ChannelId id, ChannelAccept accept, MessageOptions options, ReadOnlySpan<byte> attributes)
    {
        if (!acceptor.Via.Channels.TryGet(id, out var channel) || channel.IsOver)
        {
            counters.UnknownChannels++;
            return;
        }
        if (channel.IsOpen || !id.IsServerHalf)
        {
            // Accepting twice, or what one has asked for oneself.
            ending.EndBoth(channel, Reason.RequestInvalid);
            return;
        }
        if (accept.Acceptor is { } claimed && claimed.LoginId != acceptor.LoginId.ToString())
            counters.FalseIdentities++;

        unaccepted.Remove(channel);
        channel.Open(acceptor.Via is HubPeer ? acceptor : null);
        outbox.Send(channel.Creator, channel.CreatorId, accept with { Acceptor = acceptor.Info }, options, attributes);
        facts.ChannelAccepted(channel);
    }
}
