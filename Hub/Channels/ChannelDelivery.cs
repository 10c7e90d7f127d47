using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;

namespace Sametime.Hub.Channels;

/// <summary>Sends a message of one end of a channel on to the other: the same bytes, with the number it has there. Allocates nothing.</summary>
internal sealed class ChannelDelivery(HopTrace trace, HubCounters counters)
{
    /// <param name="channel">The channel; its far end is logged in.</param>
    /// <param name="id">What the author calls it.</param>
    /// <param name="message">From its type on.</param>
    public void Send(Channel channel, ChannelId id, ReadOnlySpan<byte> message)
    {
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
