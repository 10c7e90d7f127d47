using Sametime.Contracts.Wire;
using Sametime.Hub.Capture;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Channels;

/// <summary>
/// Ends channels: both tables forget them, and each end that does not know yet is told. An end for which something waits until it is
/// logged is told behind that, and has the channel in its table until then.
/// </summary>
internal sealed class ChannelEnding
{
    private readonly Outbox _outbox;
    private readonly UnacceptedChannels _unaccepted;
    private readonly ConversationCapture _capture;
    private readonly HubFacts _facts;
    private readonly HubCounters _counters;

    public ChannelEnding(Outbox outbox, UnacceptedChannels unaccepted, ConversationCapture capture, HubFacts facts, HubCounters counters)
    {
        (_outbox, _unaccepted, _capture, _facts, _counters) = (outbox, unaccepted, capture, facts, counters);
        unaccepted.Expire = EndBoth;
        capture.Refuse = EndBoth;
    }

    /// <summary>Tells both ends.</summary>
    public void EndBoth(Channel channel, Reason reason)
    {
        if (channel.IsOver)
        {
            _capture.CutShort(channel, reason);
            return;
        }
        End(channel, reason);
        Tell(channel, channel.CreatorId, reason);
        Tell(channel, channel.AcceptorId, reason);
        _capture.OnEnded(channel, reason);
    }

    /// <summary>One end, which calls it <paramref name="id"/>, has ended it; the other is told.</summary>
    public void EndFrom(Channel channel, ChannelId id, Reason reason, Opaque detail)
    {
        var wasOver = channel.IsOver;
        if (!wasOver)
            End(channel, reason);
        _capture.Drop(channel, id, reason);
        channel.NearEnd(id).Channels.Remove(id);
        if (!wasOver)
            Tell(channel, channel.FarEnd(id).Id, reason, detail);
        _capture.OnEnded(channel, reason);
    }

    /// <summary>A participant is over and with it all its channels. Returns how many there were.</summary>
    public int EndAll(Participant participant, Reason reason)
    {
        var broken = 0;
        foreach (var channel in participant.Channels.All.Distinct().ToArray())
        {
            if (channel.IsOver)
            {
                Leave(channel, participant, reason);
                continue;
            }

            // Nothing is sent to a participant that is over, so both ends can be told.
            broken++;
            EndBoth(channel, reason);
        }
        return broken;
    }

    // It waited to be told, which it need not be any more.
    private void Leave(Channel channel, Participant participant, Reason reason)
    {
        if (channel.Creator == participant)
            EndFrom(channel, channel.CreatorId, reason, Opaque.Empty);
        if (channel.Acceptor == participant)
            EndFrom(channel, channel.AcceptorId, reason, Opaque.Empty);
    }

    private void End(Channel channel, Reason reason)
    {
        channel.IsOver = true;
        _unaccepted.Remove(channel);
        _counters.ChannelsDestroyed++;
        _facts.ChannelDestroyed(channel, reason);
    }

    private void Tell(Channel channel, ChannelId id, Reason reason, Opaque detail = default)
    {
        if (_capture.TellsLater(channel, id, reason, detail))
            return;
        var end = channel.NearEnd(id);
        end.Channels.Remove(id);
        _outbox.Destroy(end, id, reason, detail);
    }
}
