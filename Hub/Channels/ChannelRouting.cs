using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Channels;

/// <summary>
/// The way of every ChannelSend: one look-up, a new number in the header, out at the other end's link. Allocates nothing and reads no
/// body. A channel's messages keep their order because each goes out before the next one is looked at.
/// </summary>
internal sealed class ChannelRouting(TimeProvider time, ChannelEnding ending, HopTrace trace, HubLimits limits, HubCounters counters)
{
    // Header, payload type, and the length of the data.
    private const int SendOverheadBytes = MessageHeader.Size + 2 + 4;

    /// <summary>
    /// A client's message, which must keep to size and rate where the hub answers for the service. False when it has to wait.
    /// </summary>
    public bool TryRoute(Login from, ChannelId id, ReadOnlySpan<byte> message, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!from.Channels.TryGet(id, out var channel))
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
            if (!from.MaySendInstantMessage(limits.InstantMessages, time, out wait))
                return false;
        }
        Forward(channel, id, message);
        return true;
    }

    /// <summary>What an application or another hub sends; a client's message that comes by a hub was held to size and rate there.</summary>
    public void Route(Participant from, ChannelId id, ReadOnlySpan<byte> message)
    {
        if (from.Channels.TryGet(id, out var channel))
            Forward(channel, id, message);
        else
            counters.UnknownChannels++;
    }

    private void Forward(Channel channel, ChannelId id, ReadOnlySpan<byte> message)
    {
        // An end may send before it is accepted: the other one keeps it back until then.
        channel.HasCreatorSent |= !id.IsServerHalf;
        var (far, farId) = channel.FarEnd(id);
        Span<byte> head = stackalloc byte[MessageHeader.Size];
        message[..MessageHeader.Size].CopyTo(head);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], farId.Value);
        trace.SendOn(far.Link!, far.Handle);
        far.Link!.Send(LinkKind.Message, far.Handle, head, message[MessageHeader.Size..]);
        channel.Messages++;
        counters.MessagesRouted++;
        counters.MessagesToHubs += far is HubPeer ? 1 : 0;
    }
}
