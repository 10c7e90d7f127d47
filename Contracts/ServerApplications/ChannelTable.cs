using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Contracts.ServerApplications;

/// <summary>The channels of an application: takes the hub's messages apart and runs the services' handlers on them.</summary>
internal sealed partial class ChannelTable(
    ILoop loop, ServiceTable services, ServerApplicationOptions options, ILogger log, CancellationToken stopping)
{
    private const uint OwnIdMax = 0x7fff_ffff;

    private readonly Dictionary<ChannelId, ServiceChannel> _channels = [];
    private readonly MessageComposer _composer = new();
    private readonly RecentPeers _recent = new();
    private ILink? _link;
    private uint _lastOwnId;
    private uint _errors;

    public ILoop Loop => loop;

    public int Count => _channels.Count;

    /// <summary>Payloads of a type that nobody handles, and messages that channels do not have.</summary>
    public long Ignored { get; private set; }

    /// <summary>Channels with an asynchronous handler under way.</summary>
    public int Running { get; private set; }

    /// <summary>Called when <see cref="Running"/> has come down to 0.</summary>
    public Action? BecameIdle { get; set; }

    public void Connected(ILink link) => _link = link;

    /// <summary>The hub is gone, and with it every channel. Handlers under way run to their end.</summary>
    public void Disconnected()
    {
        _link = null;
        foreach (var channel in _channels.Values.ToArray())
            PeerGone(channel, Reason.ConnectionBroken);
    }

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        header.SkipAttributes(ref reader);
        switch (header.Type)
        {
            case MessageType.ChannelSend when _channels.TryGetValue(header.Channel, out var channel):
                OnSend(channel, header.Options, ref reader);
                break;
            case MessageType.ChannelCreate:
                OnCreate(ChannelCreate.Read(ref reader), reader.Error);
                break;
            case MessageType.ChannelAccept when _channels.TryGetValue(header.Channel, out var channel):
                OnAccept(channel, ChannelAccept.Read(ref reader), reader.Error);
                break;
            case MessageType.ChannelDestroy when _channels.TryGetValue(header.Channel, out var channel):
                PeerGone(channel, ChannelDestroy.Read(ref reader).Reason);
                break;
            default:
                Ignored++;
                break;
        }
    }

    public ServiceChannel Create(ServiceOffer offer, IdBlock target, Opaque additionalData, LoginInfo? onBehalfOf)
    {
        var id = NextOwnId();
        var channel = new ServiceChannel(this, offer, id, peer: null, ServiceChannelState.Asking);
        if (_link is null || _channels.Count >= options.ChannelsMax)
        {
            channel.State = ServiceChannelState.Closed;
            return channel;
        }
        _channels.Add(id, channel);
        Send(_composer.Message(ChannelId.Master, new ChannelCreate
        {
            Channel = id,
            Target = target,
            Service = offer.Service,
            Protocol = offer.Protocol.Type,
            Version = offer.Protocol.Version,
            AdditionalData = additionalData,
            Creator = onBehalfOf,
        }));
        return channel;
    }

    public Task WaitAsync(TimeSpan delay)
    {
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = loop.Schedule(delay, due.SetResult);
        return due.Task;
    }

    public void SendAccept(ServiceChannel channel, Opaque additionalData) => Send(_composer.Message(channel.Id, new ChannelAccept
    {
        Service = channel.Service,
        Protocol = channel.Offer.Protocol.Type,
        Version = channel.Offer.Protocol.Version,
        AdditionalData = additionalData,
    }));

    public void SendDestroy(ServiceChannel channel, Reason reason, Opaque detail) =>
        Send(_composer.Message(channel.Id, new ChannelDestroy(reason, detail)));

    public void Send<TPayload>(ServiceChannel channel, in TPayload payload)
        where TPayload : IPayload<TPayload> =>
        Send(_composer.Send(channel.Id, payload));

    public void SendToMany<TPayload>(ReadOnlySpan<ChannelId> channels, in TPayload payload)
        where TPayload : IPayload<TPayload>
    {
        if (channels.Length == 1)
            Send(_composer.Send(channels[0], payload));
        else if (!channels.IsEmpty)
            _link?.Send(LinkKind.Fanout, handle: 0, _composer.Recipients(channels), _composer.Send(ChannelId.Master, payload));
    }

    /// <summary>Forgets a channel and tells its service, unless the service never took it.</summary>
    public void Close(ServiceChannel channel, Reason reason)
    {
        var wasKnown = channel.State is not (ServiceChannelState.Asked or ServiceChannelState.Closed);
        channel.State = ServiceChannelState.Closed;

        // After a new connect its number may be another one's by now.
        if (_channels.GetValueOrDefault(channel.Id) == channel)
            _channels.Remove(channel.Id);
        if (!wasKnown || channel.Offer.Closing is not { } closing)
            return;
        try
        {
            closing(channel, reason);
        }
        catch (Exception bug)
        {
            LogHandlerFailed(log, NextErrorId(), channel.Service, bug);
        }
    }

    private void Send(ReadOnlySpan<byte> message) => _link?.Send(LinkKind.Message, handle: 0, message, default);

    private ChannelId NextOwnId()
    {
        do
            _lastOwnId = _lastOwnId == OwnIdMax ? 1 : _lastOwnId + 1;
        while (_channels.ContainsKey(new ChannelId(_lastOwnId)));
        return new ChannelId(_lastOwnId);
    }

    private void OnCreate(ChannelCreate create, WireError? error)
    {
        // The hub has read and rewritten the message, so one that does not parse is a fault of the hub and names no channel to refuse.
        if (error is not null || create.Channel.IsMaster || _channels.ContainsKey(create.Channel))
        {
            LogBadCreate(log, create.Channel);
            return;
        }
        if (WhyNot(create, out var offer) is { } reason)
        {
            Send(_composer.Message(create.Channel, new ChannelDestroy(reason)));
            return;
        }
        var channel = new ServiceChannel(this, offer, create.Channel, _recent.Share(create.Creator), ServiceChannelState.Asked);
        _channels.Add(channel.Id, channel);
        if (offer.Opening is not { } opening)
        {
            channel.Accept();
            return;
        }
        try
        {
            opening(channel, create.AdditionalData);
        }
        catch (Exception bug)
        {
            Broken(channel, bug);
        }
    }

    private Reason? WhyNot(ChannelCreate create, out ServiceOffer offer)
    {
        offer = services.Offers.GetValueOrDefault(create.Service)!;
        if (offer is null)
            return Reason.ServiceNotSupported;
        if (create.Protocol != offer.Protocol.Type)
            return Reason.ProtocolNotSupported;
        if (create.Version != offer.Protocol.Version)
            return Reason.VersionNotSupported;
        if (create.Creator is null)
            return Reason.UserInvalid;
        return _channels.Count >= options.ChannelsMax ? Reason.ServerFull : null;
    }

    private void OnAccept(ServiceChannel channel, ChannelAccept accept, WireError? error)
    {
        if (error is not null || channel.State != ServiceChannelState.Asking || accept.Acceptor is null)
        {
            channel.Destroy(Reason.RequestInvalid);
            return;
        }
        channel.SetPeer(_recent.Share(accept.Acceptor));
        channel.State = ServiceChannelState.Open;
        try
        {
            channel.Offer.Accepting?.Invoke(channel, accept.AdditionalData);
        }
        catch (Exception bug)
        {
            Broken(channel, bug);
        }
    }

    private void OnSend(ServiceChannel channel, MessageOptions messageOptions, ref WireReader reader)
    {
        var handler = channel.Offer.FindHandler(reader.ReadUInt16());
        var data = reader.ReadOpaqueSpan();
        if (reader.Error is not null)
            channel.Destroy(Reason.BadData);
        else if ((messageOptions & MessageOptions.Encrypted) != 0)
            channel.Destroy(Reason.EncryptionNotSupported); // a service accepts without a cipher
        else if (handler is null || !channel.IsOpen)
            Ignored++;
        else if (channel.TryGetBacklog(out var backlog))
            Wait(channel, backlog, handler, data);
        else if (TryStart(channel, handler, data, out var work) && !work.IsCompletedSuccessfully)
            _ = FinishAsync(channel, channel.StartBacklog(), work); // every exception ends inside
    }

    private void Wait(ServiceChannel channel, ChannelBacklog backlog, PayloadHandler handler, ReadOnlySpan<byte> data)
    {
        if (backlog.Count < options.ChannelQueueMax && data.Length <= options.ChannelQueueBytesMax - backlog.Bytes)
            backlog.Enqueue(handler, data);
        else
            channel.Destroy(Reason.NotEnoughResources);
    }

    private bool TryStart(ServiceChannel channel, PayloadHandler handler, ReadOnlySpan<byte> data, out ValueTask work)
    {
        work = default;
        try
        {
            if (handler.TryStart(channel, data, out work, stopping))
                return true;
            channel.Destroy(Reason.BadData);
        }
        catch (Exception bug)
        {
            Broken(channel, bug);
        }
        return false;
    }

    // Runs on the loop throughout: an await comes back to it.
    private async Task FinishAsync(ServiceChannel channel, ChannelBacklog backlog, ValueTask work)
    {
        Running++;
        do
        {
            try
            {
                await work;
            }
            catch (Exception bug)
            {
                Broken(channel, bug);
            }
        }
        while (backlog.TryDequeue(out var handler, out var data) && TryStart(channel, handler, data, out work));

        channel.EndBacklog();
        if (backlog.End is { } reason)
            Close(channel, reason);
        if (--Running == 0)
            BecameIdle?.Invoke();
    }

    // What the other end had sent before it went is still handled.
    private void PeerGone(ServiceChannel channel, Reason reason)
    {
        if (!channel.TryGetBacklog(out var backlog))
        {
            Close(channel, reason);
            return;
        }
        backlog.End = reason;
        channel.State = ServiceChannelState.Ending;
        _channels.Remove(channel.Id);
    }

    private void Broken(ServiceChannel channel, Exception bug)
    {
        LogHandlerFailed(log, NextErrorId(), channel.Service, bug);
        channel.Destroy(Reason.ServerBroken);
    }

    private uint NextErrorId() => ++_errors;

    [LoggerMessage(EventId = 1301, EventName = "application.handler-failed", Level = LogLevel.Error,
        Message = "Error {ErrorId}: a handler of service {Service} failed; its channel was destroyed")]
    private static partial void LogHandlerFailed(ILogger log, uint errorId, ServiceType service, Exception bug);

    [LoggerMessage(EventId = 1302, EventName = "application.bad-create", Level = LogLevel.Warning,
        Message = "The hub sent a channel that cannot be opened ({Channel})")]
    private static partial void LogBadCreate(ILogger log, ChannelId channel);
}
