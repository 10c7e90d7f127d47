using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

public sealed class EpollSocketStreamTests : SocketStreamTests
{
    public EpollSocketStreamTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux only");

    private protected override ISocketPoller NewPoller() => new EpollPoller();
}

public sealed class SelectSocketStreamTests : SocketStreamTests
{
    private protected override ISocketPoller NewPoller() => new SelectPoller();
}

public abstract class SocketStreamTests : IDisposable
{
    private readonly List<Exception> _errors = [];
    private readonly EventLoop _loop;
    private TcpAcceptor? _acceptor;

    protected SocketStreamTests() => _loop = new EventLoop("test", _errors.Add, TimeProvider.System, NewPoller());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract ISocketPoller NewPoller();

    public void Dispose()
    {
        _loop.Dispose();
        Assert.Empty(_errors);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Records_cut_at_every_byte_arrive_whole()
    {
        var sink = new StreamRecorder(recordBytes: 7) { Wanted = 70 };
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), sink);
        var sent = Enumerable.Range(0, 70).Select(static i => (byte)i).ToArray();

        for (var i = 0; i < sent.Length; i++)
            await client.Client.SendAsync(sent.AsMemory(i, 1), Stop).ForAsync(Stop);
        await sink.Enough;

        Assert.Equal(sent, sink.Bytes.ToArray());
    }

    [Fact]
    public async Task A_record_of_megabytes_arrives_whole()
    {
        const int Size = 3_000_000;
        var sink = new StreamRecorder(Size) { Wanted = 2 * Size };
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), sink);
        var sent = new byte[2 * Size];
        new Random(3).NextBytes(sent);

        await client.GetStream().WriteAsync(sent, Stop).ForAsync(Stop);
        await sink.Enough;

        Assert.Equal(sent, sink.Bytes.ToArray());
    }

    [Fact]
    public async Task What_a_slow_reader_does_not_take_is_queued_and_sent_later_in_order()
    {
        const int Size = 20_000_000;
        TcpByteStream? stream = null;
        using var client = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), new StreamRecorder());
        var sent = new byte[Size];
        new Random(4).NextBytes(sent);

        await _loop.AskAsync(() =>
        {
            stream!.SendShared(sent.AsSpan(0, Size - 10));
            stream.Output.Write(sent.AsSpan(Size - 10));
            stream.Flush();
        });
        var (queued, oldest) = await _loop.AskAsync(() => (stream!.QueuedBytes, stream.OldestQueuedAt));
        var received = new byte[Size];
        await client.GetStream().ReadExactlyAsync(received, Stop).ForAsync(Stop);

        Assert.InRange(queued, 1, Size - 1);
        Assert.NotEqual(0, oldest);
        Assert.Equal(sent, received);
        Assert.Equal((0, 0L), await _loop.AskAsync(() => (stream!.QueuedBytes, stream.OldestQueuedAt)));
    }

    [Fact]
    public async Task Closing_sends_what_is_queued_first_and_a_pause_holds_bytes_back()
    {
        TcpByteStream? stream = null;
        var sink = new StreamRecorder { Wanted = 3 };
        using var client = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), sink);
        await _loop.AskAsync(() => stream!.PauseReading());
        await client.GetStream().WriteAsync(new byte[] { 1, 2, 3 }, Stop).ForAsync(Stop);
        await _loop.AskAsync(() => Assert.Equal(0, sink.Bytes.Length));
        await _loop.AskAsync(() => stream!.ResumeReading());
        await sink.Enough;

        await _loop.AskAsync(() =>
        {
            stream!.Output.Write("bye"u8);
            stream.Close(TimeSpan.FromSeconds(10));
        });
        var received = new byte[3];
        await client.GetStream().ReadExactlyAsync(received, Stop).ForAsync(Stop);
        var after = await client.GetStream().ReadAsync(received, Stop).ForAsync(Stop);
        client.Close();

        Assert.Equal("bye"u8.ToArray(), received);
        Assert.Equal(0, after);
        Assert.Equal(StreamEnd.ClosedHere, await sink.Ended);
    }

    [Fact]
    public async Task A_reset_of_either_side_ends_the_stream_once()
    {
        TcpByteStream? stream = null;
        var reset = new StreamRecorder();
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), reset);
        client.Client.Close(timeout: 0);
        Assert.Equal(StreamEnd.Reset, await reset.Ended);

        var aborted = new StreamRecorder();
        using var other = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), aborted);
        await _loop.AskAsync(() =>
        {
            stream!.Abort();
            stream.Abort();
            Assert.Equal(0, aborted.EndCount);
        });
        Assert.Equal(StreamEnd.ClosedHere, await aborted.Ended);
        var error = await Assert.ThrowsAsync<SocketException>(async () => await other.Client.ReceiveAsync(new byte[1], Stop).ForAsync(Stop));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.Equal((1, 1), (reset.EndCount, aborted.EndCount));
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_reset_when_its_time_is_over()
    {
        TcpByteStream? stream = null;
        var sink = new StreamRecorder();
        using var client = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), sink);

        await _loop.AskAsync(() =>
        {
            stream!.SendShared(new byte[20_000_000]);
            stream.Close(TimeSpan.FromMilliseconds(1));
        });
        Assert.Equal(StreamEnd.ClosedHere, await sink.Ended);

        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await client.Client.ReceiveAsync(new byte[65536], Stop) > 0)
            {
            }
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task What_is_written_after_closing_is_dropped()
    {
        TcpByteStream? stream = null;
        var sink = new StreamRecorder();
        using var client = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), sink);
        var received = new byte[10];

        await _loop.AskAsync(() =>
        {
            stream!.Output.Write("bye"u8);
            stream.Close(TimeSpan.FromSeconds(10));
            stream.Output.Write("late"u8);
            stream.SendShared("late"u8);
        });
        await client.GetStream().ReadExactlyAsync(received.AsMemory(0, 3), Stop).ForAsync(Stop);
        Assert.Equal(0, await client.GetStream().ReadAsync(received, Stop).ForAsync(Stop));
        var queued = await _loop.AskAsync(() =>
        {
            stream!.Output.Write("later"u8);
            stream.Flush();
            return stream.QueuedBytes;
        });
        client.Close();
        await sink.Ended;

        Assert.Equal("bye"u8, received.AsSpan(0, 3));
        Assert.Equal(0, queued);
    }

    [Fact]
    public async Task A_sink_that_throws_loses_its_stream_and_nobody_elses()
    {
        var healthy = new StreamRecorder { Wanted = 1 };
        using var other = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), healthy);
        var sick = new StreamRecorder { OnRecord = static _ => throw new InvalidDataException("sick") };
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), sick);

        await client.GetStream().WriteAsync(new byte[] { 1 }, Stop).ForAsync(Stop);
        Assert.Equal(StreamEnd.ClosedHere, await sick.Ended);
        await other.GetStream().WriteAsync(new byte[] { 1 }, Stop).ForAsync(Stop);
        await healthy.Enough;

        Assert.IsType<InvalidDataException>(Assert.Single(_errors));
        _errors.Clear();
    }

    [Fact]
    public async Task A_sink_that_closes_inside_its_call_gets_nothing_more()
    {
        var calls = 0;
        var sink = new StreamRecorder(recordBytes: 2)
        {
            OnRecord = stream =>
            {
                calls++;
                stream.Close(TimeSpan.FromSeconds(10));
            },
        };
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), sink);

        await client.GetStream().WriteAsync(new byte[] { 1, 2, 3 }, Stop).ForAsync(Stop);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Stop).ForAsync(Stop));
        await client.GetStream().WriteAsync(new byte[] { 4 }, Stop).ForAsync(Stop);
        client.Close();

        Assert.Equal(StreamEnd.ClosedHere, await sink.Ended);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Resuming_inside_the_call_hands_the_rest_over_again()
    {
        var calls = 0;
        var sink = new StreamRecorder(recordBytes: 3)
        {
            Wanted = 3,
            OnCall = stream =>
            {
                if (++calls > 1)
                    return;
                stream.PauseReading();
                stream.ResumeReading();
            },
        };
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), sink);

        await client.GetStream().WriteAsync(new byte[] { 1, 2 }, Stop).ForAsync(Stop);
        await _loop.UntilAsync(() => calls >= 2, Stop);
        await client.GetStream().WriteAsync(new byte[] { 3 }, Stop).ForAsync(Stop);
        await sink.Enough;

        Assert.Equal([1, 2, 3], sink.Bytes.ToArray());
    }

    [Fact]
    public async Task A_peer_that_resets_while_nothing_is_read_from_it_is_noticed()
    {
        TcpByteStream? stream = null;
        var sink = new StreamRecorder();
        using var client = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), sink);
        await _loop.AskAsync(() => stream!.PauseReading());

        client.Client.Close(timeout: 0);

        Assert.Equal(StreamEnd.Reset, await sink.Ended);
    }

    [Fact]
    public async Task Progress_is_what_the_system_has_taken_and_each_stream_knows_who_is_at_its_other_end()
    {
        TcpByteStream? stream = null;
        using var client = await ConnectAsync(socket => stream = new TcpByteStream(_loop, socket, new TcpOptions()), new StreamRecorder());
        await _loop.AskAsync(() =>
        {
            stream!.SendShared([1, 2, 3]);
            stream.SendShared([4]);
        });
        await client.GetStream().ReadExactlyAsync(new byte[4], Stop).ForAsync(Stop);

        Assert.Equal(4, await _loop.AskAsync(() => stream!.PeerProgress));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)client.Client.LocalEndPoint!).Port), await _loop.AskAsync(() => stream!.Remote));
        await _loop.AskAsync(() => Assert.Throws<InvalidOperationException>(() => stream!.Start(new StreamRecorder())));
    }

    [Fact]
    public async Task A_stream_that_was_over_before_it_was_started_tells_it_afterwards()
    {
        var sink = new StreamRecorder();
        var endPoint = await ListenAsync(socket =>
        {
            var stream = new TcpByteStream(_loop, socket, new TcpOptions());
            stream.Abort();
            stream.Start(sink);
        });

        // Whether the client hears of its connection before it hears of the end differs.
        using var client = new TcpClient();
        var connecting = client.ConnectAsync(endPoint, Stop).AsTask();

        Assert.Equal(StreamEnd.ClosedHere, await sink.Ended);
        Assert.Equal(1, sink.EndCount);
        await connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_loop_that_ends_closes_the_sockets_it_has()
    {
        using var client = await ConnectAsync(socket => new TcpByteStream(_loop, socket, new TcpOptions()), new StreamRecorder());

        _loop.Dispose();

        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Stop).ForAsync(Stop));
        _loop.Post(static () => { });
        _loop.Dispose();
    }

    [Fact]
    public async Task Connecting_to_a_system_that_does_not_answer_ends_when_the_time_is_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "how a full backlog answers differs from system to system");

        // A listener that accepts nobody: once its backlog is full, Linux drops further attempts without an answer.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, Stop).ForAsync(Stop);

        var error = await Assert.ThrowsAsync<SocketException>(() => _loop.AskAsync(() => TcpConnector.ConnectAsync(
            _loop, (IPEndPoint)listener.LocalEndPoint!, TimeSpan.FromMilliseconds(50), new TcpOptions())));

        Assert.Equal(SocketError.TimedOut, error.SocketErrorCode);
    }

    [Fact]
    public async Task Connecting_to_a_port_where_nobody_listens_fails()
    {
        var endPoint = await ListenAsync(static socket => socket.Dispose());
        await _loop.AskAsync(() => _acceptor!.Dispose());

        var error = await Assert.ThrowsAsync<SocketException>(() =>
            _loop.AskAsync(() => TcpConnector.ConnectAsync(_loop, endPoint, TimeSpan.FromSeconds(30), new TcpOptions())));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    private Task<IPEndPoint> ListenAsync(Action<Socket> onAccepted) => _loop.AskAsync(() =>
    {
        _acceptor = new TcpAcceptor(_loop, new IPEndPoint(IPAddress.Loopback, 0), new TcpOptions(), onAccepted);
        return _acceptor.LocalEndPoint;
    });

    private async Task<TcpClient> ConnectAsync(Func<Socket, IByteStream> make, StreamRecorder sink)
    {
        var accepted = new TaskCompletionSource();
        var endPoint = await ListenAsync(socket =>
        {
            make(socket).Start(sink);
            accepted.SetResult();
        });
        var client = new TcpClient();
        await client.ConnectAsync(endPoint, Stop).ForAsync(Stop);
        await accepted.Task.ForAsync(Stop);
        return client;
    }
}
