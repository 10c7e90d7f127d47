using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Capture;
using Sametime.Hub.Channels;
using Sametime.Hub.Community;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Providing;

/// <summary>What a server application's link brings: its offers, its questions and answers, and its side of channels.</summary>
internal sealed class ApplicationFrames(
    ProvidedServices provided,
    CommunityEvents community,
    CommunityRequests questions,
    Requests requests,
    Locating locating,
    FanoutRouter fanout,
    ChannelRouting routing,
    ChannelCreation creation,
    ChannelAcceptance acceptance,
    OneTimeMessages oneTimes,
    Announcements announcements,
    ChatPolicy chatPolicy,
    HubCounters counters)
{
    /// <summary>False when the application breaks the rules of the link.</summary>
    public bool Handle(Application application, in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        switch (frame.Kind)
        {
            case LinkKind.Message:
                return OnMessage(application, frame.Payload);

            case LinkKind.Fanout:
                return fanout.Route(application, frame.Payload);

            case LinkKind.Broadcast:
                if (frame.Payload.Length < MessageHeader.Size)
                    return false;
                fanout.BroadcastEverywhere(frame.Payload);
                return true;

            case LinkKind.Provide:
                var offer = Provide.Read(ref reader);
                if (reader.Error is null)
                    provided.Provide(application, offer);
                return reader.Error is null;

            case LinkKind.Withdraw:
                var withdraw = Withdraw.Read(ref reader);
                if (reader.Error is null)
                    provided.Withdraw(application, withdraw.Service);
                return reader.Error is null;

            case LinkKind.Load:
                provided.Report(application, Load.Read(ref reader).PerMille);
                return reader.Error is null;

            case LinkKind.Subscribe:
                var subscribe = Subscribe.Read(ref reader);
                if (reader.Error is null)
                    community.Subscribe(application, subscribe.Kinds);
                return reader.Error is null;

            case LinkKind.Locate:
                var locate = Locate.Read(ref reader);
                if (reader.Error is null)
                    locating.Locate(application, locate.Users);
                return reader.Error is null;

            case LinkKind.Unlocate:
                var unlocate = Unlocate.Read(ref reader);
                if (reader.Error is null)
                    locating.Unlocate(application, unlocate.Users);
                return reader.Error is null;

            case LinkKind.CapturePolicy:
                var policy = CapturePolicy.Read(ref reader);
                return reader.Error is null && chatPolicy.TrySet(application, policy);

            case LinkKind.Request:
                questions.Answer(application, frame.Handle, frame.Payload);
                return true;

            case LinkKind.Reply:
                requests.OnReply(application, frame.Handle, frame.Payload);
                return true;

            default:
                counters.UnknownFrames++;
                return true;
        }
    }

    private bool OnMessage(Application application, ReadOnlySpan<byte> message)
    {
        if (message.Length < MessageHeader.Size)
            return false;

        var id = new ChannelId(BinaryPrimitives.ReadUInt32BigEndian(message[4..]));
        if ((MessageType)BinaryPrimitives.ReadUInt16BigEndian(message) == MessageType.ChannelSend)
        {
            routing.Route(application, id, message);
            return true;
        }

        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        var attributes = new Opaque(header.SkipAttributes(ref reader));
        switch (header.Type)
        {
            case MessageType.ChannelCreate:
                var create = ChannelCreate.Read(ref reader);
                if (reader.Error is null && !create.Channel.IsMaster)
                    creation.Create(application, new ChannelRequest(create, header.Options, attributes));
                break;

            case MessageType.ChannelAccept:
                var accept = ChannelAccept.Read(ref reader);
                if (reader.Error is null)
                    acceptance.Accept(Identity.Of(application), id, accept, header.Options, attributes.Span);
                break;

            case MessageType.ChannelDestroy:
                var destroy = ChannelDestroy.Read(ref reader);
                if (reader.Error is null)
                    creation.OnDestroyed(application, id, destroy);
                break;

            case MessageType.OneTime:
                var oneTime = OneTime.Read(ref reader);
                if (reader.Error is null)
                    oneTimes.Route(Identity.Of(application), oneTime);
                break;

            case MessageType.Announce:
                var announce = Announce.Read(ref reader);
                if (reader.Error is null)
                    announcements.Announce(Identity.Of(application), announce);
                break;

            default:
                counters.UnknownFrames++;
                break;
        }
        return reader.Error is null;
    }
}
