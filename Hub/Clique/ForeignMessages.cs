using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub.Channels;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Clique;

/// <summary>
/// What participants of another hub say to those of this one. Nothing of it goes on to a third hub: whoever is meant is here, or was.
/// </summary>
internal sealed class ForeignMessages(
    ChannelRouting routing,
    ChannelCreation creation,
    ChannelAcceptance acceptance,
    OneTimeMessages oneTimes,
    Announcements announcements,
    HubCounters counters)
{
    /// <summary>Somebody there asks for a channel. False when the hub breaks the rules of the link.</summary>
    public bool OnCreate(HubPeer hub, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var asked = ForeignCreate.Read(ref reader);
        var id = asked.Create.Channel.OtherHalf;
        if (reader.Error is not null || id.IsServerHalf || id.IsMaster || !Identity.TryRead(hub, asked.Origin, out var origin))
            return false;

        creation.Create(hub, new ChannelRequest(asked.Create with { Channel = id }, asked.Options, asked.Attributes)
        {
            Foreign = origin,
            Number = asked.Number,
        });
        return true;
    }

    /// <summary>A message on a channel that crosses. False when the hub breaks the rules of the link.</summary>
    public bool OnMessage(HubPeer hub, ReadOnlySpan<byte> message)
    {
        if (message.Length < MessageHeader.Size)
            return false;

        var id = new ChannelId(BinaryPrimitives.ReadUInt32BigEndian(message[4..])).OtherHalf;
        if ((MessageType)BinaryPrimitives.ReadUInt16BigEndian(message) == MessageType.ChannelSend)
        {
            routing.Route(hub, id, message);
            return true;
        }

        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        var attributes = new Opaque(header.SkipAttributes(ref reader));
        switch (header.Type)
        {
            case MessageType.ChannelAccept:
                return OnAccept(hub, id, header.Options, attributes, ref reader);

            case MessageType.ChannelDestroy:
                var destroy = ChannelDestroy.Read(ref reader);
                if (reader.Error is null)
                    creation.OnDestroyed(hub, id, destroy);
                return reader.Error is null;

            default:
                counters.UnknownFrames++;
                return true;
        }
    }

    /// <summary>Somebody there sends a one-time message. False when the hub breaks the rules of the link.</summary>
    public bool OnOneTime(HubPeer hub, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var sent = ForeignOneTime.Read(ref reader);
        if (reader.Error is not null || !Identity.TryRead(hub, sent.Origin, out var sender))
            return false;
        oneTimes.Route(sender, sent.Message);
        return true;
    }

    /// <summary>Somebody there announces something to users here. False when the hub breaks the rules of the link.</summary>
    public bool OnAnnounce(HubPeer hub, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var sent = ForeignAnnounce.Read(ref reader);
        if (reader.Error is not null || !Identity.TryRead(hub, sent.Origin, out var sender))
            return false;
        announcements.Announce(sender, sent.Announce);
        return true;
    }

    private bool OnAccept(HubPeer hub, ChannelId id, MessageOptions options, Opaque attributes, ref WireReader reader)
    {
        var accept = ChannelAccept.Read(ref reader);
        if (reader.Error is not null || accept.Acceptor is not { } info)
            return false;

        var kind = info.ClientType == ClientType.Service ? ParticipantKind.Application
            : info.UserId.Value == info.LoginId ? ParticipantKind.Guest
            : ParticipantKind.User;
        if (!Identity.TryRead(hub, new ForeignOrigin(info, kind), out var acceptor))
            return false;
        acceptance.Accept(acceptor, id, accept, options, attributes.Span);
        return true;
    }
}
