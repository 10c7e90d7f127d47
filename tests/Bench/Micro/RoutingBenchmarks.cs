using System.Buffers;
using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Bench.Micro;

/// <summary>The hub alone, without sockets: from a link frame in to the link frame out. Neither may allocate.</summary>
[MemoryDiagnoser]
[MinColumn]
public class RoutingBenchmarks
{
    private const int Watchers = 1_000;

    private readonly HubCore _hub;
    private readonly FakeEdge _edge;
    private readonly FakeApplication _service;
    private readonly uint _sender;
    private readonly byte[] _message;
    private readonly byte[] _fanout;

    public RoutingBenchmarks()
    {
        var loop = new ManualLoop();
        var options = new HubOptions();
        options.Limits.InstantMessages = new Rate(PerSecond: 1_000_000_000, Burst: 1);
        _hub = new HubCore(loop, options, incarnation: 1, new RecordedEvents(), NullLogger<HubCore>.Instance);
        LetEverybodyIn(new FakeApplication(loop, _hub, "people"));
        _edge = new FakeEdge(loop, _hub, "edge-1");
        _service = new FakeApplication(loop, _hub, "awareness");
        _service.Provide(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness);

        var (alice, bob) = (_edge.LogIn("alice", "127.0.0.1"), _edge.LogIn("bob", "127.0.0.1"));
        var channel = alice.CreateIm(bob.LoginId!);
        bob.Accept(bob.Inbox.Take<ChannelCreate>());
        _sender = alice.Handle;
        _message = Bytes.Message(channel, new ChannelSend(0x64, new Opaque(new byte[64])));
        _fanout = FanoutTo(Enumerable.Range(0, Watchers).Select(OpenAwareness).ToArray());
        _edge.Link.IsRecording = false;
    }

    /// <summary>One instant message: login, channel, far end, header rewritten, sent.</summary>
    [Benchmark]
    public void RouteInstantMessage() => _hub.OnLinkFrame(_edge.Link, new LinkFrame(LinkKind.Message, _sender, _message));

    /// <summary>One presence update for a thousand watchers behind one Edge; the figure is for one of them.</summary>
    [Benchmark(OperationsPerInvoke = Watchers)]
    public void FanOutToAThousand() => _hub.OnLinkFrame(_service.Link, new LinkFrame(LinkKind.Fanout, 0, _fanout));

    internal static void LetEverybodyIn(FakeApplication people)
    {
        people.Answer<AuthenticateRequest, AuthenticateReply>(request =>
            (Reason.Success, new AuthenticateReply(new UserId(request.LoginName), request.LoginName, "", "")));
        people.Answer<LoadPrivacyRequest, PrivacyReply>(_ => (Reason.Success, new PrivacyReply(PrivacyInfo.Everybody)));
        people.Provide(CommunityServices.Users);
        people.Provide(CommunityServices.Privacy);
    }

    private ChannelId OpenAwareness(int number)
    {
        _edge.LogIn($"watcher{number}", "127.0.0.1").Create(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness);
        var offer = _service.Inbox.Take<ChannelCreate>();
        _service.Accept(offer);
        return offer.Channel;
    }

    private static byte[] FanoutTo(ChannelId[] channels)
    {
        var payload = new ArrayBufferWriter<byte>();
        Write(payload, (uint)channels.Length);
        foreach (var channel in channels)
        {
            Write(payload, 0);
            Write(payload, channel.Value);
        }

        payload.Write(Bytes.Message(ChannelId.Master, new ChannelSend(1, new Opaque(new byte[48]))));
        return payload.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> to, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to.GetSpan(sizeof(uint)), value);
        to.Advance(sizeof(uint));
    }
}
