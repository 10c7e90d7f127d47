using System.Buffers;
using System.Net;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Simulation.World;

/// <summary>One end of a simulated connection.</summary>
internal sealed class SimStream(Network network, SimLoop loop, IPEndPoint? remote) : IByteStream, ITurnEnd
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Queue<Action> _arrivals = [];
    private byte[] _input = [];
    private IByteStreamSink? _sink;
    private StreamEnd? _peerEnd;
    private int _inTransit;
    private long _oldest;
    private bool _isFlushing;
    private bool _isPaused;
    private bool _isOver;
    private bool _isClosing;

    public SimStream Peer { get; set; } = null!;

    public SimLoop Loop => loop;

    public IPEndPoint? Remote => remote;

    public bool IsPrivate => false;

    public IBufferWriter<byte> Output => _output;

    public int QueuedBytes => _output.WrittenCount + _inTransit;

    public long OldestQueuedAt => QueuedBytes == 0 ? 0 : _oldest;

    public void Flush()
    {
        if (_isFlushing || _isOver)
            return;
        _isFlushing = true;
        loop.Defer(this);
    }

    public void SendShared(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Flush();
    }

    public void Start(IByteStreamSink sink)
    {
        _sink = sink;
        loop.Post(Deliver);
    }

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        _isPaused = false;
        loop.Post(Deliver);
    }

    public void Close(TimeSpan linger)
    {
        if (_isOver || _isClosing)
            return;
        _isClosing = true;
        Send();
        Tell(StreamEnd.PeerClosed);
        loop.Post(() => End(StreamEnd.ClosedHere));
    }

    public void Abort()
    {
        if (_isOver)
            return;
        _isClosing = true;
        _output.ResetWrittenCount();
        Tell(StreamEnd.Reset);
        loop.Post(() => End(StreamEnd.ClosedHere));
    }

    public void OnTurnEnd()
    {
        _isFlushing = false;
        if (!_isClosing)
            Send();
    }

    /// <summary>Its process is gone; the other end is reset.</summary>
    public void OnProcessKilled()
    {
        if (_isOver)
            return;
        Tell(StreamEnd.Reset);
        _isOver = true;
        network.Forget(this);
    }

    /// <summary>Both ends are reset.</summary>
    public void Break()
    {
        Tell(StreamEnd.Reset);
        Peer.Tell(StreamEnd.Reset);
    }

    private void Send()
    {
        if (_output.WrittenCount == 0 || _isOver)
            return;
        var bytes = _output.WrittenSpan.ToArray();
        _output.ResetWrittenCount();
        if (_inTransit == 0)
            _oldest = loop.Time.GetTimestamp();
        _inTransit += bytes.Length;
        Carry(() =>
        {
            _inTransit -= bytes.Length;
            Peer.OnArrived(bytes);
        });
    }

    private void Tell(StreamEnd end) => Carry(() => Peer.OnPeerEnded(end));

    // Packets may overtake one another, what they bring does not: each arrival hands over what was sent first.
    private void Carry(Action arrival)
    {
        _arrivals.Enqueue(arrival);
        network.Carry(loop.Name, Peer.Loop.Name, () => Peer.Loop.Enter(_arrivals.Dequeue()));
    }

    private void OnArrived(byte[] bytes)
    {
        if (_isOver || _peerEnd is not null)
            return;
        _input = [.. _input, .. bytes];
        Deliver();
    }

    private void OnPeerEnded(StreamEnd end)
    {
        _peerEnd ??= end;
        Deliver();
    }

    private void Deliver()
    {
        if (_isOver || _sink is null || _isClosing)
            return;
        if (_peerEnd != StreamEnd.Reset && !_isPaused && _input.Length > 0)
            _input = _input[_sink.OnBytes(this, _input)..];
        if (_peerEnd is { } end && (end == StreamEnd.Reset || !_isPaused || _input.Length == 0))
            End(end);
    }

    private void End(StreamEnd end)
    {
        if (_isOver)
            return;
        _isOver = true;
        network.Forget(this);
        _sink?.OnEnded(this, end);
    }
}
