using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Sametime.Contracts.Loop;

namespace Sametime.Edge.Listeners;

/// <summary>
/// TLS on top of another byte stream, as the server. Everything runs on the loop: a read of the platform's TLS goes on inside the
/// call that brings the bytes, and what a turn has queued is encrypted once at its end.
/// </summary>
/// <param name="loop">The loop of both streams.</param>
/// <param name="carrier">The stream below; its sink is this object.</param>
/// <param name="failed">Hears in one sentence why a session broke.</param>
internal sealed class TlsByteStream(ILoop loop, IByteStream carrier, Action<string> failed) : IByteStream, IByteStreamSink, ITurnEnd, IDisposable
{
    private const int ReadBytes = 16 * 1024;
    private const int OutputKeptBytes = 1024;

    private ArrayBufferWriter<byte> _output = new();
    private readonly TlsCarrier _below = new(carrier);
    private SslStream? _tls;
    private IByteStreamSink? _sink;
    private byte[]? _input;
    private int _inputCount;
    private TaskCompletionSource? _resumed;
    private StreamEnd _end = StreamEnd.PeerClosed;
    private TimeSpan? _linger;
    private bool _isDeferred;
    private bool _isAuthenticated;
    private bool _isOver;

    public IPEndPoint? Remote => carrier.Remote;

    public bool IsPrivate => true;

    public IBufferWriter<byte> Output => _output;

    public int QueuedBytes => _output.WrittenCount + carrier.QueuedBytes;

    public long OldestQueuedAt => carrier.OldestQueuedAt;

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
            loop.Defer(this);
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
        carrier.PauseReading();
    }

    public void ResumeReading()
    {
        if (_resumed is { } resumed)
        {
            _resumed = null;
            carrier.ResumeReading();

            // Never inside the sink's own call.
            loop.Post(resumed.SetResult);
        }
    }

    public void Close(TimeSpan linger)
    {
        if (_end == StreamEnd.ClosedHere || _isOver)
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
        _end = StreamEnd.ClosedHere;
        carrier.Abort();
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
        return bytes.Length;
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        if (_end != StreamEnd.ClosedHere)
        {
            _end = end;
        }

        _below.End();
        Finish();
    }

    void ITurnEnd.OnTurnEnd()
    {
        _isDeferred = false;
        if (_isOver)
        {
            return;
        }

        if (_isAuthenticated && _output.WrittenCount > 0)
        {
            _tls!.Write(_output.WrittenSpan);
            ForgetOutput();
        }

        if (_linger is { } linger)
        {
            _linger = null;
            SayGoodbye();
            carrier.Close(linger);
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

    // One task for the life of the session. It ends by itself when the stream below ends, and lets no exception out.
    private async Task RunAsync(SslServerAuthenticationOptions options)
    {
        var end = StreamEnd.PeerClosed;
        try
        {
            await _tls!.AuthenticateAsServerAsync(options);
            _isAuthenticated = true;
            Flush();
            await PumpAsync();
        }
        catch (Exception error) when (error is IOException or AuthenticationException or InvalidOperationException)
        {
            failed(error.Message);
            end = StreamEnd.Reset;
        }

        if (!_isOver && _end != StreamEnd.ClosedHere)
        {
            // A goodbye of TLS or a broken session: nothing more can be read, so the stream is over.
            _end = end;
            carrier.Close(TimeSpan.Zero);
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
            ArrayPool<byte>.Shared.Return(_input);
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
        _sink!.OnEnded(this, _end);
    }
}
