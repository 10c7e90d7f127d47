using System.Buffers.Binary;
using System.Net;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// One end of a link on any byte stream: authenticates, cuts the stream into frames, asks a silent peer for a sign of
/// life, and tells the handler. Its only state shared with others is the stream; all calls are on the loop.
/// </summary>
public sealed class LinkSession : ILink, IByteStreamSink, ITurnEnd
{
    /// <summary>Intervals after which a timer that was set for one is not just late: this loop was kept from running.</summary>
    private const double StalledFrom = 1.5;

    private readonly ILoop _loop;
    private readonly IByteStream _stream;
    private readonly LinkOptions _options;
    private readonly ILinkHandler _handler;
    private readonly Action<LinkFailure> _onFailure;
    private readonly LinkAuthentication _authentication;
    private IDisposable _timer;
    private Reason _reason = Reason.ConnectionBroken;
    private bool _hasHeard;
    private bool _isPaused;
    private bool _isEnding;
    private bool _isQueueCheckDeferred;
    private int _pingsMissed;
    private int _stalls;
    private long _intervalFrom;
    private long _peerProgress;

    private LinkSession(
        ILoop loop, IByteStream stream, LinkOptions options, ILinkHandler handler, Action<LinkFailure> onFailure,
        LinkAuthentication authentication)
    {
        _loop = loop;
        _stream = stream;
        _options = options;
        _handler = handler;
        _onFailure = onFailure;
        _authentication = authentication;
        _timer = loop.Schedule(options.AuthenticationTimeout, OnAuthenticationTimeout);
    }

    public LinkPeer Peer => _authentication.Peer ?? throw new InvalidOperationException("The link is not open yet.");

    public int QueuedBytes => _stream.QueuedBytes;

