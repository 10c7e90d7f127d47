using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.InProcess;
using Sametime.Contracts.Loop;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Hub;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>
/// The whole way of an instant message as <c>sametime up</c> has it: socket, Edge, link, hub, link, Edge, socket, all on one loop.
/// </summary>
[Trait("Mutation", "No")]
public sealed class RoutedFrameAllocationTests : IAsyncDisposable
{
    private const int Frames = 20_000;

    private readonly List<Exception> _errors = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly EventLoop _loop;
    private readonly InProcessLinkListener _hub;
    private readonly ServerApplication _doorman;
    private readonly EdgeServer _edge;

    public RoutedFrameAllocationTests()
    {
        _loop = new EventLoop("up", _errors.Add);
        var options = new HubOptions();
        options.Limits.InstantMessages = new Rate(PerSecond: 1_000_000, Burst: 1_000_000);
        var hub = new HubCore(_loop, options, incarnation: 1, new RecordedEvents(), NullLogger<HubCore>.Instance);
        _hub = new InProcessLinkListener(
            _loop, new LinkIdentity(LinkRole.Hub, "hub-1", 1), LinkTrust.OfLoopback(_key, LinkRole.Edge, LinkRole.Application), new LinkOptions(), hub,
            failure => _errors.Add(new InvalidOperationException(failure.Why)));
        _doorman = new ServerApplication(_loop, ConnectorOf(LinkRole.Application, "doorman"), new ServerApplicationOptions(), NullLogger.Instance)
            .Host(new Doorman());
        _edge = new EdgeServer(
            _loop, new EdgeOptions { Port = 0, Tls = TlsMode.Off }, new LimitsOptions { CloseLinger = TimeSpan.FromMilliseconds(200) },
            [new Upstream("hub-1", ConnectorOf(LinkRole.Edge, "edge-1"))], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync().ForAsync(CancellationToken.None);
        await (await _loop.AskAsync(() => _doorman.StopAsync())).ForAsync("the application to stop", CancellationToken.None);
        _loop.Dispose();
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_message_routed_from_one_socket_to_another_allocates_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the poller is Socket.Select, which allocates");
        await _loop.AskAsync(_doorman.Start);
        await _edge.StartAsync().ForAsync(Stop);
        await _loop.UntilAsync(() => _doorman.IsConnected && _edge.Snapshot().Upstream is not null, Stop);
        using var alice = new Client(_edge.Port, "alice");
        using var bob = new Client(_edge.Port, "bob");
        var atAlice = alice.Converse("bob");
        var atBob = bob.Accept();
        alice.Await(MessageType.ChannelAccept);

        var question = TestClient.FrameOf(new ChannelSend(0x64, new Opaque(new byte[100])), atAlice);
        var answer = TestClient.FrameOf(new ChannelSend(0x64, new Opaque(new byte[100])), atBob);
        Talk(alice, question, bob, answer);
        var before = await AllocatedByLoopAsync();
        Talk(alice, question, bob, answer);
        var allocated = await AllocatedByLoopAsync() - before;

        // The sweep sets its timer anew each second, and these two questions cost something; a frame that allocated even one object
        // would add 24 bytes each time.
        Assert.True(allocated < Frames, $"{Frames} frames allocated {allocated} bytes.");
    }

    private static void Talk(Client alice, byte[] question, Client bob, byte[] answer)
    {
        for (var i = 0; i < Frames; i += 2)
        {
            alice.Say(question);
            Assert.Equal(MessageType.ChannelSend, TestClient.TypeOf(bob.Hear()));
            bob.Say(answer);
            Assert.Equal(MessageType.ChannelSend, TestClient.TypeOf(alice.Hear()));
        }
    }

    private Task<long> AllocatedByLoopAsync() => _loop.AskAsync(GC.GetAllocatedBytesForCurrentThread);

    private LinkConnector ConnectorOf(LinkRole role, string name) => new(
        _loop, _hub.DialerOn(_loop), new LinkIdentity(role, name), _key, new LinkOptions(), new Random(1),
        failure => _errors.Add(new InvalidOperationException(failure.Why)));

    /// <summary>Lets everybody in under the name he says.</summary>
    private sealed class Doorman : IService
    {
        public void Describe(ServiceTable table) => table
            .Answers<AuthenticateRequest, AuthenticateReply>(
                (request, _, _) => new(new AuthenticateReply(new UserId(request.LoginName), request.LoginName, "", "")))
            .Answers<LoadPrivacyRequest, PrivacyReply>((_, _, _) => new(new PrivacyReply(PrivacyInfo.Everybody)));
    }

    /// <summary>A client on a blocking socket, so that it takes no thread but the test's.</summary>
    private sealed class Client : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
        private readonly byte[] _length = new byte[4];
        private readonly byte[] _message = new byte[4096];

        public Client(int port, string name)
        {
            _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            Say(TestClient.FrameOf(new Handshake { ClientType = ClientType.Meanwhile }));
            Await(MessageType.HandshakeAck);
            Say(TestClient.FrameOf(new Login(ClientType.Meanwhile, name, [1], AuthType.Token)));
            Await(MessageType.LoginAck);
        }

        public void Say(byte[] frame) => _socket.Send(frame);

        /// <summary>The next message; it stands until the one after it.</summary>
        public ReadOnlySpan<byte> Hear()
        {
            Fill(_length);
            var message = _message.AsSpan(0, BinaryPrimitives.ReadInt32BigEndian(_length));
            Fill(message);
            return message;
        }

        public ReadOnlySpan<byte> Await(MessageType type)
        {
            var message = Hear();
            while (TestClient.TypeOf(message) != type)
                message = Hear();
            return message;
        }

        public ChannelId Converse(string user)
        {
            var channel = new ChannelId(1);
            Say(TestClient.FrameOf(new ChannelCreate
            {
                Channel = channel,
                Target = new IdBlock(user, ""),
                Service = ServiceTypes.InstantMessage,
                Protocol = ProtocolTypes.InstantMessage,
                Version = ProtocolVersions.InstantMessage,
            }));
            return channel;
        }

        public ChannelId Accept()
        {
            var create = TestClient.Read<ChannelCreate>(Await(MessageType.ChannelCreate));
            Say(TestClient.FrameOf(new ChannelAccept { Service = create.Service, Protocol = create.Protocol, Version = create.Version }, create.Channel));
            return create.Channel;
        }

        public void Dispose() => _socket.Dispose();

        private void Fill(Span<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var count = _socket.Receive(bytes);
                Assert.True(count > 0, "The server closed the connection.");
                bytes = bytes[count..];
            }
        }
    }
}
