using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using RabbitMQ.Client;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>
/// A stream of bytes between two hubs, in chunks that the broker carries. A chunk that is missing or out of order ends it at
/// both ends; so does a broker or a hub that is lost. The sender keeps to what the reader has granted, so a reader that has
/// paused is sent one window at most and the rest waits with the sender.
/// </summary>
internal sealed class BrokerStream : IByteStream, IBufferWriter<byte>, ITurnEnd
{
    private readonly BrokerMailbox _mailbox;
    private readonly CachedString _queueName;
    private IByteStreamSink? _sink;
    private ByteQueue _input;
    private ByteQueue _output;
    private QueueAge _age;
    private IDisposable? _timer;
    private TaskCompletionSource<BrokerStream>? _dialed;
    private Phase _phase = Phase.Open;
    private StreamEnd _end;
    private ulong _sequenceOut;
    private ulong _sequenceIn;
    private long _written;
    private long _sent;
    private long _sentMax;
    private long _confirmed;
    private long _received;
    private long _granted;
    private int _chunksInFlight;
    private bool _isDeferred;
    private bool _isPaused;
    private bool _isResumed;
    private bool _isPeerDone;

    public BrokerStream(BrokerMailbox mailbox, BrokerAddress peer, ulong id)
    {
        _mailbox = mailbox;
        Peer = peer;
        Id = id;
        _queueName = new CachedString(mailbox.Names.QueueOf(peer));
    }

    private enum Phase : byte
    {
        Open,

        /// <summary>Closing: what is queued is being sent.</summary>
        Sending,

        /// <summary>Closing: waits until the other end is done too.</summary>
        Draining,

        /// <summary>Over; the sink is told at the end of the turn.</summary>
        Closed,
        Over,
    }

    /// <summary>The hub at the other end.</summary>
    public BrokerAddress Peer { get; }

    public ulong Id { get; }

    public IPEndPoint? Remote => null;

    public bool IsPrivate => false;

    public IBufferWriter<byte> Output => this;

    public int QueuedBytes => (int)Math.Min(_written - _confirmed, int.MaxValue);

    /// <summary>Of its queue: who is not there does not hear our answers, and what goes to a queue of another number comes back.</summary>
    public ushort? PeerHub => Peer.Hub;

    /// <summary>What the other hub has granted. What the broker has taken tells nothing of the hub.</summary>
    public long PeerProgress => _sentMax;

    public long OldestQueuedAt => _age.Oldest;

    private bool IsClosing => _phase is Phase.Sending or Phase.Draining;

    public void Advance(int count)
    {
        if (_phase != Phase.Open)
        {
            if (_output.IsEmpty)
                _output.Clear(_mailbox.Memory);
            return;
        }
        _output.Added(count);
        _written += count;
        _mailbox.Counters.FrameQueued();
        _age.Queued(_written, _mailbox.Loop.Time);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.Room(sizeHint, _mailbox.Memory);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.Room(sizeHint, _mailbox.Memory).Span;

    public void Flush() => DeferOnce();

    public void SendShared(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
        Flush();
    }

    public void Start(IByteStreamSink sink)
    {
        if (_sink is not null)
            throw new InvalidOperationException("The stream was started before.");
        _sink = sink;
        _isResumed = true;
        DeferOnce();
    }

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        _isResumed = true;
        DeferOnce();
    }

    public void Close(TimeSpan linger)
    {
        if (_phase != Phase.Open)
            return;
        _phase = Phase.Sending;
        _end = StreamEnd.ClosedHere;
        _input.Clear(_mailbox.Memory);
        _timer = _mailbox.Loop.Schedule(linger, Abort);
        Grant();
        DeferOnce();
    }

    public void Abort()
    {
        if (_phase >= Phase.Closed)
            return;
        Send(ChunkKind.Reset, 0, []);
        Shut(StreamEnd.ClosedHere);
    }

    public void OnTurnEnd()
    {
        _isDeferred = false;
        if (_isResumed && _phase < Phase.Closed)
        {
            _isResumed = false;
            if (!_isPaused && !_input.IsEmpty && _sink is not null)
                HandOverInput();
            Grant();
            EndIfPeerIsDone();
        }
        SendOutput();
        if (_phase == Phase.Closed && _sink is not null)
            Finish();
    }

