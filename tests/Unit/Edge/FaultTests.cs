using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>A bug of ours ends whom it struck and nobody else; what others say out of turn ends nobody.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly EdgeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void In_what_a_client_says()
    {
        var (alice, bob) = (_world.LogIn(), _world.LogIn("bob"));
        _world.Hub.FaultsToCome = 1;
        alice.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        Assert.Equal(Reason.ServerBroken, alice.EndReason());
        Assert.Equal((alice.Handle, Reason.ServerBroken), Assert.Single(_world.Hub.Detaches()));
        bob.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        Assert.Single(_world.Hub.MessagesOf(bob.Handle));
    }

    [Fact]
    public void In_what_is_said_to_a_client_of_a_chained_Edge()
    {
        var outer = new OuterEnd(_world);
        var handles = new uint[] { 1, 2 }.Select(handle =>
        {
            outer.Attach(handle);
            var here = _world.Hub.LastAttach().Handle;
            _world.Loop.Run(() => _world.Hub.AcceptLogin(here, here));
            return here;
        }).ToArray();
        outer.Link.FaultsToCome = 1;
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, handles[0], TestClient.MessageOf(MessageType.ChannelSend, 1)));
        Assert.Equal((handles[0], Reason.ServerBroken), Assert.Single(_world.Hub.Detaches()));
        Assert.Equal((1u, Reason.ServerBroken), Assert.Single(outer.Link.Detaches()));
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, handles[1], TestClient.MessageOf(MessageType.ChannelSend, 1)));
        Assert.Single(outer.Link.MessagesOf(2));
    }

    [Fact]
    public void A_hub_that_lets_somebody_in_twice_lets_him_in_once()
    {
        var client = _world.LogIn();
        _world.Loop.Run(() => _world.Hub.AcceptLogin(client.Handle, 77));
        Assert.False(client.Wire.IsClosed);
        Assert.Equal(1, _world.Edge.Snapshot().LoggedIn);
        Assert.Equal(new LoginId(1, 1, client.Handle), Assert.Single(_world.Edge.ListConnections()).LoginId);
        Assert.Equal(1, _world.Edge.Counters.Logins[AuthType.Rc2DiffieHellman]);
    }

    [Fact]
    public void A_broadcast_is_not_for_who_waits_for_his_hub()
    {
        var client = _world.Ask();
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Broadcast, 0, TestClient.MessageOf(MessageType.AdminNotice, 0, 4)));
        Assert.Empty(client.Messages());
        Assert.Equal((1, 0), (_world.Edge.Counters.Broadcasts, _world.Edge.Counters.FanOutCopies));
    }

    [Fact]
    public void What_still_comes_on_a_link_that_is_lost_is_passed_over()
    {
        var client = _world.LogIn();
        _world.Loop.Run(_world.Hub.Lose);
        var before = (_world.Edge.Counters.LinkFramesIn, _world.Edge.Counters.BadLinkFrames, client.Wire.Sent.Length);
        _world.Loop.Run(() =>
        {
            _world.Hub.Say(LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1));
            _world.Hub.Say((LinkKind)200, 0, []);
            _world.Hub.Say(LinkKind.Broadcast, 0, TestClient.MessageOf(MessageType.AdminNotice, 0, 4));
        });
        Assert.Equal(before, (_world.Edge.Counters.LinkFramesIn, _world.Edge.Counters.BadLinkFrames, client.Wire.Sent.Length));
    }

    [Fact]
    public void A_Detach_of_a_handle_that_nobody_has_is_not_answered()
    {
        var client = _world.LogIn();
        var sent = _world.Hub.SentCount;
        foreach (var handle in (uint[])[0, 77, uint.MaxValue])
        {
            _world.Loop.Run(() => _world.Hub.Say(handle, new Detach(Reason.Removed)));
            _world.Loop.Run(() => _world.Hub.Say(handle, new Redirect(2, "hub-2", ["hub-2"])));
        }

        Assert.Equal((sent, false), (_world.Hub.SentCount, client.Wire.IsClosed));
        Assert.Empty(_world.Dialer.Dialled);
    }

    [Theory]
    [InlineData(LinkRole.Application)]
    [InlineData(LinkRole.Hub)]
    public void Only_an_Edge_is_chained_behind_an_Edge(LinkRole role)
    {
        var stranger = new HubEnd("stranger", 3, role);
        _world.Loop.Run(() => stranger.Start(_world.Edge.OuterLinks));
        Assert.Null(stranger.Link);
        Assert.Empty(_world.Edge.Snapshot().OuterEdges);
        _world.Loop.Run(() => stranger.Say(1, new Detach(Reason.Success)));
        Assert.Equal((0L, 0L), (_world.Edge.Counters.BadLinkFrames, _world.Edge.Counters.LinkFramesOut));
    }

    [Fact]
    public void What_a_chained_Edge_says_that_is_unknown_is_counted()
    {
        var outer = new OuterEnd(_world);
        outer.Attach(1);
        _world.Loop.Run(() =>
        {
            outer.Link.Say((LinkKind)200, 0, []);
            outer.Link.Say(LinkKind.Message, 1, new byte[MessageHeader.Size - 1]);
            outer.Link.Say(LinkKind.Attach, 2, [1]);
            outer.Link.Say(LinkKind.EdgeHello, 0, [1]);
        });
        Assert.Equal((4L, 1), (_world.Edge.Counters.BadLinkFrames, _world.Edge.Snapshot().OuterParticipants));
    }

    [Fact]
    public void A_channel_that_is_destroyed_for_many_is_listed_no_more_also_of_a_chained_Edge()
    {
        var outer = new OuterEnd(_world);
        outer.Attach(1);
        var handle = _world.Hub.LastAttach().Handle;
        _world.Loop.Run(() => _world.Hub.AcceptLogin(handle));
        foreach (var channel in (uint[])[5, 6])
        {
            _world.Loop.Run(() => outer.Link.Say(LinkKind.Message, 1, TestClient.CreateOf(channel)));
        }

        _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelSend, 0, 8), (handle, 5)));
        Assert.Equal(2, Assert.Single(_world.Edge.ListConnections()).Channels.Count);
        _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelDestroy, 0, 8), (handle, 5)));
        Assert.Equal([new ChannelId(6)], Assert.Single(_world.Edge.ListConnections()).Channels);
    }

    [Fact]
    public void Whose_time_was_over_is_not_taken_for_new_by_what_he_says_then()
    {
        var client = _world.Connect();
        _world.Pass(_world.Limits.FirstByteTimeout.TotalSeconds);
        Assert.True(client.Wire.IsClosed);
        _world.Loop.Run(() => client.Wire.ArriveLate(TestClient.FrameOf(new Contracts.Wire.Session.Handshake())));
        Assert.True(client.Wire.Sent.IsEmpty);
        Assert.Equal(("Ending", 1L), (Assert.Single(_world.Edge.ListConnections()).State, _world.Edge.Counters.ClosedUnspoken));
        _world.Pass(_world.Limits.CloseLinger.TotalSeconds + 2);
        Assert.Equal((1L, 0), (_world.Edge.Counters.ClosedUnspoken, _world.Edge.Snapshot().Connections));
    }

    [Fact]
    public void Who_comes_while_the_Edge_drains_is_told_to_come_back_later()
    {
        _ = _world.LogIn(); // does not go, so that it is not drained yet
        _ = _world.Edge.DrainAsync();
        _world.Loop.RunUntilIdle();
        Assert.Equal(Reason.ServerNotResponding, _world.Ask("late").EndReason());
        Assert.DoesNotContain(_world.Hub.Frames, static frame => frame.Kind == LinkKind.Attach && HubEnd.Read<Attach>(frame.Payload).LoginName == "late");
    }

    [Fact]
    public void What_comes_is_counted_once_by_its_kind()
    {
        var before = _world.Edge.Counters.LinkFramesIn;
        var client = _world.LogIn();
        Assert.Equal((1L, 2L, 1L, 1L), (_world.Edge.Counters.Accepted, _world.Edge.Counters.FramesIn, _world.Edge.Counters.LinkFramesIn - before, _world.Edge.Counters.LinkFramesOut));
        client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        client.SayFrame(TestClient.MessageOf((MessageType)0x4321));
        client.SayFrame(TestClient.MessageOf(MessageType.HandshakeSyn));
        client.Say(new byte[4]);
        Assert.Equal((5L, 2L, 1L, 2L), (_world.Edge.Counters.FramesIn, _world.Edge.Counters.UnknownMessages, _world.Edge.Counters.EmptyFrames, _world.Edge.Counters.LinkFramesOut));
        _world.Loop.Run(() => _world.Hub.Say(client.Handle, new Detach(Reason.Removed)));
        Assert.Equal((2L, 3L, 1L), (_world.Edge.Counters.LinkFramesIn - before, _world.Edge.Counters.LinkFramesOut, _world.Edge.Counters.Ended[Reason.Removed]));
        Assert.Equal(0, _world.Edge.Snapshot().LoggedIn);
    }

    [Fact]
    public void What_is_sent_is_counted_to_the_byte()
    {
        var client = _world.LogIn();
        var (frames, bytes) = (_world.Edge.Counters.FramesOut, _world.Edge.Counters.BytesOut);
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1, 33)));
        _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelSend, 0, 50), (client.Handle, 1)));
        _world.Loop.Run(() => _world.Hub.Say(client.Handle, new Detach(Reason.Removed)));
        Assert.Equal((3L, (long)client.Wire.Sent.Length), (_world.Edge.Counters.FramesOut - frames, _world.Edge.Counters.BytesOut - bytes));
    }
}
