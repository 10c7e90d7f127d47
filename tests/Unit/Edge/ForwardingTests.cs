using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Frames of logged-in clients, both ways, and how a session ends.</summary>
public sealed class ForwardingTests : IDisposable
{
    private readonly EdgeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(MessageType.ChannelCreate)]
    [InlineData(MessageType.ChannelAccept)]
    [InlineData(MessageType.ChannelSend)]
    [InlineData(MessageType.ChannelDestroy)]
    [InlineData(MessageType.OneTime)]
    [InlineData(MessageType.SetUserStatus)]
    [InlineData(MessageType.SetPrivacyList)]
    [InlineData(MessageType.SenseService)]
    [InlineData(MessageType.Announce)]
    public void A_clients_message_reaches_the_hub_byte_for_byte(MessageType type)
    {
        var client = _world.LogIn();
        var message = TestClient.MessageOf(type, channel: 7, bodyBytes: 33, fill: 0x11);
        client.SayFrame(message);
        Assert.Equal(message, Assert.Single(_world.Hub.MessagesOf(client.Handle)));
    }

    [Fact]
    public void A_stream_split_at_any_byte_reaches_the_hub_the_same()
    {
        byte[][] messages =
        [
            TestClient.MessageOf(MessageType.ChannelSend, 1, 5, 0xff),
            TestClient.MessageOf(MessageType.SenseService, 0, 4),
            TestClient.MessageOf(MessageType.ChannelDestroy, 3, 8),
        ];
        byte[] stream = [0x80, .. TestClient.FrameOf(messages[0]), 0x81, 0x82, .. TestClient.FrameOf(messages[1]), 0, 0, 0, 0, .. TestClient.FrameOf(messages[2])];
        for (var split = 0; split <= stream.Length; split++)
        {
            using var world = new EdgeWorld();
            var client = world.LogIn();
            client.Say(stream.AsSpan(..split));
            client.Say(stream.AsSpan(split..));
            Assert.Equal(messages, world.Hub.MessagesOf(client.Handle));
        }
    }

    [Fact]
    public void The_hubs_message_reaches_its_client_byte_for_byte_and_nobody_else()
    {
        var alice = _world.LogIn();
        var bob = _world.LogIn("bob");
        var message = TestClient.MessageOf(MessageType.ChannelSend, 0x8000_0001, 500, 0x42);
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, bob.Handle, message));
        Assert.Equal(message, Assert.Single(bob.Messages()));
        Assert.True(alice.Wire.Sent.IsEmpty);
    }

    [Fact]
    [Trait("Mutation", "No")]
    public void A_routed_frame_allocates_nothing_in_either_direction()
    {
        var client = _world.LogIn();
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, 200);
        var frame = TestClient.FrameOf(message);
        _world.Hub.IsCountingOnly = true;
        Route(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Route(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Route(int times)
        {
            for (var i = 0; i < times; i++)
            {
                client.Wire.Arrive(frame);
                _world.Hub.Say(LinkKind.Message, client.Handle, message);
                client.Wire.ForgetSent();
            }
        }
    }

    [Fact]
    public void A_channel_number_of_the_servers_half_is_refused_and_the_session_lives()
    {
        var client = _world.LogIn();
        client.SayFrame(TestClient.CreateOf(0x8000_0005));
        var message = Assert.Single(client.Messages());
        Assert.Equal((MessageType.ChannelDestroy, new ChannelId(0x8000_0005)), (TestClient.TypeOf(message), TestClient.ChannelOf(message)));
        Assert.Equal(Reason.RequestInvalid, TestClient.Read<ChannelDestroy>(message).Reason);
        Assert.False(client.Wire.IsClosed);
        Assert.Empty(_world.Hub.MessagesOf(client.Handle));
    }

    [Fact]
    public void A_logout_goes_to_the_hub_and_closes_cleanly()
    {
        var client = _world.LogIn();
        var goodbye = TestClient.FrameOf(new ChannelDestroy(Reason.Success));
        client.Say(goodbye);
        Assert.Equal(goodbye[Frame.LengthSize..], Assert.Single(_world.Hub.MessagesOf(client.Handle)));
        Assert.Equal((client.Handle, Reason.Success), Assert.Single(_world.Hub.Detaches()));
        Assert.True(client.Wire.IsClosed);
        Assert.True(client.Wire.Sent.IsEmpty);
    }

    [Fact]
    public void A_client_that_vanishes_is_detached_as_broken_and_late_messages_for_it_are_dropped()
    {
        var client = _world.LogIn();
        _world.Loop.Run(client.Wire.Vanish);
        Assert.Equal((client.Handle, Reason.ConnectionBroken), Assert.Single(_world.Hub.Detaches()));

        var next = _world.LogIn("bob");
        Assert.NotEqual(client.Handle, next.Handle);
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1)));
        Assert.True(next.Wire.Sent.IsEmpty);

        _world.Loop.Run(() => _world.Hub.Say(client.Handle, new Detach(Reason.Success)));
        Assert.Equal(client.Handle, _world.LogIn("carol").Handle);
    }

    [Theory]
    [InlineData(Reason.ConnectionBroken)]
    [InlineData(Reason.Success)] // to a client this would be a goodbye
    [InlineData(Reason.ConnectionTimedOut)]
    public void A_lost_hub_ends_every_login_as_broken_and_the_next_link_begins_anew(Reason reason)
    {
        var alice = _world.LogIn();
        var bob = _world.LogIn("bob");
        _world.Loop.Run(() => _world.Hub.Lose(reason));
        Assert.Equal(Reason.ConnectionBroken, alice.EndReason());
        Assert.Equal(Reason.ConnectionBroken, bob.EndReason());

        _world.Loop.Run(_world.Hub.Open);
        Assert.Equal(1u, _world.LogIn("carol").Handle);
    }

    [Fact]
    public void A_congested_link_stops_reading_who_sends_and_nobody_else()
    {
        var sender = _world.LogIn();
        var silent = _world.LogIn("bob");
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, 10);
        _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
        sender.Say([.. TestClient.FrameOf(message), .. TestClient.FrameOf(message)]);
        Assert.True(sender.Wire.IsPaused);
        Assert.False(silent.Wire.IsPaused);
        Assert.Single(_world.Hub.MessagesOf(sender.Handle));

        _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesLow + 1;
        _world.Pass(1);
        Assert.True(sender.Wire.IsPaused);

        _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesLow;
        _world.Pass(1);
        Assert.False(sender.Wire.IsPaused);
        Assert.Equal(2, _world.Hub.MessagesOf(sender.Handle).Count());
    }

    [Fact]
    public void The_listing_shows_login_address_chain_and_open_channels()
    {
        var client = _world.LogIn("alice", "192.0.2.31");
        client.SayFrame(TestClient.CreateOf(1));
        client.SayFrame(TestClient.CreateOf(2));
        client.SayFrame(TestClient.CreateOf(2)); // the hub refuses it, and the first is still open
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, client.Handle, TestClient.CreateOf(0x8000_0001)));
        client.SayFrame(TestClient.MessageOf(MessageType.ChannelDestroy, 1, 8));

        var listing = Assert.Single(_world.Edge.ListConnections());
        Assert.Equal(new LoginId(1, 1, client.Handle), listing.LoginId);
        Assert.Equal("192.0.2.31", listing.Address!.ToString());
        Assert.Equal([new ChannelId(2), new ChannelId(0x8000_0001)], listing.Channels.OrderBy(static c => c.Value));
        Assert.Equal("hub-1", listing.Upstream);
        Assert.Equal(["edge-1"], listing.Chain);

        _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelDestroy, 0, 8), (client.Handle, 2)));
        Assert.Equal([new ChannelId(0x8000_0001)], Assert.Single(_world.Edge.ListConnections()).Channels);
    }

    [Fact]
    public void Draining_tells_every_client_and_ends_when_the_last_is_gone()
    {
        var client = _world.LogIn();
        var drained = _world.Edge.DrainAsync();
        _world.Loop.RunUntilIdle();
        Assert.Equal(Reason.ConnectionClosed, client.EndReason());
        Assert.False(_world.Hub.IsDisposed);
        _world.Loop.Run(client.Wire.Vanish);
        Assert.Equal(0, _world.Edge.Snapshot().Connections);
        Assert.False(drained.IsFaulted);
    }

    [Fact]
    public void A_damaged_frame_of_the_hub_is_counted_and_harms_nobody()
    {
        var client = _world.LogIn();
        _world.Loop.Run(() =>
        {
            _world.Hub.Say(LinkKind.Message, client.Handle, [0, 4, 0]);
            _world.Hub.Say(LinkKind.Fanout, 0, [0, 0, 0, 9, 1]);
            _world.Hub.Say(LinkKind.Attached, client.Handle, [0]);
            _world.Hub.Say((LinkKind)200, 0, []);
            _world.Hub.Say(LinkKind.Message, 99, TestClient.MessageOf(MessageType.ChannelSend, 1));
        });
        Assert.Equal(4, _world.Edge.Counters.BadLinkFrames);
        Assert.False(client.Wire.IsClosed);
        Assert.True(client.Wire.Sent.IsEmpty);
    }
}
