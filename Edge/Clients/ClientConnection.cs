using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge.FanOut;
using Sametime.Edge.Links;

namespace Sametime.Edge.Clients;

/// <summary>
/// One client: cuts its bytes into frames, takes it through Handshake and Login, then passes whole messages on both ways without
/// looking into them. Bad input ends the session with a reason and is no error of ours.
/// <code>
/// Silent -> TlsHello? -> New -> (Handshake) -> Shaken -> (Login) -> LoggingIn -> (Attached) -> In -> Ending -> Ended
/// </code>
/// This part reads; <c>ClientConnection.Sending.cs</c> writes and ends, <c>ClientConnection.Sweep.cs</c> watches the clock.
/// Source: community protocol, session.
/// </summary>
internal sealed partial class ClientConnection : IByteStreamSink, IParticipant, IPausable, ITurnEnd
{
    private readonly ClientRegistry _registry;
    private readonly Socket? _socket;
    private IByteStream _stream;
    private LoginAttempt? _attempt;
    private Uplink? _uplink;
    private OpenChannels _channels;
    private uint _handle;
    private int _acceptedAt;
    private int _stateSince;
    private int _readAt;
    private int _sentAt;
    private int _frameSince;
    private int _partialBytes;
    private int _unknownSince;
    private int _unknownCount;
    private int _emptyInARow;
    private bool _isPaused;
    private bool _isQueueCheckDeferred;

    /// <param name="registry">What all connections of the Edge share.</param>
    /// <param name="stream">Its bytes; not started yet.</param>
    /// <param name="socket">The socket under the stream, to ask TCP for signs of life; null in process.</param>
    /// <param name="address">Where the client is: the other end of the stream, or who is behind a load balancer there.</param>
    public ClientConnection(ClientRegistry registry, IByteStream stream, Socket? socket, IPAddress? address)
    {
        _registry = registry;
        _stream = stream;
        _socket = socket;
        Address = address;
        _acceptedAt = _stateSince = _readAt = _sentAt = registry.Clock.Now;
    }

    /// <summary>Its place in the registry's list.</summary>
    public int Index { get; set; }

    public ClientState State { get; private set; }

    /// <summary>Where it connected from; null for an in-process pipe, which counts as this machine.</summary>
    public IPAddress? Address { get; }

    public LoginId LoginId { get; private set; }

    public ParticipantKind Kind { get; private set; }

    public ReadOnlySpan<uint> Channels => _channels.Ids;

    /// <summary>Where its hub is reached; null while it is at none.</summary>
    public Uplink? Uplink => _uplink;

    public bool IsPrivate => _stream.IsPrivate;

    public int QueuedBytes => State == ClientState.Ended ? 0 : _stream.QueuedBytes;

    private bool IsOver => State >= ClientState.Ending;

    /// <summary>The first byte has come and begins a TLS hello.</summary>
    public void OnTlsHello(IByteStream tls)
    {
        _stream = tls;
        Enter(ClientState.TlsHello);
    }

