using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Sametime.Contracts.Loop;
using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>A session of TLS on a loop that the test turns: its client is the platform's own, the stream below is played by the test.</summary>
public sealed class TlsByteStreamTests : IAsyncDisposable
{
    private readonly ManualLoop _loop = new();
    private readonly Carrier _carrier = new();
    private readonly Sink _sink = new();
    private readonly List<string> _failures = [];
    private readonly TlsByteStream _tls;
    private readonly ClientPipe _pipe;
    private readonly SslStream _client;

    public TlsByteStreamTests()
    {
        _tls = new TlsByteStream(_loop, _carrier, TimeSpan.FromSeconds(2), _failures.Add);
        _pipe = new ClientPipe(bytes => _loop.Post(() => _carrier.Arrive(_tls, bytes)));
        _carrier.Sent = _pipe.Receive;
        _client = new SslStream(_pipe);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _tls.Dispose();
        _loop.Dispose();
    }

    [Fact]
    public async Task What_is_sent_to_many_reaches_this_one_in_its_place()
    {
        await BeginAsync();
        _loop.Run(() =>
        {
            Write([1]);
            _tls.SendShared([2, 3]);
            Write([4]);
        });
        Assert.Equal([1, 2, 3, 4], await ReadAsync(4));

        // Alone too: nobody else asks for it to be sent.
        _loop.Run(() => _tls.SendShared([5]));
        Assert.Equal([5], await ReadAsync(1));
    }

    [Fact]
    public async Task What_waits_here_and_below_counts_as_queued()
    {
        await BeginAsync();
        (_carrier.QueuedBytes, _carrier.OldestQueuedAt) = (1_000, 77);
        _loop.Run(() =>
        {
            _tls.Output.Write((ReadOnlySpan<byte>)[1, 2, 3]);
            Assert.Equal((1_003, 77L), (_tls.QueuedBytes, _tls.OldestQueuedAt));
        });
    }

    [Fact]
    public async Task Who_is_not_read_from_is_held_up_below_and_read_on_where_it_was_left()
    {
        await BeginAsync();
        _sink.Takes = 2;
        _sink.Taken = () =>
        {
            _tls.PauseReading();
            _sink.Takes = 0;
        };
        await SendAsync([1, 2, 3, 4]);
        await UntilAsync(() => _carrier.IsPaused);
        Assert.Equal([1, 2], _sink.Bytes);

        (_sink.Takes, _sink.Taken) = (int.MaxValue, null);
        await SendAsync([5]);
        Assert.Equal([1, 2], _sink.Bytes);
        Assert.True(_carrier.IsPaused);
        _loop.Run(_tls.ResumeReading);
        await UntilAsync(() => _sink.Bytes.Count == 5);
        Assert.Equal([1, 2, 3, 4, 5], _sink.Bytes);
        Assert.False(_carrier.IsPaused);
    }

    [Fact]
    public async Task The_end_of_the_stream_below_is_the_end_and_told_once()
    {
        await BeginAsync();
        await SendAsync([1]);
        _loop.Run(() => _tls.OnEnded(_carrier, StreamEnd.Reset));
        await UntilAsync(() => _sink.Ends.Count > 0);
        _loop.Run(() => _tls.OnEnded(_carrier, StreamEnd.Reset));
        Assert.Equal([StreamEnd.Reset], _sink.Ends);
        Assert.Equal([1], _sink.Bytes);
    }

    [Fact]
    public async Task Closed_here_it_says_goodbye_and_what_still_comes_is_passed_over()
    {
        await BeginAsync();
        _loop.Run(() =>
        {
            Write([1]);
            _tls.Close(TimeSpan.FromSeconds(7));
            _tls.Close(TimeSpan.FromSeconds(9));
        });
        Assert.Equal([1], await ReadAsync(1));
        Assert.Equal(0, await _client.ReadAsync(new byte[1], Stop)); // the goodbye of TLS
        Assert.Equal(TimeSpan.FromSeconds(7), _carrier.Linger);
        await SendAsync([2]);
        Assert.Empty(_sink.Bytes);
        _loop.Run(() => _tls.OnEnded(_carrier, StreamEnd.PeerClosed));
        Assert.Equal([StreamEnd.ClosedHere], _sink.Ends);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task What_comes_faster_than_it_is_decrypted_is_held_up_below_until_it_is()
    {
        // The last word of the handshake and all of this come at once, when nobody reads yet.
        _pipe.SendsUntilHeld = 1;
        await ShakeHandsAsync();
        await _client.WriteAsync(new byte[100_000], Stop);
        _pipe.Release();
        await UntilAsync(() => _sink.Bytes.Count == 100_000 && !_carrier.IsPaused);
        Assert.Equal(1, _carrier.Pauses);
    }

    [Fact]
    public async Task What_is_no_TLS_ends_the_session_with_a_sentence()
    {
        await BeginAsync();
        _loop.Run(() => _carrier.Arrive(_tls, [0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5]));
        await UntilAsync(() => _carrier.Linger is not null);
        AssertBroken();
    }

    [Fact]
    public async Task A_bug_of_ours_below_ends_the_session_with_a_sentence()
    {
        await BeginAsync();
        _carrier.Sent = static _ => throw new InvalidOperationException("no way out");
        _loop.Run(() => Write([1]));
        Assert.Equal(["no way out"], _failures);
        AssertBroken();
    }

    private void AssertBroken()
    {
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (_failures.Count, _carrier.Linger));
        Assert.Empty(_sink.Ends);
        _loop.Run(() => _tls.OnEnded(_carrier, StreamEnd.PeerClosed));
        Assert.Equal([StreamEnd.Reset], _sink.Ends);
        Assert.Single(_failures);
    }