    // ---- opening

    /// <summary>Asks the other hub to take the stream. Fails when it does not within <paramref name="timeout"/>.</summary>
    public Task<BrokerStream> OpenAsync(TimeSpan timeout)
    {
        _dialed = new TaskCompletionSource<BrokerStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        _timer = _mailbox.Loop.Schedule(timeout, OnPeerLost);
        SendGrant(ChunkKind.Open);
        return _dialed.Task;
    }

    /// <summary>Takes a stream that the other hub has opened.</summary>
    public void Accept(ReadOnlySpan<byte> grant)
    {
        _sequenceIn = 1;
        OnGranted(grant);
        SendGrant(ChunkKind.Credit);
    }

    // ---- what the broker brings

    /// <summary>A chunk of this stream came.</summary>
    public void OnChunk(in Chunk chunk)
    {
        if (_phase >= Phase.Closed)
            return;
        if (chunk.Kind == ChunkKind.Reset)
        {
            Shut(EndOr(StreamEnd.Reset));
            return;
        }
        if (chunk.Sequence < _sequenceIn)
        {
            _mailbox.Counters.Dropped(DropReason.Duplicate);
            return;
        }
        if (chunk.Sequence > _sequenceIn)
        {
            // Bytes are missing, or will come too late. Nobody can tell, so nothing may follow.
            _mailbox.Counters.Dropped(DropReason.Gap);
            Break();
            return;
        }
        _sequenceIn++;
        switch (chunk.Kind)
        {
            case ChunkKind.Data:
                OnData(chunk.Body);
                break;
            case ChunkKind.Credit:
                OnGranted(chunk.Body);
                break;
            case ChunkKind.End:
                _isPeerDone = true;
                EndIfPeerIsDone();
                break;
            default:
                Break();
                break;
        }
    }

    /// <summary>The broker has taken a chunk of so many bytes, or has not.</summary>
    public void OnConfirmed(int bytes, bool isTaken)
    {
        if (_phase >= Phase.Closed)
            return;
        if (!isTaken)
        {
            Break();
            return;
        }
        _confirmed += bytes;
        _age.Sent(_confirmed, _written, _mailbox.Loop.Time);
        if (bytes > 0)
            _chunksInFlight--;
        if (!_output.IsEmpty || _phase == Phase.Sending)
            DeferOnce();
    }

    /// <summary>The broker or the other hub is lost; there is nobody to be told.</summary>
    public void OnPeerLost()
    {
        if (_phase < Phase.Closed)
            Shut(EndOr(StreamEnd.Reset));
    }

    // ---- reading

    private void OnData(ReadOnlySpan<byte> bytes)
    {
        _received += bytes.Length;
        if (_received > _granted)
        {
            Break();
            return;
        }
        if (_phase == Phase.Open)
        {
            if (_input.IsEmpty && !_isPaused && _sink is not null)
            {
                HandOver(bytes);
            }
            else
            {
                _input.Add(bytes, _mailbox.Memory);
                if (!_isPaused && _sink is not null)
                    HandOverInput();
            }
        }
        Grant();
    }

    private void HandOver(ReadOnlySpan<byte> bytes)
    {
        var used = Offer(bytes);
        if (used < bytes.Length && _phase == Phase.Open)
            _input.Add(bytes[used..], _mailbox.Memory);
    }

    private void HandOverInput()
    {
        // The queue is taken out for the call: the sink may close the stream, which gives the queue's memory back.
        var input = _input;
        _input = default;
        var used = Offer(input.Bytes);
        input.Take(_phase == Phase.Open ? used : input.Length, _mailbox.Memory);
        _input = input;
    }

