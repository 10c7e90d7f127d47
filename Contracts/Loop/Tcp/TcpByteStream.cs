using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Sametime.Contracts.Loop.Tcp;

/// <summary>
/// A TCP connection on an <see cref="EventLoop"/>. Reads into the one buffer of the loop; keeps memory of its own only
/// for bytes that its sink has left (a part of a frame) or that the peer is too slow to take.
/// </summary>
public sealed class TcpByteStream : IByteStream, IBufferWriter<byte>, IReadyHandler, ITurnEnd
{
    /// <summary>A tail up to this size is copied in front of what comes next.</summary>
    private const int TailMovedMax = 16 * 1024;

    private readonly EventLoop _loop;
    private readonly Socket _socket;
    private IByteStreamSink? _sink;
    private ByteQueue _input;
    private ByteQueue _output;
    private QueueAge _age;
    private long _sent;
    private IDisposable? _linger;
    private Readiness _interest;
    private Phase _phase;
    private bool _isDeferred;
    private bool _isPaused;
    private bool _isResumed;

    /// <summary>Takes over a connected socket. Loop thread only.</summary>
    public TcpByteStream(EventLoop loop, Socket socket, TcpOptions options)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(options);
        _loop = loop;
        _socket = socket;
        TcpSetup.Apply(socket, options);
    }

    private enum Phase : byte
    {
        Open,

        /// <summary>Closing: what is queued is being sent.</summary>
        Sending,

        /// <summary>Closing: our side is shut; waits until the peer has read and closes too.</summary>
        Draining,

        /// <summary>The socket is closed; the sink is told at the end of the turn.</summary>
        Closed,
        Over,
    }

    public IPEndPoint? Remote => TcpSetup.RemoteOf(_socket);

    public bool IsPrivate => false;

    public IBufferWriter<byte> Output => this;

    public int QueuedBytes => _output.Length;

    /// <summary>What the system has taken. Its own room is full while bytes are queued, so it takes no more than the other end.</summary>
    public long PeerProgress => _sent;

    public long OldestQueuedAt => _age.Oldest;

    private StreamEnd End { get; set; }

    public void Advance(int count)
    {
        if (_phase != Phase.Open)
        {
            // Written after the stream was closed: nobody will get it, but what was queued before still has to leave.
            if (_output.IsEmpty)
                _output.Clear(_loop.Queues);
            return;
        }
        _output.Added(count);
        _age.Queued(_sent + _output.Length, _loop.Time);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.Room(sizeHint, _loop.Queues);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.Room(sizeHint, _loop.Queues).Span;

    public void Flush() => DeferOnce();

    public void SendShared(ReadOnlySpan<byte> bytes)
    {
        if (_phase != Phase.Open)
            return;
        if (_output.IsEmpty)
            bytes = bytes[SendNow(bytes)..];
        if (bytes.IsEmpty || _phase != Phase.Open)
            return;
        _output.Add(bytes, _loop.Queues);
        _age.Queued(_sent + _output.Length, _loop.Time);
        DeferOnce();
    }

    public void Start(IByteStreamSink sink)
    {
        if (_sink is not null)
            throw new InvalidOperationException("The stream was started before.");
        _sink = sink;
        if (_phase == Phase.Closed)
        {
            DeferOnce();
            return;
        }
        _interest = WantedInterest();
        _loop.Sockets.Add(_socket, _interest, this);
    }

    public void PauseReading()
    {
        _isPaused = true;
        UpdateInterest();
    }

    public void ResumeReading()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        UpdateInterest();

        // Even if nothing is kept now: inside OnBytes nobody knows yet what will be.
        _isResumed = true;
        DeferOnce();
    }

    public void Close(TimeSpan linger)
    {
        if (_phase != Phase.Open)
            return;
        End = StreamEnd.ClosedHere;
        _phase = Phase.Sending;
        _input.Clear(_loop.Queues);
        _linger = _loop.Schedule(linger, OnLingerOver);
        UpdateInterest();
        DeferOnce();
    }

    public void Abort()
    {
        if (_phase >= Phase.Closed)
            return;
        Shut(StreamEnd.ClosedHere, isReset: true);
    }

    public void OnReady(Readiness readiness)
    {
        if ((readiness & Readiness.Write) != 0)
            SendOutput();
        if ((readiness & Readiness.Read) != 0 && (_interest & Readiness.Read) != 0 && _phase < Phase.Closed)
            Receive();

        // While reading is off nobody finds out by reading, and the poller would repeat itself for ever.
        else if ((readiness & Readiness.Failed) != 0 && _phase < Phase.Closed)
            Shut(_phase == Phase.Open ? StreamEnd.Reset : End);
    }

    public void OnTurnEnd()
    {
        _isDeferred = false;
        if (_phase == Phase.Closed)
        {
            Finish();
            return;
        }

        // The poller says when a peer that was too slow has room again; asking in each turn would be in vain.
        if ((_interest & Readiness.Write) == 0)
            SendOutput();
        if (_isResumed && _phase == Phase.Open)
        {
            _isResumed = false;
            if (!_isPaused && !_input.IsEmpty)
                HandOverInput();
        }
    }

    // ---- reading

    private void Receive()
    {
        // A small tail moves in front of what comes, so that much can come at once; a large one (most of a large frame)
        // is received onto, so that it is not copied again with each piece.
        var isOntoTail = _input.Length > TailMovedMax;
        var kept = isOntoTail ? 0 : _input.Length;
        if (!isOntoTail)
            _input.Bytes.CopyTo(_loop.ReceiveBuffer);
        var room = isOntoTail ? _input.Room(_input.Length, _loop.Queues).Span : _loop.ReceiveBuffer.AsSpan(kept);
        var count = _socket.Receive(room[..Math.Min(room.Length, EventLoop.ReceiveBytesPerTurn)], SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
            return;
        if (count == 0 || error != SocketError.Success)
            Shut(_phase != Phase.Open ? End : error == SocketError.Success ? StreamEnd.PeerClosed : StreamEnd.Reset);
        else if (_phase != Phase.Open)
            _input.Clear(_loop.Queues);
        else if (isOntoTail)
        {
            _input.Added(count);
            HandOverInput();
        }
        else
        {
            _input.Clear(_loop.Queues);
            HandOver(_loop.ReceiveBuffer.AsSpan(0, kept + count));
        }
    }

    private void HandOver(ReadOnlySpan<byte> bytes)
    {
        var used = Offer(bytes);
        if (used < bytes.Length && _phase == Phase.Open)
            _input.Add(bytes[used..], _loop.Queues);
    }

    private void HandOverInput()
    {
        // The queue is taken out for the call: the sink may close the stream, which gives the queue's memory back.
        var input = _input;
        _input = default;
        var used = Offer(input.Bytes);
        input.Take(_phase == Phase.Open ? used : input.Length, _loop.Queues);
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

    // ---- sending

    private void SendOutput()
    {
        if (_phase is Phase.Open or Phase.Sending && !_output.IsEmpty)
        {
            var sent = SendNow(_output.Bytes);
            if (_phase >= Phase.Closed)
                return;
            _output.Take(sent, _loop.Queues);
            _age.Sent(_sent, _sent + _output.Length, _loop.Time);
        }
        if (_phase == Phase.Sending && _output.IsEmpty)
        {
            _phase = Phase.Draining;
            TcpSetup.ShutdownSend(_socket);
        }
        UpdateInterest();
    }

    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        var count = _socket.Send(bytes, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted or SocketError.NoBufferSpaceAvailable))
        {
            Shut(_phase == Phase.Sending ? End : StreamEnd.Reset);
            return 0;
        }
        _sent += count;
        return count;
    }

    // ---- ending

    private void OnLingerOver() => Shut(End, isReset: true);

    /// <summary>Closes the socket now and tells the sink at the end of the turn, never inside a call of its own.</summary>
    private void Shut(StreamEnd end, bool isReset = false)
    {
        if (_phase >= Phase.Closed)
            return;
        End = end;
        _phase = Phase.Closed;
        _linger?.Dispose();
        if (_sink is not null)
            _loop.Sockets.Remove(_socket);
        if (isReset)
            _socket.Close(timeout: 0); // drops what the system still holds for a slow reader, and sends a reset
        else
            _socket.Dispose();
        _output.Clear(_loop.Queues);
        _input.Clear(_loop.Queues);
        _age = default;
        DeferOnce();
    }

    private void Finish()
    {
        if (_sink is null)
            return;
        _phase = Phase.Over;
        _output.Clear(_loop.Queues);
        _sink.OnEnded(this, End);
    }

    private void DeferOnce()
    {
        if (_isDeferred || _phase == Phase.Over)
            return;
        _isDeferred = true;
        _loop.Defer(this);
    }

    private void UpdateInterest()
    {
        var interest = WantedInterest();
        if (interest == _interest || _sink is null || _phase >= Phase.Closed)
            return;
        _interest = interest;
        _loop.Sockets.Change(_socket, interest);
    }

    // Write readiness is asked for only when the system took less than there is; a queue that waits for the end of the
    // turn needs no poller.
    private Readiness WantedInterest() =>
        (_phase == Phase.Open && _isPaused ? Readiness.None : Readiness.Read)
        | (!_output.IsEmpty && !_isDeferred ? Readiness.Write : Readiness.None);
}