    private async Task BeginAsync()
    {
        await ShakeHandsAsync();
        _loop.RunUntilIdle();
    }

    private async Task ShakeHandsAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(9));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
        _loop.Run(() =>
        {
            _tls.Start(_sink);
            _tls.Authenticate(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        });
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString(HashAlgorithmName.SHA256) == certificate.GetCertHashString(HashAlgorithmName.SHA256),
        };
        var handshake = _client.AuthenticateAsClientAsync(options, Stop);
        await TurnUntilAsync(handshake);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _tls.Output.Write(bytes);
        _tls.Flush();
    }

    /// <summary>The client sends, and all that follows from it has happened.</summary>
    private async Task SendAsync(byte[] bytes)
    {
        await _client.WriteAsync(bytes, Stop);
        _loop.RunUntilIdle();
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        var reading = _client.ReadExactlyAsync(bytes, Stop).AsTask();
        await TurnUntilAsync(reading);
        return bytes;
    }

    // What other threads bring is posted to the loop, which wakes it.
    private async Task TurnUntilAsync(Task task)
    {
        _ = task.ContinueWith(_ => _loop.Post(static () => { }), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _loop.RunUntilAsync(() => task.IsCompleted, Stop);
        await task;
    }

    private Task UntilAsync(Func<bool> isSo) => _loop.RunUntilAsync(isSo, Stop);

    private sealed class Sink : IByteStreamSink
    {
        public List<byte> Bytes { get; } = [];

        public List<StreamEnd> Ends { get; } = [];

        /// <summary>How many bytes it takes at most.</summary>
        public int Takes { get; set; } = int.MaxValue;

        public Action? Taken { get; set; }

        public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
        {
            var used = Math.Min(Takes, bytes.Length);
            Bytes.AddRange(bytes[..used]);
            Taken?.Invoke();
            return used;
        }

        public void OnEnded(IByteStream stream, StreamEnd end) => Ends.Add(end);
    }

    /// <summary>The stream below: what is written to it reaches the client when it is flushed.</summary>
    private sealed class Carrier : IByteStream
    {
        private readonly ArrayBufferWriter<byte> _output = new();

        public Action<byte[]> Sent { get; set; } = static _ => { };

        public IPEndPoint? Remote => null;

        public bool IsPrivate => false;

        public IBufferWriter<byte> Output => _output;

        public int QueuedBytes { get; set; }

        public long OldestQueuedAt { get; set; }

        public bool IsPaused { get; private set; }

        public int Pauses { get; private set; }

        public TimeSpan? Linger { get; private set; }

        public void Arrive(TlsByteStream sink, byte[] bytes) => sink.OnBytes(this, bytes);

        public void Start(IByteStreamSink sink)
        {
        }

        public void Flush()
        {
            Sent(_output.WrittenSpan.ToArray());
            _output.ResetWrittenCount();
        }

        public void SendShared(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public void PauseReading() => (IsPaused, Pauses) = (true, Pauses + 1);

        public void ResumeReading() => IsPaused = false;

        public void Close(TimeSpan linger) => Linger = linger;

        public void Abort()
        {
        }
    }

    /// <summary>The client's end, which waits for bytes as a socket does.</summary>
    private sealed class ClientPipe(Action<byte[]> send) : Stream
    {
        private readonly Channel<byte[]> _received = Channel.CreateUnbounded<byte[]>();
        private readonly List<byte> _held = [];
        private ReadOnlyMemory<byte> _rest;

        /// <summary>Behind so many sends all further ones wait for <see cref="Release"/>.</summary>
        public int SendsUntilHeld { get; set; } = int.MaxValue;

        /// <summary>What has waited goes in one.</summary>
        public void Release()
        {
            SendsUntilHeld = int.MaxValue;
            send([.. _held]);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Receive(byte[] bytes) => _received.Writer.TryWrite(bytes);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_rest.IsEmpty)
            {
                _rest = await _received.Reader.ReadAsync(cancellationToken);
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (SendsUntilHeld-- > 0)
            {
                send(buffer.ToArray());
            }
            else
            {
                _held.AddRange(buffer.Span);
            }

            return ValueTask.CompletedTask;
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