    /// <summary>True between the two calls of the handler that say so.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Begins a link as the connecting end. Either the handler hears of the open link, or <paramref name="onFailure"/> why there is none.</summary>
    public static LinkSession Connect(
        ILoop loop, IByteStream stream, LinkIdentity me, ReadOnlyMemory<byte> key, LinkOptions options, ILinkHandler handler,
        Action<LinkFailure> onFailure)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var authentication = LinkAuthentication.Connecting(me, key, AddressOf(stream), stream.PeerHub, stream.Output);
        return Begin(new LinkSession(loop, stream, options, handler, onFailure, authentication));
    }

    /// <summary>Begins a link as the accepting end. Either the handler hears of the open link, or <paramref name="onFailure"/> why there is none.</summary>
    public static LinkSession Accept(
        ILoop loop, IByteStream stream, LinkIdentity me, LinkTrust trust, LinkOptions options, ILinkHandler handler,
        Action<LinkFailure> onFailure)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(trust);
        var authentication = LinkAuthentication.Accepting(me, trust, AddressOf(stream), stream.PeerHub);
        return Begin(new LinkSession(loop, stream, options, handler, onFailure, authentication));
    }

    public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (_isEnding)
            return;
        LinkFrameWriter.Write(_stream.Output, kind, handle, head, body);
        OnWritten();
    }

    public void Send<TPayload>(uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        if (_isEnding)
            return;
        LinkFrameWriter.Write(_stream.Output, handle, payload);
        OnWritten();
    }

    public Opaque Seal(ReadOnlySpan<byte> secret) => IsOpen ? _authentication.Keys!.Seal(secret) : Opaque.Empty;

    public byte[]? Open(Opaque sealedSecret) => IsOpen ? _authentication.Keys!.Open(sealedSecret.Span) : null;

    public void PauseReading()
    {
        _isPaused = true;
        _stream.PauseReading();
    }

    public void ResumeReading()
    {
        _isPaused = false;
        _stream.ResumeReading();
    }

    public void Close(Reason reason) => End(reason, "It was closed.");

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        _hasHeard = true;
        var used = 0;
        while (!_isEnding && bytes.Length - used >= LinkFrame.HeaderBytes)
        {
            var frame = bytes[used..];
            var length = BinaryPrimitives.ReadUInt32BigEndian(frame);
            if (!IsLength(length))
            {
                End(Reason.ProtocolError, $"A frame of {length} bytes is not allowed here.");
                break;
            }
            var size = sizeof(uint) + (int)length;
            if (frame.Length < size)
                return used;
            used += size;
            OnFrame(new LinkFrame((LinkKind)frame[4], BinaryPrimitives.ReadUInt32BigEndian(frame[5..]), frame[LinkFrame.HeaderBytes..size]));
        }
        return _isEnding ? bytes.Length : used;
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        _timer.Dispose();
        _isEnding = true;
        if (IsOpen)
        {
            IsOpen = false;
            _handler.OnLinkClosed(this, _reason);
            _authentication.Keys!.Dispose();
            return;
        }
        _onFailure(_authentication.Failure
            ?? new LinkFailure(Reason.ConnectionBroken, "The connection ended before the link was open.", _authentication.Address));
    }

    void ITurnEnd.OnTurnEnd()
    {
        _isQueueCheckDeferred = false;
        if (!_isEnding && _stream.QueuedBytes > _options.QueueBytesMax)
            Break(Reason.NotEnoughResources);
    }

    private static LinkSession Begin(LinkSession session)
    {
        session._stream.Start(session);
        session._stream.Flush();
        return session;
    }

    private static IPAddress? AddressOf(IByteStream stream) => stream.Remote?.Address;

    private bool IsLength(uint length) =>
        length >= LinkFrame.HeaderBytes - sizeof(uint)
        && length <= (uint)(IsOpen ? LinkLimits.FrameBytesMax : LinkLimits.UnauthenticatedFrameBytesMax);

    private void OnFrame(in LinkFrame frame)
    {
        if (!IsOpen)
        {
            Authenticate(frame);
            return;
        }
        switch (frame.Kind)
        {
            case LinkKind.Ping:
                Send(LinkKind.Pong, frame.Handle, [], []);
                break;
            case LinkKind.Pong:
                break;
            case LinkKind.Refused:
                var reader = new WireReader(frame.Payload);
                _reason = LinkRefused.Read(ref reader).Reason;
                _isEnding = true;
                _stream.Close(_options.CloseTimeout);
                break;
            case LinkKind.Hello or LinkKind.Challenge or LinkKind.Proof or LinkKind.Welcome:
                End(Reason.AlreadyInitialized, "The link was open already.");
                break;
            default:
                _handler.OnLinkFrame(this, frame);
                break;
        }
    }

    private void Authenticate(in LinkFrame frame)
    {
        _authentication.Take(frame, _stream.Output);
        _stream.Flush();
        if (_authentication.Failure is { } failure)
        {
            if (_authentication.IsRefusedHere)
                Refuse(failure.Reason, failure.Why);
            else
                Abandon();
        }
        else if (_authentication.Peer is not null)
        {
            IsOpen = true;
            _timer.Dispose();
            BeginInterval();
            _handler.OnLinkOpened(this);
        }
    }

    private void OnAuthenticationTimeout() => End(Reason.ConnectionTimedOut, "The other end took too long to authenticate.");

    private void OnPingInterval()
    {
        if (_isEnding)
            return;

        // Who is not listened to is not silent; and the question tells it that this end lives. An interval in which this loop was
        // kept from running, by a stopped process or a machine with too much to do, shows nothing of the other end; but a loop
        // that is always late must find out too.
        if (_hasHeard || _isPaused || IsQueueMoving())
            (_pingsMissed, _stalls) = (0, 0);
        else if (WasStalled() && _stalls < _options.PingsMissedMax)
            _stalls++;
        else
            _pingsMissed++;
        if (_pingsMissed > _options.PingsMissedMax)
        {
            Break(Reason.ConnectionTimedOut);
            return;
        }
        if (!_hasHeard)
            Send(LinkKind.Ping, 0, [], []);
        _hasHeard = false;
        BeginInterval();
    }

    private void BeginInterval()
    {
        _intervalFrom = _loop.Time.GetTimestamp();
        _peerProgress = _stream.PeerProgress;
        _timer = _loop.Schedule(_options.PingInterval, OnPingInterval);
    }

    // Behind a long queue the question has not been heard yet: as long as the queue moves there is somebody.
    private bool IsQueueMoving() => _stream.QueuedBytes > 0 && _stream.PeerProgress != _peerProgress;

    private bool WasStalled() => _loop.Time.GetElapsedTime(_intervalFrom) > _options.PingInterval * StalledFrom;

    private void OnWritten()
    {
        _stream.Flush();

        // A turn may queue more than the other end takes at once; only what is left after its flush waits for the other end.
        if (!_isQueueCheckDeferred && _stream.QueuedBytes > _options.QueueBytesMax)
        {
            _isQueueCheckDeferred = true;
            _loop.Defer(this);
        }
    }

    // The other end does not read, so there is nobody to say goodbye to.
    private void Break(Reason reason)
    {
        _reason = reason;
        _isEnding = true;
        _stream.Abort();
    }

    private void End(Reason reason, string why)
    {
        if (_isEnding)
            return;
        _reason = reason;
        if (!IsOpen && _authentication.Failure is null)
            _authentication.Refuse(reason, why);
        Refuse(reason, why);
    }

    private void Refuse(Reason reason, string why)
    {
        Send(0, new LinkRefused(reason, why));
        Abandon();
    }

    private void Abandon()
    {
        _isEnding = true;
        _stream.Close(_options.CloseTimeout);
    }
}
