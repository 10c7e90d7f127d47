using Sametime.Contracts.Wire;
using Sametime.Hub.Capture;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Channels;

/// <summary>
/// The way of every ChannelSend: one look-up, a new number in the header, out at the other end's link. Allocates nothing and reads no
/// body, unless conversations are captured. A channel's messages keep their order because each goes out before the next one is looked at.
/// </summary>
internal sealed class ChannelRouting(
    TimeProvider time, ChannelEnding ending, ChannelDelivery delivery, ConversationCapture capture, HeldLines held, HubLimits limits, HubCounters counters)
{
    // Header, payload type, and the length of the data.
    private const int SendOverheadBytes = MessageHeader.Size + 2 + 4;

    /// <summary>
    /// A client's message, which must keep to size and rate where the hub answers for the service. False when it has to wait.
    /// </summary>
    public bool TryRoute(Login from, ChannelId id, ReadOnlySpan<byte> message, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!from.Channels.TryGet(id, out var channel) || channel.IsOver)
        {
            counters.UnknownChannels++;
            return true;
        }
        if (channel.Service == ServiceTypes.InstantMessage)
        {
            if (message.Length - SendOverheadBytes > limits.InstantMessageBytesMax)
            {
                counters.OverLimits++;
                ending.EndBoth(channel, Reason.MessageTooLarge);
                return true;
            }
            if (held.IsTooFarAhead(from))
            {
                wait = limits.CaptureTimeout;
                return false;
            }
            if (!from.MaySendInstantMessage(limits.InstantMessages, time, out wait))
                return false;
        }
        Forward(channel, id, message);
        return true;
    }

    /// <summary>What an application or another hub sends; a client's message that comes by a hub was held to size and rate there.</summary>
    public void Route(Participant from, ChannelId id, ReadOnlySpan<byte> message)
    {
        if (from.Channels.TryGet(id, out var channel) && !channel.IsOver)
            Forward(channel, id, message);
        else
            counters.UnknownChannels++;
    }

    private void Forward(Channel channel, ChannelId id, ReadOnlySpan<byte> message)
    {
        // An end may send before it is accepted: the other one keeps it back until then.
        channel.HasCreatorSent |= !id.IsServerHalf;

        // What somebody at another hub says was captured there.
        if (capture.Concerns(channel) && channel.NearEnd(id) is not HubPeer)
            capture.Take(channel, id, message);
        else
            delivery.Send(channel, id, message);
    }
}
