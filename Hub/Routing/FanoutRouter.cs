using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Routing;

/// <summary>
/// One-to-many delivery: one frame with a recipient list for each Edge link that has a recipient, and for a broadcast one frame for
/// each Edge link. The Edges copy.
/// </summary>
internal sealed class FanoutRouter(Links links, HubCounters counters)
{
    private readonly List<EdgeNode> _touched = [];

    /// <summary>An application's message on many of its channels. False when the frame does not parse.</summary>
    public bool Route(Application from, ReadOnlySpan<byte> payload)
    {
        if (!Fanout.TryRead(payload, out var fanout))
            return false;

        for (var i = 0; i < fanout.Count; i++)
        {
            var id = new ChannelId(fanout[i].Channel);
            if (!from.Channels.TryGet(id, out var channel))
            {
                counters.UnknownChannels++;
                continue;
            }
            channel.HasCreatorSent |= !id.IsServerHalf;
            var (to, farId) = channel.FarEnd(id);
            Add(to, farId, fanout.Message);
        }
        SendTouched(fanout.Message);
        return true;
    }

    /// <summary>The same master-channel message to several logins.</summary>
    public void SendToAll(IReadOnlyList<Login> logins, ReadOnlySpan<byte> message)
    {
        foreach (var login in logins)
            Add(login, ChannelId.Master, message);
        SendTouched(message);
    }

    /// <summary>A master-channel message to every login of the hub.</summary>
    public void Broadcast(ReadOnlySpan<byte> message)
    {
        foreach (var edge in links.Edges)
        {
            edge.Link!.Send(LinkKind.Broadcast, 0, message, default);
            counters.BroadcastFrames++;
        }
    }

    private void Add(Participant to, ChannelId channel, ReadOnlySpan<byte> message)
    {
        if (!to.IsLoggedIn)
            return;

        counters.FanoutRecipients++;
        if (to is not Login login)
        {
            // Applications have links of their own, so there is nothing to share.
            Span<byte> head = stackalloc byte[MessageHeader.Size];
            message[..MessageHeader.Size].CopyTo(head);
            BinaryPrimitives.WriteUInt32BigEndian(head[4..], channel.Value);
            to.Link!.Send(LinkKind.Message, to.Handle, head, message[MessageHeader.Size..]);
            return;
        }
        if (login.Edge.Recipients.Count == 0)
            _touched.Add(login.Edge);
        login.Edge.Recipients.Add(login.Handle, channel);
    }

    private void SendTouched(ReadOnlySpan<byte> message)
    {
        foreach (var edge in _touched)
        {
            edge.Link!.Send(LinkKind.Fanout, 0, edge.Recipients.Written(), message);
            edge.Recipients.Clear();
            counters.FanoutFrames++;
        }
        _touched.Clear();
    }
}
