using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Sametime.Contracts.Loop;

namespace Sametime.Edge.Listeners;

/// <summary>
/// TLS on top of another byte stream, as the server. All of this class runs on the loop; the platform's TLS below may go on on the
/// thread pool for a while, and what it has decrypted comes back to the loop. What a turn has queued is encrypted once at its end.
/// Both ways are bounded: unread bytes stop the reading below, and queued ones count as <see cref="QueuedBytes"/>. Any fault ends
/// this session and nothing else.
/// </summary>
internal sealed class TlsByteStream : IByteStream, IByteStreamSink, ITurnEnd, IDisposable
{
    private const int ReadBytes = 16 * 1024;
    private const int UnreadBytesMax = 64 * 1024;
    private const int OutputKeptBytes = 1024;

    private readonly ILoop _loop;
    private readonly IByteStream _carrier;
    private readonly TimeSpan _lingerBroken;
    private readonly Action<string> _failed;
    private readonly TlsCarrier _below;
    private ArrayBufferWriter<byte> _output = new();
    private SslStream? _tls;
    private IByteStreamSink? _sink;
    private byte[]? _input;
    private int _inputCount;
    private TaskCompletionSource? _resumed;
    private StreamEnd? _end;
    private TimeSpan? _linger;
    private bool _isDeferred;
    private bool _isAuthenticated;
    private bool _isFull;
    private bool _isCarrierOver;
    private bool _isOver;

    /// <param name="loop">The loop of both streams.</param>
    /// <param name="carrier">The stream below; its sink is this object.</param>
    /// <param name="linger">What a peer gets to read the last alert when a session breaks.</param>
    /// <param name="failed">Hears in one sentence why a session broke.</param>
    public TlsByteStream(ILoop loop, IByteStream carrier, TimeSpan linger, Action<string> failed)
    {
        (_loop, _carrier, _lingerBroken, _failed) = (loop, carrier, linger, failed);
        _below = new TlsCarrier(loop, carrier, OnStarved);
    }

    public IPEndPoint? Remote => _carrier.Remote;

    public bool IsPrivate => true;

    public IBufferWriter<byte> Output => _output;

    public int QueuedBytes => _output.WrittenCount + _carrier.QueuedBytes;

    public long OldestQueuedAt => _carrier.OldestQueuedAt;

    /// <summary>Begins the TLS handshake; <see cref="Start"/> must have been called.</summary>
    public void Authenticate(SslServerAuthenticationOptions options)
    {
        _tls = new SslStream(_below, leaveInnerStreamOpen: false);
        _ = RunAsync(options);
    }

    public void Start(IByteStreamSink sink) => _sink = sink;

    public void Flush()
    {
        if (!_isDeferred && !_isOver)
        {
            _isDeferred = true;
            _loop.Defer(this);
        }
    }

    public void SendShared(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Flush();
    }

    public void PauseReading()
    {
        _resumed ??= new TaskCompletionSource();
        _carrier.PauseReading();
    }

    public void ResumeReading()
    {
        if (_resumed is { } resumed)
        {
            _resumed = null;
            _isFull = false;
            _carrier.ResumeReading();

            // Never inside the sink's own call.
            _loop.Post(resumed.SetResult);
        }
    }

    public void Close(TimeSpan linger)
    {
        if (_end is not null)
        {
            return;
        }

        _end = StreamEnd.ClosedHere;
        _linger = linger;
        Flush();
        ResumeReading();
    }

    public void Abort()
    {
        _end ??= StreamEnd.ClosedHere;
        _carrier.Abort();
    }

    /// <summary>Gives the platform's TLS state back; done by itself when the stream is over.</summary>
    public void Dispose()
    {
        _tls?.Dispose();
        _below.Dispose();
    }

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        _below.Feed(bytes);
        if (_below.UnreadBytes > UnreadBytesMax && !_isFull)
        {
            _isFull = true;
            _carrier.PauseReading();
        }

