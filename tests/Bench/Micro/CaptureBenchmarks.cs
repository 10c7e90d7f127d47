using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Bench.Micro;

/// <summary>
/// What capturing conversations costs the hub alone: lines that come in one turn, their facts made and asked to be stored, the answer, and
/// in strict logging the lines going out behind it. The log itself answers at once and stores nothing.
/// </summary>
[MemoryDiagnoser]
[MinColumn]
public class CaptureBenchmarks : IDisposable
{
    private const int Lines = 100;

    private readonly ManualLoop _loop = new();
    private HubCore _hub = null!;
    private FakeEdge _edge = null!;
    private uint _sender;
    private byte[] _message = [];

    [Params(ChatLogMode.Off, ChatLogMode.Relaxed, ChatLogMode.Strict)]
    public ChatLogMode Mode { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var options = new HubOptions();
        options.Limits.InstantMessages = new Rate(PerSecond: 1_000_000_000, Burst: 1);
        options.Limits.CaptureHeldPerLogin = 2 * Lines;
        _hub = new HubCore(_loop, options, incarnation: 1, new RecordedEvents(), NullLogger<HubCore>.Instance);
        RoutingBenchmarks.LetEverybodyIn(new FakeApplication(_loop, _hub, "people"));
        LinkLog();
        _edge = new FakeEdge(_loop, _hub, "edge-1");
        var (alice, bob) = (_edge.LogIn("alice", "127.0.0.1"), _edge.LogIn("bob", "127.0.0.1"));
        var channel = alice.CreateIm(bob.LoginId!);
        bob.Accept(bob.Inbox.Take<ChannelCreate>());
        _sender = alice.Handle;
        byte[] text = [0, 0, 0, 1, 0, 58, .. Enumerable.Repeat((byte)'x', 58)];
        _message = Bytes.Message(channel, new ChannelSend(0x64, new Opaque(text)));
        _edge.Link.IsRecording = false;
    }

    /// <summary>The figure is for one line.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public void SayAHundredLines()
    {
        for (var i = 0; i < Lines; i++)
            _hub.OnLinkFrame(_edge.Link, new LinkFrame(LinkKind.Message, _sender, _message));
        _loop.RunUntilIdle();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _loop.Dispose();
        GC.SuppressFinalize(this);
    }

    private void LinkLog()
    {
        FakeLink link = null!;
        link = new FakeLink(FakeLink.Application("chat-log"), frame =>
        {
            if (frame.Kind == LinkKind.Request)
                _loop.Post(() => _hub.OnLinkFrame(link, new LinkFrame(LinkKind.Reply, frame.Handle, new byte[4])));
        });
        _hub.OnLinkOpened(link);
        _hub.OnLinkFrame(link, new LinkFrame(LinkKind.Provide, 0, Bytes.Of(new Provide(CommunityServices.ChatLogging, ServiceScope.Global, []))));
        _hub.OnLinkFrame(link, new LinkFrame(LinkKind.CapturePolicy, 0, Bytes.Of(new CapturePolicy(Mode, EncryptedChat.Pass))));
    }
}
