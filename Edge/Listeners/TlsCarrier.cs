using System.Buffers;
using System.Threading.Tasks.Sources;
using Sametime.Contracts.Loop;

namespace Sametime.Edge.Listeners;

/// <summary>
/// The stream that TLS reads from and writes to, on top of a byte stream of the loop. The platform's TLS goes on wherever it
/// likes: mostly inside <see cref="Feed"/>, on the loop, but it may hop to the thread pool between any two reads. So what both
/// touch is under a lock, and the stream below is touched on the loop only. Only one read waits at a time. It holds no buffer
/// while nothing is unread.
/// </summary>
/// <param name="loop">The loop of the stream below.</param>
/// <param name="carrier">The stream below.</param>
/// <param name="starved">Called on the loop when TLS waits for bytes and there are none.</param>
internal sealed class TlsCarrier(ILoop loop, IByteStream carrier, Action starved) : Stream, IValueTaskSource<int>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _target;
    private byte[]? _unread;
    private int _offset;
    private int _count;
    private bool _isWaiting;
    private bool _isEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that TLS has not read yet.</summary>
    public int UnreadBytes
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Bytes came.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            Keep(bytes);
        }

        Wake();
    }

    /// <summary>Nothing more comes; who reads gets what is left, then the end.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
        }

        Wake();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> waiting;
        lock (_gate)
        {
            if (_count > 0 || _isEnded)
            {
                return ValueTask.FromResult(Take(buffer.Span));
            }

            _read.Reset();
            _target = buffer;
            _isWaiting = true;
            waiting = new ValueTask<int>(this, _read.Version);
        }

        OnLoop(starved);
        return waiting;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (loop.IsCurrent)
        {
            Pass(buffer);
        }
        else
        {
            var copy = buffer.ToArray();
            loop.Post(() => Pass(copy));
        }
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing may block on the loop.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        End();
        lock (_gate)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        carrier.Output.Write(bytes);
        carrier.Flush();
    }

    private void OnLoop(Action work)
    {
        if (loop.IsCurrent)
        {
            work();
        }
        else
        {
            loop.Post(work);
        }
    }

    private void Wake()
    {
        int taken;
        lock (_gate)
        {
            if (!_isWaiting || (_count == 0 && !_isEnded))
            {
                return;
            }

            _isWaiting = false;
            taken = Take(_target.Span);
            _target = default;
        }

        // With the loop's context in place each of the awaits inside the platform's TLS would hop to the thread pool, which
        // costs more than the decryption. Without it they go on right here.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _read.SetResult(taken);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private int Take(Span<byte> target)
    {
        var taken = Math.Min(_count, target.Length);
        _unread.AsSpan(_offset, taken).CopyTo(target);
        _offset += taken;
        _count -= taken;
        if (_count == 0)
        {
            Release();
        }

        return taken;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || _isEnded)
        {
            return;
        }

        if (_unread is null || _unread.Length - _offset - _count < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_count + bytes.Length);
            _unread.AsSpan(_offset, _count).CopyTo(larger);
            if (_unread is not null)
            {
                ArrayPool<byte>.Shared.Return(_unread);
            }

            _unread = larger;
            _offset = 0;
        }

        bytes.CopyTo(_unread.AsSpan(_offset + _count));
        _count += bytes.Length;
    }

    private void Release()
    {
        if (_unread is not null)
        {
            ArrayPool<byte>.Shared.Return(_unread);
            _unread = null;
        }

        _offset = 0;
        _count = 0;
    }
}
