using System.Text;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Simulation.Promises;

namespace Sametime.Tests.Simulation.Clients;

/// <summary>One connection of a client, from the first byte to the last: speaks the client protocol and notes what it is told.</summary>
internal sealed class Session(SimClient client, IByteStream stream, Ledger ledger) : IByteStreamSink
{
    private const int FrameBytesMax = 1024 * 1024;

    private readonly Dictionary<ChannelId, ConversationEnd> _conversations = [];
    private readonly Dictionary<UserId, PresenceBlock> _view = [];
    private readonly HashSet<ChannelId> _over = [];
    private ChannelId? _awareness;
    private ChannelId? _storage;
    private uint _lastChannel;

    public SimClient Client => client;

    /// <summary>Set when it is let in.</summary>
    public LoginInfo? Login { get; private set; }

    public bool IsIn => Login is not null && !IsOver;

    public bool IsOver { get; private set; }

    /// <summary>Why the server ended it, if it said so.</summary>
    public Reason? EndedBecause { get; private set; }

    public bool CanStore => _storage is { } channel && !_over.Contains(channel);

    /// <summary>The list that was last said to be in force.</summary>
    public PrivacyInfo? PrivacyTold { get; private set; }

    public IEnumerable<ConversationEnd> OpenConversations => _conversations.Values.Where(end => end.State == EndState.Open);

    public IEnumerable<ConversationEnd> Conversations => _conversations.Values;

    /// <summary>What it was told of somebody it watches; null before it was told anything.</summary>
    public PresenceBlock? ViewOf(UserId user) => _view.TryGetValue(user, out var block) ? block : null;

    public void Begin()
    {
        stream.Start(this);
        Send(new Handshake { ClientType = ClientType.Meanwhile });
    }

    public void Call(string user, Conversation conversation)
    {
        var channel = new ChannelId(++_lastChannel);
        var end = new ConversationEnd(conversation, this, channel, client.Now);
        conversation.Creator = end;
        _conversations.Add(channel, end);
        Send(new ChannelCreate
        {
            Channel = channel,
            Target = new IdBlock(user),
            Service = ServiceTypes.InstantMessage,
            Protocol = ProtocolTypes.InstantMessage,
            Version = ProtocolVersions.InstantMessage,
            AdditionalData = new Opaque(Encoding.UTF8.GetBytes(conversation.Label)),
        });
    }

    public void Say(ConversationEnd end) =>
        SendPayload<InstantMessage>(end.Channel, new ImText(end.LineOf(++end.Sent)));

    public void HangUp(ConversationEnd end)
    {
        (end.State, end.HasHungUp) = (EndState.HungUp, true);
        Send(new ChannelDestroy(Reason.Success), end.Channel);
    }

    public void SetStatus(UserStatus status) => Send(new SetUserStatus(status));

    public void SetPrivacy(PrivacyInfo privacy) => Send(new SetPrivacyList(privacy));

    public void Save(uint request, uint key, int value) => SendPayload(
        _storage!.Value, new StorageSave(request, [new StorageItem(key, new Opaque(Encoding.UTF8.GetBytes($"{value}")))]));

    public void Load(uint request, uint key) => SendPayload(_storage!.Value, new StorageLoad(request, [key]));

    public void LogOut()
    {
        Send(new ChannelDestroy(Reason.Success));
        stream.Close(TimeSpan.FromSeconds(1));
    }

    public void Vanish() => stream.Abort();

    public int OnBytes(IByteStream from, ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (Frame.TryRead(bytes[used..], FrameBytesMax, out var consumed, out var kind, out var message))
        {
            used += consumed;
            if (kind == FrameKind.Message)
                OnMessage(message);
        }
        return used;
    }

    public void OnEnded(IByteStream from, StreamEnd end)
    {
        IsOver = true;
        foreach (var conversation in _conversations.Values)
            conversation.State = EndState.Gone;
        client.OnSessionOver(this);
    }

    private void OnMessage(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        header.SkipAttributes(ref reader);
        switch (header.Type)
        {
            case MessageType.HandshakeAck:
                Send(new Login(ClientType.Meanwhile, client.Name, Opaque.Wrap(AuthDataWriter.Plain("secret")), AuthType.Plain));
                break;
            case MessageType.LoginAck:
                Login = LoginAck.Read(ref reader).Login;
                client.OnLoggedIn(this);
                OpenService(ServiceTypes.Storage);
                OpenService(ServiceTypes.Awareness);
                break;
            case MessageType.ChannelCreate:
                OnCalled(ChannelCreate.Read(ref reader));
                break;
            case MessageType.ChannelAccept:
                OnAccepted(header.Channel);
                break;
            case MessageType.ChannelSend:
                OnSent(header.Channel, ChannelSend.Read(ref reader));
                break;
            case MessageType.ChannelDestroy:
                OnDestroyed(header.Channel, ChannelDestroy.Read(ref reader).Reason);
                break;
            case MessageType.SenseService:
                OpenService(SenseService.Read(ref reader).Service);
                break;
            case MessageType.SetPrivacyList:
                PrivacyTold = SetPrivacyList.Read(ref reader).Privacy;
                break;
        }
        if (reader.Error is { } error)
            ledger.Break($"{client.Name} was sent a {header.Type} that does not parse: {error}");
    }

