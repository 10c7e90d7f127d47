using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.InProcess;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Edges behind Edges (S016, S017), over real links in this process; the hub is played by the test.</summary>
public sealed class ChainTests : IDisposable
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a shared key");

    private readonly ManualLoop _loop = new();
    private readonly HubEnd _hub = new();
    private readonly EdgeServer _inner;
    private readonly EdgeServer _middle;
    private readonly EdgeServer _outer;
    private readonly LinkConnector _outerLink;
    private readonly List<string> _failures = [];

    public ChainTests()
    {
        _inner = Start("inner", _hub);
        _middle = Start("middle", LinkTo(_inner, "middle"));
        _outer = Start("outer", _outerLink = LinkTo(_middle, "outer"));
        Assert.Empty(_failures);
        Assert.Equal("middle", _outer.Snapshot().Upstream);
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_login_passes_three_Edges_with_its_secret_sealed_anew_for_each_link()
    {
        _ = Connect("alice", "pa55word");
        var attach = _hub.LastAttach().Attach;
        Assert.Equal(["outer", "middle", "inner"], attach.Edges.Span.ToArray());
        Assert.Equal("pa55word", Encoding.UTF8.GetString(_hub.Open(attach.SealedCredential)!));
        Assert.Equal("192.0.2.7", new System.Net.IPAddress(attach.Address.Span).ToString());
    }

    [Fact]
    public void Messages_pass_both_ways_byte_for_byte_and_in_order()
    {
        var (wire, handle) = LogIn("alice");
        var messages = Enumerable.Range(0, 200).Select(static i => TestClient.MessageOf(MessageType.ChannelSend, 1, 20 + i, (byte)i)).ToArray();
        _loop.Run(() => wire.Arrive(messages.SelectMany(static m => TestClient.FrameOf(m)).ToArray()));
        Assert.Equal(messages, _hub.MessagesOf(handle));

        foreach (var message in messages)
            _hub.Say(LinkKind.Message, handle, message);
        _loop.RunUntilIdle();
        Assert.Equal(messages, TestClient.MessagesIn(wire.Sent));
    }

    [Fact]
    public void A_fan_out_costs_each_link_one_frame()
    {
        var outside = Enumerable.Range(0, 20).Select(i => LogIn($"user{i}")).ToArray();
        var (wire, handle) = LogIn("local", _inner);
        var middleBefore = _middle.Counters.LinkFramesIn;
        var outerBefore = _outer.Counters.LinkFramesIn;

        _loop.Run(() => _hub.SayFanout(
            TestClient.MessageOf(MessageType.ChannelSend, 0, 50),
            [.. outside.Select(static (c, i) => (c.Handle, (uint)i + 1)), (handle, 99u)]));

        Assert.Equal((1, 1), (_middle.Counters.LinkFramesIn - middleBefore, _outer.Counters.LinkFramesIn - outerBefore));
        Assert.Equal(new ChannelId(99), TestClient.ChannelOf(Assert.Single(TestClient.MessagesIn(wire.Sent))));
        for (var i = 0; i < outside.Length; i++)
            Assert.Equal(new ChannelId((uint)i + 1), TestClient.ChannelOf(Assert.Single(TestClient.MessagesIn(outside[i].Wire.Sent))));
    }

    [Fact]
    public void A_broadcast_reaches_everybody_once()
    {
        var (far, _) = LogIn("far");
        var (near, _) = LogIn("near", _inner);
        _loop.Run(() => _hub.Say(LinkKind.Broadcast, 0, TestClient.MessageOf(MessageType.AdminNotice, 0, 4)));
        Assert.Single(TestClient.MessagesIn(far.Sent));
        Assert.Single(TestClient.MessagesIn(near.Sent));
    }

    [Fact]
    public void The_hubs_refusal_and_a_clients_end_leave_no_state_on_any_hop()
    {
        var refused = Connect("mallory", "pw");
        _loop.Run(() => _hub.Say(_hub.LastAttach().Handle, new Detach(Reason.IncorrectLogin)));
        Assert.True(refused.IsClosed);
        var (wire, handle) = LogIn("alice");
        _loop.Run(wire.Vanish);

        Assert.Contains((handle, Reason.ConnectionBroken), _hub.Detaches());
        Assert.Equal((0, 0), (_inner.Snapshot().OuterParticipants, _middle.Snapshot().OuterParticipants));
    }

    [Fact]
    public void A_broken_link_in_the_chain_ends_who_is_behind_it_and_nobody_else()
    {
        var (far, handle) = LogIn("far");
        var (near, _) = LogIn("near", _inner);
        _loop.Run(() => _outerLink.Link!.Close(Reason.NetworkError));

        Assert.True(far.IsClosed);
        Assert.False(near.IsClosed);
        Assert.Equal((handle, Reason.ConnectionBroken), Assert.Single(_hub.Detaches()));
        Assert.Equal(0, _inner.Snapshot().OuterParticipants);
    }

    [Fact]
    public void A_congested_hub_slows_down_the_chain_and_nothing_is_lost()
    {
        var limits = new LimitsOptions();
        var (wire, handle) = LogIn("far");
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, 10);
        _hub.QueuedBytes = limits.UplinkQueueBytesHigh + 1;
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(message)));
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(message)));
        Assert.Single(_hub.MessagesOf(handle));
        Assert.True(_middle.Snapshot().UplinkQueuedBytes >= message.Length);

        // Longer than an end may be silent: nobody gives up one that is not listened to, or one that does not listen.
        _loop.Advance(new LinkOptions().PingInterval * 5);
        Assert.Single(_hub.MessagesOf(handle));

        _hub.QueuedBytes = 0;
        _loop.Advance(limits.UplinkQueueInterval);
        Assert.Equal(2, _hub.MessagesOf(handle).Count());
        Assert.False(wire.IsClosed);

        // And the next time as well.
        _hub.QueuedBytes = limits.UplinkQueueBytesHigh + 1;
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(message)));
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(message)));
        Assert.Equal(3, _hub.MessagesOf(handle).Count());
        _hub.QueuedBytes = 0;
        _loop.Advance(limits.UplinkQueueInterval);
        Assert.Equal(4, _hub.MessagesOf(handle).Count());
    }

    [Fact]
    public void A_login_that_has_passed_this_Edge_already_is_refused_at_once()
    {
        using var world = new EdgeWorld();
        var outer = new OuterEnd(world);
        Assert.Equal("told ServerBroken", outer.Attach(1, "edge-1", "outer"));
        Assert.Equal("told ServerBroken", outer.Attach(2, "outer", "edge-1"));
        Assert.Equal(2, world.Edge.Counters.Refused[nameof(Reason.ServerBroken)]);
        Assert.Empty(world.Hub.Frames);
        Assert.Equal("asked of the hub", outer.Attach(3, "edge-10", "outer"));
    }

    [Fact]
    public void The_trace_of_a_message_passes_this_Edge_with_it_and_not_with_the_next()
    {
        using var world = new EdgeWorld();
        var outer = new OuterEnd(world);
        outer.Attach(1);
        var handle = world.Hub.LastAttach().Handle;
        world.Loop.Run(() => world.Hub.AcceptLogin(handle));
        world.Hub.Frames.Clear();
        var trace = new TraceContext(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None));
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, 8);
        world.Loop.Run(() =>
        {
            outer.Link.Say(1, trace);
            outer.Link.Say(LinkKind.Message, 1, message);
            outer.Link.Say(LinkKind.Message, 1, message);
        });
        Assert.Equal([LinkKind.TraceContext, LinkKind.Message, LinkKind.Message], world.Hub.Frames.Select(static frame => frame.Kind));
        Assert.Equal(trace.Context.TraceId, HubEnd.Read<TraceContext>(world.Hub.Frames[0].Payload).Context.TraceId);
        Assert.All(world.Hub.Frames, frame => Assert.Equal(handle, frame.Handle));

        // And the other way.
        outer.Link.Frames.Clear();
        world.Loop.Run(() =>
        {
            world.Hub.Say(handle, trace);
            world.Hub.Say(LinkKind.Message, handle, message);
            world.Hub.Say(LinkKind.Message, handle, message);
        });
        Assert.Equal([LinkKind.TraceContext, LinkKind.Message, LinkKind.Message], outer.Link.Frames.Select(static frame => frame.Kind));
        Assert.All(outer.Link.Frames, static frame => Assert.Equal(1u, frame.Handle));
    }

    [Fact]
    public void A_handle_that_is_in_use_is_not_given_to_another_login_until_both_ends_have_let_it_go()
    {
        using var world = new EdgeWorld();
        var outer = new OuterEnd(world);
        Assert.Equal("asked of the hub", outer.Attach(1));
        Assert.Equal("lost", outer.Attach(1));
        Assert.Equal(1, world.Edge.Counters.BadLinkFrames);
        world.Loop.Run(() => world.Hub.Say(world.Hub.LastAttach().Handle, new Detach(Reason.IncorrectLogin)));
        Assert.Equal("told IncorrectLogin", outer.Attach(1));
        Assert.Equal(2, world.Edge.Counters.BadLinkFrames);

        world.Loop.Run(() => outer.Link.Say(1, new Detach(Reason.Success)));
        outer.Link.Frames.Clear();
        Assert.Equal("asked of the hub", outer.Attach(1));
    }

    [Fact]
    public void A_lost_hub_is_told_through_the_whole_chain()
    {
        var (far, _) = LogIn("far");
        _loop.Run(_hub.Lose);
        Assert.True(far.IsClosed);

        var late = Connect("late", "pw");
        var message = Assert.Single(TestClient.MessagesIn(late.Sent));
        Assert.Equal(Reason.ServerNotResponding, TestClient.Read<Contracts.Wire.Channels.ChannelDestroy>(message).Reason);
    }

    [Fact]
    public void Every_hop_lists_the_same_channel_with_its_neighbours()
    {
        var (wire, _) = LogIn("alice");
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(TestClient.CreateOf(5))));
        ConnectionListing[] hops = [.. _outer.ListConnections(), .. _middle.ListConnections(), .. _inner.ListConnections()];

        Assert.All(hops, static hop => Assert.Equal([new ChannelId(5)], hop.Channels));
        Assert.Single(hops.Select(static hop => hop.LoginId).Distinct());
        Assert.Equal([(null, "middle"), ("outer", "inner"), ("middle", "hub-1")], hops.Select(static hop => (hop.Downstream, hop.Upstream)));
        Assert.Equal(["outer", "middle", "inner"], hops[2].Chain);
    }

    private EdgeServer Start(string name, ILinkConnector upstream)
    {
        var edge = new EdgeServer(
            _loop, new EdgeOptions { Name = name, ListenAddress = "", Tls = TlsMode.Off }, new LimitsOptions { KeyPairsReady = 1 },
            [new Upstream("inner", upstream)], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance, offLoop: new InlineScheduler());
        _ = edge.StartAsync();
        _loop.RunUntilIdle();
        return edge;
    }

    private LinkConnector LinkTo(EdgeServer inner, string name)
    {
        var listener = new InProcessLinkListener(
            _loop, new LinkIdentity(LinkRole.Edge, inner.Snapshot().Name, 1), LinkTrust.OfLoopback(Key, LinkRole.Edge), new LinkOptions(),
            inner.OuterLinks, failure => _failures.Add(failure.Why));
        return new LinkConnector(
            _loop, listener.DialerOn(_loop), new LinkIdentity(LinkRole.Edge, name), Key, new LinkOptions(), new Random(7),
            failure => _failures.Add(failure.Why));
    }

    private WireEnd Connect(string name, string password, EdgeServer? edge = null)
    {
        var wire = new WireEnd("192.0.2.7", time: _loop.Time);
        _loop.Run(() => (edge ?? _outer).Accept(wire));
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(new Handshake())));
        var ack = TestClient.Read<HandshakeAck>(Assert.Single(TestClient.MessagesIn(wire.Sent)));
        wire.ForgetSent();
        var secret = AuthDataWriter.Rc2DiffieHellman(password, KeyAgreement.Create(), ack.Key.Span, ack.Magic);
        _loop.Run(() => wire.Arrive(TestClient.FrameOf(new Login(ClientType.Meanwhile, name, Opaque.Wrap(secret), AuthType.Rc2DiffieHellman))));
        return wire;
    }

    private (WireEnd Wire, uint Handle) LogIn(string name, EdgeServer? edge = null)
    {
        var wire = Connect(name, "pw", edge);
        var handle = _hub.LastAttach().Handle;
        _loop.Run(() => _hub.AcceptLogin(handle, handle));
        return (wire, handle);
    }
}
