namespace Sametime.Contracts.Loop.InProcess;

/// <summary>
/// One direction of a pipe: bytes on their way from the writing loop to the reading loop. The only part that two threads
/// may touch at once, hence its lock; it is never held while anybody is called.
/// </summary>
internal sealed class PipeLane
{
    private readonly Lock _gate = new();
    private readonly ByteQueuePool _pool = new();
    private ByteQueue _inTransit;
    private StreamEnd? _end;
    private bool _isReaderTold;
    private long _accepted;
    private long _taken;

    public PipeEnd? Reader { get; set; }

    /// <summary>Bytes that the reading end has not used up yet.</summary>
    public long Waiting => Volatile.Read(ref _accepted) - Volatile.Read(ref _taken);

    public void Send(ReadOnlySpan<byte> bytes)
    {
        bool tell;
        lock (_gate)
        {
            if (_end is not null)
                return;
            _inTransit.Add(bytes, _pool);
            Volatile.Write(ref _accepted, _accepted + bytes.Length);
            tell = Tell();
        }
        if (tell)
            Reader!.PostDelivery();
    }

    /// <summary>Nothing follows. A reset drops what is on its way.</summary>
    public void End(StreamEnd end)
    {
        bool tell;
        lock (_gate)
        {
            if (_end is not null)
                return;
            _end = end;
            if (end == StreamEnd.Reset)
                _inTransit.Clear(_pool);
            tell = Tell();
        }
        if (tell)
            Reader!.PostDelivery();
    }

    /// <summary>Reader: moves what is on its way into <paramref name="into"/>; returns how the lane has ended, if it has.</summary>
    public StreamEnd? Receive(ref ByteQueue into, ByteQueuePool pool)
    {
        lock (_gate)
        {
            _isReaderTold = false;
            if (!_inTransit.IsEmpty)
            {
                into.Add(_inTransit.Bytes, pool);
                _inTransit.Clear(_pool);
            }
            return _end;
        }
    }

    /// <summary>Reader: so many bytes are done with.</summary>
    public void Taken(int count) => Volatile.Write(ref _taken, _taken + count);

    private bool Tell()
    {
        var tell = !_isReaderTold;
        _isReaderTold = true;
        return tell;
    }
}