    private int Offer(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _sink!.OnBytes(this, bytes);
        }
        catch
        {
            // Nobody knows how far the sink has come, so the stream cannot go on.
            Abort();
            throw;
        }
    }

    /// <summary>
    /// Lets the other end send on, once it may have used half of its window. What the sink has been offered counts as read,
    /// also a part of a frame that it has left: or a frame larger than the window would never become whole.
    /// </summary>
    private void Grant()
    {
        var isReading = IsClosing || (_phase == Phase.Open && !_isPaused && _sink is not null);
        if (isReading && !_isPeerDone && _granted - _received <= _mailbox.Options.WindowBytes / 2)
            SendGrant(ChunkKind.Credit);
    }

    private void SendGrant(ChunkKind kind)
    {
        Span<byte> body = stackalloc byte[sizeof(long)];
        _granted = _received + _mailbox.Options.WindowBytes;
        BinaryPrimitives.WriteInt64BigEndian(body, _granted);
        Send(kind, _sequenceOut++, body);
    }

    // ---- sending

    private void OnGranted(ReadOnlySpan<byte> body)
    {
        if (!BinaryPrimitives.TryReadInt64BigEndian(body, out var sentMax))
        {
            Break();
            return;
        }
        _sentMax = Math.Max(_sentMax, sentMax);
        if (!_output.IsEmpty)
            DeferOnce();
        if (_dialed is { } dialed)
        {
            _dialed = null;
            _timer!.Dispose();
            dialed.SetResult(this);
        }
    }

    /// <summary>Sends what may be sent now. The rest leaves with a confirmation, with a grant, or when the client has room.</summary>
    private void SendOutput()
    {
        while (_phase is Phase.Open or Phase.Sending && !_output.IsEmpty)
        {
            var bytes = (int)Math.Min(Math.Min(_output.Length, _mailbox.Options.ChunkBytesMax), _sentMax - _sent);
            if (bytes <= 0 || _chunksInFlight >= _mailbox.Options.ChunksInFlightMax || !_mailbox.HasRoom(this))
                return;
            _chunksInFlight++;
            _sent += bytes;
            Send(ChunkKind.Data, _sequenceOut++, _output.Bytes[..bytes]);
            _output.Take(bytes, _mailbox.Memory);
        }
        if (_phase == Phase.Sending)
        {
            _phase = Phase.Draining;
            Send(ChunkKind.End, _sequenceOut++, []);
            EndIfPeerIsDone();
        }
    }

    private void Send(ChunkKind kind, ulong sequence, ReadOnlySpan<byte> body) =>
        _mailbox.Send(this, Peer, _queueName, new Chunk(kind, _mailbox.Address, Id, sequence, body));

    // ---- ending

    // An end in order waits, like on a socket, until a paused reader has read what came before it.
    private void EndIfPeerIsDone()
    {
        if (!_isPeerDone || _phase >= Phase.Closed || (_phase == Phase.Open && (_isPaused || _sink is null) && !_input.IsEmpty))
            return;
        if (_phase == Phase.Sending)
            return; // ours is still to come
        if (_phase == Phase.Open)
            Send(ChunkKind.End, _sequenceOut++, []);
        Shut(EndOr(StreamEnd.PeerClosed));
    }

    private void Break()
    {
        Send(ChunkKind.Reset, 0, []);
        Shut(EndOr(StreamEnd.Reset));
    }

    private StreamEnd EndOr(StreamEnd end) => IsClosing ? _end : end;

    private void Shut(StreamEnd end)
    {
        if (_phase >= Phase.Closed)
            return;
        _end = end;
        _phase = Phase.Closed;
        _timer?.Dispose();
        _output.Clear(_mailbox.Memory);
        _input.Clear(_mailbox.Memory);
        _age = default;
        (_written, _confirmed) = (0, 0);
        _mailbox.Forget(this);
        _dialed?.TrySetException(new BrokerUnreachableException($"hub {Peer.Hub} does not answer over the broker"));
        _dialed = null;
        DeferOnce();
    }

    private void Finish()
    {
        _phase = Phase.Over;
        _output.Clear(_mailbox.Memory);
        _sink!.OnEnded(this, _end);
    }

    private void DeferOnce()
    {
        if (_isDeferred || _phase == Phase.Over)
            return;
        _isDeferred = true;
        _mailbox.Loop.Defer(this);
    }
}
