using System.Buffers;
using System.Net;

namespace Sametime.Contracts.Loop.InProcess;

/// <summary>One end of a pipe, on its loop.</summary>
internal sealed class PipeEnd : IByteStream, IBufferWriter<byte>, ITurnEnd
{
    private readonly ILoop _loop;
    private readonly PipeLane _incoming;
    private readonly PipeLane _outgoing;
    private readonly Action _deliver;
    private readonly ByteQueuePool _pool = new();
    private ByteQueue _input;
    private ByteQueue _output;
    private IByteStreamSink? _sink;
    private QueueAge _age;
    private long _sent;
    private StreamEnd? _endHere;
    private bool _isFlushing;
    private bool _isPaused;
    private bool _isOver;

    public PipeEnd(ILoop loop, PipeLane incoming, PipeLane outgoing)
    {
        _loop = loop;
        _incoming = incoming;
        _outgoing = outgoing;
        _deliver = Deliver;
    }

    public IPEndPoint? Remote => null;

    public bool IsPrivate => true;

    public IBufferWriter<byte> Output => this;

    public int QueuedBytes => (int)Math.Min(_output.Length + _outgoing.Waiting, int.MaxValue);

    public long PeerProgress => _sent - _outgoing.Waiting;

    public long OldestQueuedAt
    {
        get
        {
            _age.Sent(_sent - _outgoing.Waiting, _sent + _output.Length, _loop.Time);
            return _age.Oldest;
        }
    }

    public void Advance(int count)
    {
        _output.Added(count);
        _age.Queued(_sent + _output.Length, _loop.Time);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.Room(sizeHint, _pool);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.Room(sizeHint, _pool).Span;

    public void Flush()
    {
        if (_isFlushing)
            return;
        _isFlushing = true;
        _loop.Defer(this);
    }

    public void SendShared(ReadOnlySpan<byte> bytes)
    {
        _output.Add(bytes, _pool);
        _age.Queued(_sent + _output.Length, _loop.Time);
        Flush();
    }

    public void Start(IByteStreamSink sink)
    {
        if (_sink is not null)
            throw new InvalidOperationException("The stream was started before.");
        _sink = sink;
        PostDelivery();
    }

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        PostDelivery();
    }

    public void Close(TimeSpan linger)
    {
        if (_endHere is not null || _isOver)
            return;
        SendOutput();
        _outgoing.End(StreamEnd.PeerClosed);
        _endHere = StreamEnd.ClosedHere;
        PostDelivery();
    }

    public void Abort()
    {
        if (_isOver)
            return;
        _output.Clear(_pool);
        _outgoing.End(StreamEnd.Reset);
        _endHere = StreamEnd.ClosedHere;
        PostDelivery();
    }

    public void OnTurnEnd()
    {
        _isFlushing = false;
        SendOutput();
    }

    /// <summary>From any thread: something came in, or this end is over.</summary>
    public void PostDelivery() => _loop.Post(_deliver);

    private void SendOutput()
    {
        if (_output.IsEmpty)
            return;
        _sent += _output.Length;
        _outgoing.Send(_output.Bytes);
        _output.Clear(_pool);
    }

    private void Deliver()
    {
        if (_isOver || _sink is null)
            return;
        var end = _endHere ?? _incoming.Receive(ref _input, _pool);
        if (_endHere is null && end != StreamEnd.Reset && !_isPaused && !_input.IsEmpty)
        {
            var used = Offer(_sink);
            _input.Take(used, _pool);
            _incoming.Taken(used);
            end = _endHere ?? end;
        }

        // An ordinary end waits, like on a socket, until a paused reader has read what came before it.
        if (end is null || (end == StreamEnd.PeerClosed && _isPaused && !_input.IsEmpty))
            return;
        _isOver = true;
        _input.Clear(_pool);
        _output.Clear(_pool);
        _incoming.End(StreamEnd.Reset);
        _outgoing.End(StreamEnd.PeerClosed);
        _sink.OnEnded(this, end.Value);
    }

    private int Offer(IByteStreamSink sink)
    {
        try
        {
            return sink.OnBytes(this, _input.Bytes);
        }
        catch
        {
            // Nobody knows how far the sink has come, so the stream cannot go on.
            Abort();
            throw;
        }
    }
}