        return bytes.Length;
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        var isReadOut = _end is not null || !_isAuthenticated;
        _end ??= end;
        _isCarrierOver = true;
        _below.End();
        if (isReadOut)
        {
            Finish();
        }
        else
        {
            // What came before the end is still to be read; the task says when that is done.
            _resumed?.TrySetResult();
            _resumed = null;
        }
    }

    void ITurnEnd.OnTurnEnd()
    {
        _isDeferred = false;
        if (_isOver)
        {
            return;
        }

        try
        {
            SendOutput();
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    private void SendOutput()
    {
        if (_isAuthenticated && _output.WrittenCount > 0)
        {
            _tls!.Write(_output.WrittenSpan);
            ForgetOutput();
        }

        if (_linger is { } linger)
        {
            _linger = null;
            SayGoodbye();
            _carrier.Close(linger);
        }
    }

    // The goodbye of TLS; our carrier takes writes at once, so the task is done when it returns.
    private void SayGoodbye()
    {
        if (_isAuthenticated)
        {
            _ = _tls!.ShutdownAsync();
        }
    }

    // TLS waits for bytes while ours wait for it to read them: only when nobody above has asked for the pause.
    private void OnStarved()
    {
        if (_isFull && _resumed is null && !_isOver)
        {
            _isFull = false;
            _carrier.ResumeReading();
        }
    }

    // One task for the life of the session, every step of it on the loop. It ends by itself when the stream below ends, and lets
    // no exception out: whatever goes wrong in a session of a client is that client's alone.
    private async Task RunAsync(SslServerAuthenticationOptions options)
    {
        try
        {
            await _tls!.AuthenticateAsServerAsync(options);
            _isAuthenticated = true;
            Flush();
            await PumpAsync();
            CloseBelow(StreamEnd.PeerClosed);
        }
        catch (Exception error)
        {
            Break(error);
        }

        if (_isCarrierOver)
        {
            Finish();
        }
    }

    private void Break(Exception error)
    {
        if (_end is null)
        {
            _failed(error.GetBaseException().Message);
            CloseBelow(StreamEnd.Reset);
        }
    }

    // After a goodbye of TLS or a fault nothing more can be read, so the stream is over when the alert is out.
    private void CloseBelow(StreamEnd end)
    {
        if (_end is null)
        {
            _end = end;
            _carrier.Close(_lingerBroken);
        }
    }

    private async Task PumpAsync()
    {
        do
        {
            Offer();
            while (_resumed is { } resumed)
            {
                await resumed.Task;
                Offer();
            }
        }
        while (!_isOver && await ReadOnceAsync());
    }

    // Asks with an empty buffer first, so that an idle session holds none.
    private async ValueTask<bool> ReadOnceAsync()
    {
        if (_inputCount == 0)
        {
            ReturnInput();
            _ = await _tls!.ReadAsync(Memory<byte>.Empty);
        }

        MakeRoom();
        var read = await _tls!.ReadAsync(_input.AsMemory(_inputCount));
        _inputCount += read;
        return read > 0;
    }

    private void Offer()
    {
        // Paused and resumed again by the sink: what was left is offered before more is read.
        while (_inputCount > 0 && _resumed is null && !_isOver)
        {
            var used = _end == StreamEnd.ClosedHere ? _inputCount : _sink!.OnBytes(this, _input.AsSpan(0, _inputCount));
            _input.AsSpan(used, _inputCount - used).CopyTo(_input);
            _inputCount -= used;
            if (used == 0)
            {
                return;
            }
        }
    }

    private void MakeRoom()
    {
        if (_input is null)
        {
            _input = ArrayPool<byte>.Shared.Rent(ReadBytes);
        }
        else if (_inputCount == _input.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_input.Length * 2);
            _input.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_input, clearArray: true);
            _input = larger;
        }
    }

    private void ForgetOutput()
    {
        // A large answer must not stay allocated for an idle client.
        if (_output.Capacity > OutputKeptBytes)
        {
            _output = new ArrayBufferWriter<byte>();
        }
        else
        {
            _output.ResetWrittenCount();
        }
    }

    private void ReturnInput()
    {
        if (_input is not null)
        {
            ArrayPool<byte>.Shared.Return(_input, clearArray: true);
            _input = null;
        }
    }

    private void Finish()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _ = _resumed?.TrySetResult();
        Dispose();
        _sink!.OnEnded(this, _end ?? StreamEnd.PeerClosed);
    }
}
