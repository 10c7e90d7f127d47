using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Channels;

/// <summary>Ends channels: both tables forget them, and each end that does not know yet is told.</summary>
internal sealed class ChannelEnding
{
    private readonly Outbox _outbox;
    private readonly UnacceptedChannels _unaccepted;
    private readonly HubFacts _facts;
    private readonly HubCounters _counters;

    public ChannelEnding(Outbox outbox, UnacceptedChannels unaccepted, HubFacts facts, HubCounters counters)
    {
        (_outbox, _unaccepted, _facts, _counters) = (outbox, unaccepted, facts, counters);
        unaccepted.Expire = (channel, reason) => EndBoth(channel, reason);
    }

    /// <summary>Tells both ends.</summary>
    public void EndBoth(Channel channel, Reason reason)
    {
        Forget(channel, reason);
        _outbox.Destroy(channel.Creator, channel.CreatorId, reason);
        _outbox.Destroy(channel.Acceptor, channel.AcceptorId, reason);
    }

    /// <summary>One end, which calls it <paramref name="id"/>, has ended it; the other is told.</summary>
    public void EndFrom(Channel channel, ChannelId id, Reason reason, Opaque detail)
    {
        Forget(channel, reason);
        var (far, farId) = channel.FarEnd(id);
        _outbox.Destroy(far, farId, reason, detail);
    }

    /// <summary>A participant is over and with it all its channels. Returns how many there were.</summary>
    public int EndAll(Participant participant, Reason reason)
    {
        var channels = participant.Channels.All.Distinct().ToArray();
        foreach (var channel in channels)
        {
            // Nothing is sent to a participant that is over, so both ends can be told.
            EndBoth(channel, reason);
        }
        return channels.Length;
    }

    private void Forget(Channel channel, Reason reason)
    {
        _unaccepted.Remove(channel);
        channel.Creator.Channels.Remove(channel.CreatorId);
        channel.Acceptor.Channels.Remove(channel.AcceptorId);
        _counters.ChannelsDestroyed++;
        _facts.ChannelDestroyed(channel, reason);
    }
}
