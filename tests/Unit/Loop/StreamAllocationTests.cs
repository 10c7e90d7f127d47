using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.InProcess;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;
using Reason = Sametime.Contracts.Wire.Reason;

namespace Sametime.Tests.Unit.Loop;

/// <summary>What runs for each message must not allocate: a busy server would stop for the garbage collector all the time.</summary>
[Trait("Mutation", "No")]
public sealed class StreamAllocationTests : IDisposable
{
    private const int WarmUp = 2_000;
    private const int Rounds = 2_000;

    private readonly List<Exception> _errors = [];
    private readonly EventLoop _loop;

    public StreamAllocationTests() => _loop = new EventLoop("test", _errors.Add);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _loop.Dispose();
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_turn_that_receives_and_sends_on_a_socket_allocates_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the poller is Socket.Select, which allocates");
        var echo = new Bouncer();
        var endPoint = await _loop.AskAsync(() => new TcpAcceptor(
            _loop, new IPEndPoint(IPAddress.Loopback, 0), new TcpOptions(),
            socket => new TcpByteStream(_loop, socket, new TcpOptions()).Start(echo)).LocalEndPoint);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(endPoint, Stop);

        var message = new byte[200];
        for (var i = 0; i < WarmUp + Rounds; i++)
        {
            await client.SendAsync(message, Stop);
            await client.ReceiveAsync(message, Stop);
        }

        Assert.Equal(0, await echo.Allocated);
    }

    [Fact]
    public async Task A_pipe_in_the_process_allocates_nothing()
    {
        var echo = new Bouncer();
        await _loop.AskAsync(() =>
        {
            var (a, b) = InProcessPipe.Create(_loop, _loop);
            a.Start(new Bouncer());
            b.Start(echo);
            a.Output.Write(new byte[200]);
            a.Flush();
        });

        Assert.Equal(0, await echo.Allocated);
    }

    [Fact]
    public async Task A_link_that_sends_and_receives_frames_allocates_nothing()
    {
        var (client, hub) = (new LinkBouncer(isFirst: true), new LinkBouncer(isFirst: false));
        var key = new byte[32];
        await _loop.AskAsync(() =>
        {
            var (a, b) = InProcessPipe.Create(_loop, _loop);
            var trust = LinkTrust.OfLoopback(key, LinkRole.Edge);
            LinkSession.Accept(_loop, b, new LinkIdentity(LinkRole.Hub, "hub-1", 1), trust, new LinkOptions(), hub, static _ => { });
            LinkSession.Connect(_loop, a, new LinkIdentity(LinkRole.Edge, "edge-7"), key, new LinkOptions(), client, static _ => { });
        });

        Assert.Equal(0, await hub.Allocated);
    }

    /// <summary>Counts what its thread allocates from the end of the warm-up on.</summary>
    private sealed class Meter
    {
        private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;
        private long _before;

        public Task<long> Allocated => _done.Task.ForAsync("all frames to have passed", CancellationToken.None);

        public bool IsOver => _count >= WarmUp + Rounds;

        public void Count()
        {
            if (++_count == WarmUp)
                _before = GC.GetAllocatedBytesForCurrentThread();
            else if (_count == WarmUp + Rounds)
                _done.SetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
        }
    }

    private sealed class Bouncer : IByteStreamSink
    {
        private readonly Meter _meter = new();

        public Task<long> Allocated => _meter.Allocated;

        public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
        {
            _meter.Count();
            bytes.CopyTo(stream.Output.GetSpan(bytes.Length));
            stream.Output.Advance(bytes.Length);
            if (!_meter.IsOver || stream.Remote is not null)
                stream.Flush();
            return bytes.Length;
        }

        public void OnEnded(IByteStream stream, StreamEnd end)
        {
        }
    }

    private sealed class LinkBouncer(bool isFirst) : ILinkHandler
    {
        private readonly Meter _meter = new();
        private readonly byte[] _body = new byte[200];

        public Task<long> Allocated => _meter.Allocated;

        public void OnLinkOpened(ILink link)
        {
            if (isFirst)
                link.Send(LinkKind.Message, 0, [], _body);
        }

        public void OnLinkFrame(ILink link, in LinkFrame frame)
        {
            _meter.Count();
            if (!_meter.IsOver)
                link.Send(LinkKind.Message, frame.Handle + 1, frame.Payload[..8], frame.Payload[8..]);
        }

        public void OnLinkClosed(ILink link, Reason reason)
        {
        }
    }
}