    private void OnCalled(ChannelCreate create)
    {
        var conversation = ledger.Find(Encoding.UTF8.GetString(create.AdditionalData.Span));
        if (conversation.Acceptor is not null)
            ledger.Break($"{conversation.Label} was offered twice");
        var end = new ConversationEnd(conversation, this, create.Channel, client.Now) { State = EndState.Open };
        conversation.Acceptor = end;
        if (create.Creator?.UserId.Value != conversation.Creator?.Session.Client.Name)
            ledger.Break($"{conversation.Label} came in the name of {create.Creator?.UserId.Value}");
        _conversations[create.Channel] = end;
        Send(new ChannelAccept { Service = create.Service, Protocol = create.Protocol, Version = create.Version }, create.Channel);
    }

    private void OnAccepted(ChannelId channel)
    {
        if (_conversations.TryGetValue(channel, out var end))
        {
            if (end.State is EndState.Open or EndState.Told)
                ledger.Break($"{end} was accepted when it was {end.State}");
            if (end.State == EndState.Asked)
                end.State = EndState.Open;
        }
        else if (channel == _awareness)
        {
            SendPayload(channel, new PresenceAdd([.. client.Watched.Select(AwareId.OfUser)]));
        }
    }

    private void OnSent(ChannelId channel, ChannelSend send)
    {
        if (_conversations.TryGetValue(channel, out var end))
        {
            // What crosses our own goodbye is for nobody.
            if (end.State == EndState.HungUp)
                return;
            var reader = new WireReader(send.Data.Span);
            var text = ((ImText)InstantMessage.Read(ref reader)).Text;
            client.OnHeard(end, text);
            if (end.State == EndState.Told)
                ledger.Break($"{end} was sent message {text} after its end");
            else if (text != end.FarEnd!.LineOf(++end.Received))
                ledger.Break($"{end} was sent message {text}");
        }
        else if (channel == _awareness)
        {
            OnAwareness(send);
        }
        else if (channel == _storage)
        {
            OnStorage(send);
        }
    }

    private void OnAwareness(ChannelSend send)
    {
        var reader = new WireReader(send.Data.Span);
        if (send.PayloadType == PresenceSnapshot.MessageType)
        {
            foreach (var block in PresenceSnapshot.Read(ref reader).Blocks)
                See(block);
        }
        else if (send.PayloadType == PresenceUpdate.MessageType)
        {
            See(PresenceUpdate.Read(ref reader).Block);
        }
        if (reader.Error is { } error)
            ledger.Break($"{client.Name} was sent presence that does not parse: {error}");
    }

    private void See(PresenceBlock block) => _view[new UserId(block.Id.Id)] = block;

    private void OnStorage(ChannelSend send)
    {
        var reader = new WireReader(send.Data.Span);
        if (send.PayloadType == StorageSaved.MessageType)
        {
            var saved = StorageSaved.Read(ref reader);
            client.OnSaved(saved.RequestId, saved.Result);
        }
        else if (send.PayloadType == StorageLoaded.MessageType)
        {
            var loaded = StorageLoaded.Read(ref reader);
            if (loaded.Result == Reason.Success)
                client.OnLoaded(loaded.RequestId, loaded.Items.Count == 0 ? "" : Encoding.UTF8.GetString(loaded.Items[0].Value.Span));
        }
    }

    private void OnDestroyed(ChannelId channel, Reason reason)
    {
        if (channel.IsMaster)
        {
            EndedBecause = reason;
            return;
        }
        if (_conversations.TryGetValue(channel, out var end))
        {
            // It may cross our own goodbye, which the hub then has not seen; twice it may not come.
            if (end.State == EndState.Told)
                ledger.Break($"{end} was ended twice");
            (end.State, end.ToldBecause) = (EndState.Told, reason);
            return;
        }
        _over.Add(channel);
        if (channel == _awareness)
            client.Later(() => OpenService(ServiceTypes.Awareness));
        else if (channel == _storage)
            client.Later(() => OpenService(ServiceTypes.Storage));
    }

    private void OpenService(ServiceType service)
    {
        if (!IsIn)
            return;
        if (service == ServiceTypes.Awareness && (_awareness is not { } awareness || _over.Contains(awareness)))
            _awareness = Ask(service, ProtocolTypes.Awareness, ProtocolVersions.Awareness);
        else if (service == ServiceTypes.Storage && (_storage is not { } storage || _over.Contains(storage)))
            _storage = Ask(service, ProtocolTypes.Storage, ProtocolVersions.Storage);
    }

    private ChannelId Ask(ServiceType service, ProtocolType protocol, uint version)
    {
        var channel = new ChannelId(++_lastChannel);
        Send(new ChannelCreate { Channel = channel, Service = service, Protocol = protocol, Version = version });
        return channel;
    }

    private void Send<T>(in T message, ChannelId channel = default)
        where T : IWireMessage<T>
    {
        if (IsOver)
            return;
        FrameWriter.Write(stream.Output, channel, message);
        stream.Flush();
    }

    private void SendPayload<T>(ChannelId channel, in T payload)
        where T : IPayload<T>
    {
        if (IsOver)
            return;
        FrameWriter.WriteSend(stream.Output, channel, payload);
        stream.Flush();
    }
}
