using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Capture;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Routing;

/// <summary>
/// One-to-many delivery: one frame with a recipient list for each link of an Edge or hub that has a recipient, and for a broadcast one frame
/// for each such link. The Edges copy; a hub splits the list among its own Edges.
/// </summary>
internal sealed class FanoutRouter(Links links, Clique.Clique clique, ConversationCapture capture, HubCounters counters)
{
    private readonly List<(ILink Link, RecipientList Recipients)> _touched = [];

    /// <summary>A message of an application, or of one at another hub, on many of its channels. False when the frame does not parse.</summary>
    public bool Route(Provider from, ReadOnlySpan<byte> payload)
    {
        if (!Fanout.TryRead(payload, out var fanout))
            return false;

        Begin();
        for (var i = 0; i < fanout.Count; i++)
        {
            var id = new ChannelId(fanout[i].Channel);
            if (from is HubPeer)
                id = id.OtherHalf;
            if (!from.Channels.TryGet(id, out var channel) || channel.IsOver)
            {
                counters.UnknownChannels++;
                continue;
            }
            channel.HasCreatorSent |= !id.IsServerHalf;

            // What somebody at another hub says was captured there.
            if (from is not HubPeer && capture.Concerns(channel))
            {
                capture.Take(channel, id, fanout.Message);
                continue;
            }
            var (to, farId) = channel.FarEnd(id);
            Add(to, farId, fanout.Message);
        }
        SendTouched(fanout.Message);
        return true;
    }

    /// <summary>The same master-channel message to several logins.</summary>
    public void SendToAll(IReadOnlyList<Login> logins, ReadOnlySpan<byte> message)
    {
        Begin();
        foreach (var login in logins)
            Add(login, ChannelId.Master, message);
        SendTouched(message);
    }

    /// <summary>A master-channel message to every login of the community: each hub gets one copy and broadcasts it.</summary>
    public void BroadcastEverywhere(ReadOnlySpan<byte> message)
    {
        foreach (var hub in clique.Peers)
        {
            hub.Link!.Send(LinkKind.Broadcast, 0, message, default);
            counters.BroadcastFrames++;
        }
        Broadcast(message);
    }

    /// <summary>A master-channel message to every login of this hub.</summary>
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
        var recipients = to switch
        {
            Login login => login.Edge.Recipients,
            HubPeer hub => hub.Recipients,
            _ => null,
        };
        if (recipients is null)
        {
            // Applications have links of their own, so there is nothing to share.
            Span<byte> head = stackalloc byte[MessageHeader.Size];
            message[..MessageHeader.Size].CopyTo(head);
            BinaryPrimitives.WriteUInt32BigEndian(head[4..], channel.Value);
            to.Link!.Send(LinkKind.Message, to.Handle, head, message[MessageHeader.Size..]);
            return;
        }
        if (recipients.Count == 0)
            _touched.Add((to.Link!, recipients));
        recipients.Add(to.Handle, channel);
    }

    // What a mistake of ours has broken off the last time goes to nobody: the message at hand is another one.
    private void Begin()
    {
        foreach (var (_, recipients) in _touched)
            recipients.Clear();
        _touched.Clear();
    }

    private void SendTouched(ReadOnlySpan<byte> message)
    {
        foreach (var (link, recipients) in _touched)
        {
            link.Send(LinkKind.Fanout, 0, recipients.Written(), message);
            counters.FanoutFrames++;
        }
        Begin();
    }
}
