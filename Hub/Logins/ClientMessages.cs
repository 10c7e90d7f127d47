using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Channels;
using Sametime.Hub.Community;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Logins;

/// <summary>
/// What clients say: each message goes to the subject it is of. A message that comes too fast waits, and everything behind it, so that
/// the order is kept.
/// </summary>
internal sealed class ClientMessages(
    ILoop loop,
    ChannelRouting routing,
    ChannelCreation creation,
    ChannelAcceptance acceptance,
    ChannelEnding channels,
    LoginEnding logins,
    StatusRelay statuses,
    PrivacyRelay privacy,
    Sensing sensing,
    OneTimeMessages oneTimes,
    Announcements announcements,
    TargetFinder targets,
    Inquiries inquiries,
    HubLimits limits,
    HubCounters counters,
    ILogger log)
{
    private static readonly TimeSpan OddityPeriod = TimeSpan.FromMinutes(1);

    private long _activity;

    public void OnMessage(Login login, ReadOnlySpan<byte> message)
    {
        if (login.State != LoginState.In)
            return;
        if (message.Length < MessageHeader.Size)
            EndMalformed(login, default, "The header is cut off.");
        else if (login.Held is { } held)
            Hold(login, held, message);
        else if (!TryHandle(login, message, out var wait))
            HoldFirst(login, message, wait);
    }

    /// <summary>False when the message has to wait; then nothing was done.</summary>
    private bool TryHandle(Login login, ReadOnlySpan<byte> message, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        login.Activity = ++_activity;
        switch (TypeOf(message))
        {
            case MessageType.ChannelSend:
                return routing.TryRoute(login, ChannelOf(message), message, out wait);

            case MessageType.ChannelCreate:
                if (!login.HasInquired && inquiries.IsOfUse && IsForUnknownUser(message))
                {
                    Inquire(login);
                    wait = limits.DirectoryInquiry;
                    return false;
                }
                login.HasInquired = false;
                if (!login.MayCreateChannel(limits.ChannelCreates, loop.Time, out wait))
                    return false;
                if (TryRead<ChannelCreate>(login, message, out var create, out var options, out var attributes))
                    Create(login, new ChannelRequest(create, options, attributes));
                break;

            case MessageType.ChannelAccept:
                if (TryRead<ChannelAccept>(login, message, out var accept, out options, out attributes))
                    acceptance.Accept(Identity.Of(login), ChannelOf(message), accept, options, attributes.Span);
                break;

            case MessageType.ChannelDestroy:
                if (TryRead<ChannelDestroy>(login, message, out var destroy, out _, out _))
                    Destroy(login, ChannelOf(message), destroy);
                break;

            case MessageType.SetUserStatus:
                if (TryRead<SetUserStatus>(login, message, out var status, out _, out _))
                    statuses.Set(login, status.Status);
                break;

            case MessageType.SetPrivacyList:
                if (TryRead<SetPrivacyList>(login, message, out var list, out _, out _))
                    privacy.Set(login, list.Privacy);
                break;

            case MessageType.SenseService:
                if (TryRead<SenseService>(login, message, out var sense, out _, out _))
                    sensing.Answer(login, sense.Service);
                break;

            case MessageType.OneTime:
                if (!login.MaySendInstantMessage(limits.InstantMessages, loop.Time, out wait))
                    return false;
                if (TryRead<OneTime>(login, message, out var oneTime, out _, out _) && IsShort(oneTime.Data.Length))
                    oneTimes.Route(Identity.Of(login), oneTime);
                break;

            case MessageType.Announce:
                if (!login.MaySendInstantMessage(limits.InstantMessages, loop.Time, out wait))
                    return false;
                if (TryRead<Announce>(login, message, out var announce, out _, out _) && IsShort(Encoding.UTF8.GetByteCount(announce.Text)))
                    announcements.Announce(Identity.Of(login), announce);
                break;

            case MessageType.Handshake or MessageType.Login:
                logins.End(login, Reason.AlreadyInitialized);
                break;

            case MessageType.HandshakeSyn:
                break;

            default:
                CountOddity(login);
                break;
        }
        return true;
    }

    private bool IsShort(int bytes)
    {
        if (bytes <= limits.InstantMessageBytesMax)
            return true;
        counters.OverLimits++;
        return false;
    }

    private bool IsForUnknownUser(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        MessageHeader.Read(ref reader).SkipAttributes(ref reader);
        var create = ChannelCreate.Read(ref reader);
        return reader.Error is null && targets.IsUnknownUser(create.Target);
    }

    /// <summary>What a login waited for has come: its messages are looked at again, in a turn of their own.</summary>
    public void Resume(Login login) => loop.Post(() =>
    {
        if (login.Held is not { } held)
            return;
        held.Timer?.Dispose();
        GoOn(login);
    });

    // The message waits for the answer as it would for its rate: what came behind it keeps its place.
    private void Inquire(Login login)
    {
        login.HasInquired = true;
        inquiries.Ask(() => loop.Post(() =>
        {
            if (login is not { HasInquired: true, Held: { } held })
                return;
            held.Timer?.Dispose();
            GoOn(login);
        }));
    }

    private void Create(Login login, ChannelRequest request)
    {
        // Channel 0 cannot be refused: its destruction would end the session.
        if (request.Create.Channel.IsMaster)
            CountOddity(login);
        else
            creation.Create(login, request);
    }

    private void Destroy(Login login, ChannelId id, ChannelDestroy destroy)
    {
        if (id.IsMaster)
            logins.End(login, Reason.Success);
        else if (!login.Channels.TryGet(id, out var channel))
            counters.UnknownChannels++;
        else
            channels.EndFrom(channel, id, destroy.Reason, destroy.Detail);
    }

    private void HoldFirst(Login login, ReadOnlySpan<byte> message, TimeSpan wait)
    {
        login.Held = new HeldMessages();
        login.Held.Add(message);
        counters.MessagesHeld++;
        login.Held.Timer = loop.Schedule(wait, () => GoOn(login));
    }

    private void Hold(Login login, HeldMessages held, ReadOnlySpan<byte> message)
    {
        if (held.Count < limits.HeldMessagesMax && held.Bytes + message.Length <= limits.HeldBytesMax)
        {
            held.Add(message);
            counters.MessagesHeld++;
            return;
        }

        // Dropping one message of a channel would be a silent gap, so the channel ends; what waits for it is dropped in its turn.
        counters.HeldOverflows++;
        switch (TypeOf(message))
        {
            case MessageType.ChannelDestroy when ChannelOf(message).IsMaster:
                logins.End(login, Reason.Success);
                break;

            case MessageType.ChannelSend or MessageType.ChannelAccept or MessageType.ChannelDestroy:
                if (login.Channels.TryGet(ChannelOf(message), out var channel))
                    channels.EndBoth(channel, Reason.NotEnoughResources);
                break;

            case MessageType.ChannelCreate:
                if (TryRead<ChannelCreate>(login, message, out var create, out _, out _) && !create.Channel.IsMaster && !create.Channel.IsServerHalf)
                    creation.Refuse(login, create.Channel, Reason.NotEnoughResources);
                break;
        }
    }

    // Comes from a timer, so nobody above contains a mistake of ours: whose message it was is out, as with a frame.
    private void GoOn(Login login)
    {
        try
        {
            Release(login);
        }
        catch (Exception exception)
        {
            counters.Faults++;
            HubLog.HeldFault(log, exception, login.LoginId);
            logins.End(login, Reason.ServerBroken);
        }
    }

    private void Release(Login login)
    {
        while (login.Held is { } held)
        {
            if (held.First is not { } message)
            {
                login.Held = null;
            }
            else if (TryHandle(login, message, out var wait))
            {
                held.RemoveFirst();
            }
            else
            {
                held.Timer = loop.Schedule(wait, () => GoOn(login));
                return;
            }
        }
    }

    private bool TryRead<T>(Login login, ReadOnlySpan<byte> message, out T body, out MessageOptions options, out Opaque attributes)
        where T : IWireMessage<T>
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        options = header.Options;
        attributes = new Opaque(header.SkipAttributes(ref reader));
        body = T.Read(ref reader);
        if (reader.Error is { } error)
        {
            if (error.Kind == WireErrorKind.BadText)
                PassOver(login, header.Type, error.ToString(), body as ChannelCreate);
            else
                EndMalformed(login, header.Type, error.ToString());
            return false;
        }
        if (reader.Remaining > 0)
            CountOddity(login);
        return login.State == LoginState.In;
    }

    // Text in a wrong encoding is the mistake of a person or an old client, not of framing: it costs the one request.
    private void PassOver(Login login, MessageType type, string error, ChannelCreate? create)
    {
        counters.MalformedMessages++;
        HubLog.Malformed(log, type, login.LoginId, error);
        if (create is { Channel: { IsMaster: false } id })
            creation.RefuseRequest(login, id, Reason.BadData);
    }

    private void EndMalformed(Login login, MessageType type, string error)
    {
        counters.MalformedMessages++;
        HubLog.Malformed(log, type, login.LoginId, error);
        logins.End(login, Reason.ProtocolError);
    }

    // Newer clients may say what we do not know; one that says nothing else is no client.
    private void CountOddity(Login login)
    {
        counters.Oddities++;
        var now = loop.Time.GetTimestamp();
        if (login.Oddities == 0 || loop.Time.GetElapsedTime(login.OdditiesSince, now) > OddityPeriod)
            (login.Oddities, login.OdditiesSince) = (0, now);
        if (++login.Oddities > limits.OdditiesPerMinute)
            logins.End(login, Reason.ProtocolError);
    }

    private static MessageType TypeOf(ReadOnlySpan<byte> message) => (MessageType)BinaryPrimitives.ReadUInt16BigEndian(message);

    private static ChannelId ChannelOf(ReadOnlySpan<byte> message) => new(BinaryPrimitives.ReadUInt32BigEndian(message[4..]));
}