    /// <summary>The first byte of the session itself has come: outside TLS, or inside when that is done.</summary>
    public void OnSpoken()
    {
        if (State < ClientState.New)
        {
            Enter(ClientState.New);
        }
    }

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return IsOver ? bytes.Length : ReadFrames(bytes);
        }
        catch (Exception error)
        {
            // The one place that keeps a bug of ours to the connection it struck.
            Fail(error);
            return bytes.Length;
        }
    }

    /// <summary>The hub's link, or the key pair it waited for, is ready for more.</summary>
    public void ResumeReading()
    {
        if (_isPaused && State != ClientState.Ended)
        {
            // Nobody was listening, so its silence begins now.
            _isPaused = false;
            _readAt = _registry.Clock.Now;
            _stream.ResumeReading();
        }
    }

    private int ReadFrames(ReadOnlySpan<byte> bytes)
    {
        _readAt = _registry.Clock.Now;
        var consumed = 0;
        var kind = FrameKind.Incomplete;
        while (!_isPaused && !IsOver
            && Frame.TryRead(bytes[consumed..], FrameBytesMax, out var used, out kind, out var message))
        {
            consumed += used;
            if (kind == FrameKind.Message)
            {
                _registry.Counters.FramesIn++;
                _emptyInARow = 0;
                OnMessageIn(message);
            }
            else if (kind == FrameKind.Empty)
            {
                OnEmptyFrame();
            }
        }

        _registry.Counters.BytesIn += consumed;
        if (IsOver)
        {
            return bytes.Length;
        }

        if (kind == FrameKind.TooLarge && !_isPaused)
        {
            End(Reason.MessageTooLarge);
            return bytes.Length;
        }

        NotePartialFrame(bytes.Length - consumed, isNew: consumed > 0);
        return consumed;
    }

    private int FrameBytesMax => State == ClientState.In
        ? _registry.Limits.FrameBytesMax
        : _registry.Limits.FrameBytesBeforeLoginMax;

    // Bytes that are kept because this side does not read are not the client's slowness.
    private void NotePartialFrame(int bytes, bool isNew)
    {
        if (isNew || _partialBytes == 0)
        {
            _frameSince = _registry.Clock.Now;
        }

        _partialBytes = _isPaused ? 0 : bytes;
    }

    private void OnEmptyFrame()
    {
        _registry.Counters.EmptyFrames++;
        if (++_emptyInARow >= _registry.Limits.EmptyFramesInARowMax)
        {
            End(Reason.ProtocolError);
        }
    }

    private void OnMessageIn(ReadOnlySpan<byte> message)
    {
        if (message.Length < MessageHeader.Size)
        {
            End(Reason.ProtocolError);
            return;
        }

        var type = OpenChannels.TypeOf(message);
        if (type == MessageType.ChannelDestroy && OpenChannels.ChannelOf(message) == ChannelId.Master.Value)
        {
            Logout(message);
        }
        else if (type == MessageType.HandshakeSyn)
        {
            _registry.Counters.UnknownMessages++;
        }
        else if (State == ClientState.In)
        {
            OnMessageOfLoggedIn(type, message);
        }
        else
        {
            OnMessageBeforeLogin(type, message);
        }
    }

    private void OnMessageBeforeLogin(MessageType type, ReadOnlySpan<byte> message)
    {
        switch (type, State)
        {
            case (MessageType.Handshake, ClientState.New):
                OnHandshake(message);
                break;
            case (MessageType.Login, ClientState.Shaken):
                OnLogin(message);
                break;
            case (MessageType.Handshake, _) or (MessageType.Login, ClientState.LoggingIn):
                End(Reason.AlreadyInitialized);
                break;
            case (MessageType.Login or MessageType.LoginContinue, _):
                End(Reason.ProtocolError);
                break;
            default:
                End(Reason.NotLoggedIn);
                break;
        }
    }

    private void OnMessageOfLoggedIn(MessageType type, ReadOnlySpan<byte> message)
    {
        switch (type)
        {
            case MessageType.ChannelCreate when HasServerHalfId(message, out var claimed):
                SendDestroy(new ChannelId(claimed), Reason.RequestInvalid);
                break;
            case MessageType.ChannelCreate or MessageType.ChannelDestroy:
                _channels.See(message);
                Forward(message);
                break;
            case MessageType.ChannelSend or MessageType.ChannelAccept or MessageType.OneTime or MessageType.SetUserStatus
                or MessageType.SetPrivacyList or MessageType.SenseService or MessageType.Announce:
                Forward(message);
                break;
            case MessageType.Handshake or MessageType.Login:
                End(Reason.AlreadyInitialized);
                break;
            default:
                OnUnknownMessage();
                break;
        }
    }

    private static bool HasServerHalfId(ReadOnlySpan<byte> message, out uint channel) =>
        OpenChannels.TryReadCreated(message, out channel) && new ChannelId(channel).IsServerHalf;

    private void Forward(ReadOnlySpan<byte> message)
    {
        _registry.Uplinks.Trace.BeginAnew("takes");
        _uplink!.SendMessage(_handle, message);
        if (_uplink.Pressure.IsHigh)
        {
            Pause();
            _uplink.Pressure.Hold(this);
        }
    }

    private void Pause()
    {
        _isPaused = true;
        _stream.PauseReading();
    }

    // Types of the server among them: a newer client may say more than we know, a broken one says it all day.
    private void OnUnknownMessage()
    {
        _registry.Counters.UnknownMessages++;
        if (_registry.Clock.Now - _unknownSince >= 60)
        {
            _unknownSince = _registry.Clock.Now;
            _unknownCount = 0;
        }

        if (++_unknownCount > _registry.Limits.UnknownMessagesPerMinuteMax)
        {
            End(Reason.ProtocolError);
        }
    }

    private void OnHandshake(ReadOnlySpan<byte> message)
    {
        var reader = ReadBody(message);
        var handshake = Handshake.Read(ref reader);

        // The host name may be in an old client's code page, and nothing depends on it.
        if (reader.Error is { Kind: not WireErrorKind.BadText })
        {
            End(Reason.ProtocolError);
        }
        else if (handshake.Major != Handshake.MajorVersion)
        {
            End(Reason.VersionMismatch);
        }
        else if (_registry.IsTlsRequired && !IsPrivate)
        {
            End(Reason.EncryptionMismatch);
        }
        else
        {
            _attempt = new LoginAttempt(handshake.Minor, handshake.ClientType);
            Enter(ClientState.Shaken);
            _registry.Keys.Take(AnswerHandshake);
            if (_attempt is { Key: null })
            {
                Pause();
            }
        }
    }

    private void AnswerHandshake(KeyAgreement key)
    {
        if (IsOver)
        {
            return;
        }

        _attempt!.Key = key;
        _attempt.Magic = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
        Write(new HandshakeAck(
            Handshake.MajorVersion,
            Math.Min(_attempt.ProtocolMinor, Handshake.MinorVersion),
            IPv4Of(Address),
            _attempt.Magic,
            Opaque.Wrap(key.PublicValue)));
        ResumeReading();
    }

    private void OnLogin(ReadOnlySpan<byte> message)
    {
        var reader = ReadBody(message);
        var login = Login.Read(ref reader);
        if (reader.Error is { } error)
        {
            End(error.Kind == WireErrorKind.BadText ? Reason.BadData : Reason.ProtocolError);
        }
        else if (reader.Remaining > 0)
        {
            End(Reason.ProtocolError);
        }
        else
        {
            Enter(ClientState.LoggingIn);
            _attempt!.AuthType = login.AuthType;
            var refusal = _registry.Desk.Begin(login, _attempt, Address ?? IPAddress.Loopback, IsPrivate, Attach, Fail);
            if (refusal != Reason.Success)
            {
                End(refusal);
            }
        }
    }

    private void Attach(UndecidedLogin login)
    {
        if (IsOver)
        {
            login.Forget();
            return;
        }

        _attempt!.Login = login;
        AttachVia(_registry.Uplinks.Choose());
    }

    private void AttachVia(Uplink? uplink)
    {
        if (IsOver)
        {
            return;
        }

        _uplink = uplink;
        _handle = uplink is null ? 0 : _attempt!.Login!.AttachVia(uplink, this);
        if (_handle == 0)
        {
            End(Reason.ServerNotResponding);
        }
    }

    private static WireReader ReadBody(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        _ = header.SkipAttributes(ref reader);
        return reader;
    }

    private static uint IPv4Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && plain.TryWriteBytes(bytes, out var written) && written == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }

    private void Enter(ClientState state)
    {
        State = state;
        _stateSince = _registry.Clock.Now;
    }
}
