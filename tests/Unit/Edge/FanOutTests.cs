using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>One-to-many delivery at the Edge (S013).</summary>
public sealed class FanOutTests : IDisposable
{
    private readonly EdgeWorld _world = new(static limits => limits.NewConnectionsPerAddressMax = 1000);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_hundred_recipients_cost_one_link_frame_and_each_gets_exactly_one_copy_on_its_channel()
    {
        var clients = Enumerable.Range(0, 100).Select(i => _world.LogIn($"user{i}")).ToArray();
        var framesBefore = _world.Edge.Counters.LinkFramesIn;
        var message = TestClient.MessageOf(MessageType.ChannelSend, 0xdead, 300, 0x33);
        _world.Loop.Run(() => _world.Hub.SayFanout(message, [.. clients.Select(static (c, i) => (c.Handle, (uint)i + 1))]));

        Assert.Equal(1, _world.Edge.Counters.LinkFramesIn - framesBefore);
        Assert.Equal((1, 100, 0), (_world.Edge.Counters.FanOutFrames, _world.Edge.Counters.FanOutCopies, _world.Edge.Counters.UnsharedCopies));
        for (var i = 0; i < clients.Length; i++)
        {
            Assert.Equal(TestClient.MessageOf(MessageType.ChannelSend, (uint)i + 1, 300, 0x33), Assert.Single(clients[i].Messages()));
            Assert.Equal(1, clients[i].Wire.SharedSends);
        }
    }

    [Fact]
    public void Messages_of_every_length_after_one_another_arrive_whole()
    {
        var client = _world.LogIn();
        foreach (var length in (IEnumerable<int>)[0, 1, .. Enumerable.Range(1_000, 50), .. Enumerable.Range(2_020, 50)]) // about the sizes of the buffer
        {
            var message = TestClient.MessageOf(MessageType.ChannelSend, 1, length);
            _world.Loop.Run(() => _world.Hub.SayFanout(message, (client.Handle, 1)));
            Assert.Equal(message, client.Messages()[^1]);
        }
    }

    [Fact]
    public void A_recipient_that_has_gone_is_passed_over()
    {
        var gone = _world.LogIn();
        var here = _world.LogIn("bob");
        _world.Loop.Run(gone.Wire.Vanish);
        _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelSend), (gone.Handle, 1), (777, 1), (here.Handle, 1)));
        Assert.Single(here.Messages());
        Assert.Equal(1, _world.Edge.Counters.FanOutCopies);
    }

    [Fact]
    public void A_fault_of_ours_at_one_recipient_ends_that_one_and_costs_the_others_nothing()
    {
        var clients = Enumerable.Range(0, 3).Select(i => _world.LogIn($"user{i}")).ToArray();
        clients[1].Wire.IsFaulty = true;
        _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelSend), [.. clients.Select(static c => (c.Handle, 1u))]));
        Assert.Equal(Reason.ServerBroken, clients[1].EndReason());
        Assert.All([clients[0], clients[2]], static client => Assert.Single(client.Messages()));
    }

    [Fact]
    public void A_copy_for_who_has_a_queue_already_is_counted_as_unshared()
    {
        var slow = _world.LogIn();
        slow.Wire.IsStuck = true;
        for (var i = 0; i < 3; i++)
            _world.Loop.Run(() => _world.Hub.SayFanout(TestClient.MessageOf(MessageType.ChannelSend), (slow.Handle, 1)));
        Assert.Equal(2, _world.Edge.Counters.UnsharedCopies);
    }

    [Fact]
    public void A_broadcast_reaches_who_is_logged_in_and_nobody_else()
    {
        var user = _world.LogIn();
        var stranger = _world.Connect();
        stranger.Handshake();
        var message = TestClient.MessageOf(MessageType.AdminNotice, 0, 12, 0x20);
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Broadcast, 0, message));
        Assert.Equal(message, Assert.Single(user.Messages()));
        Assert.True(stranger.Wire.Sent.IsEmpty);
    }

    [Fact]
    [Trait("Mutation", "No")]
    public void A_fan_out_allocates_nothing()
    {
        var clients = Enumerable.Range(0, 10).Select(i => _world.LogIn($"user{i}")).ToArray();
        var payload = HubEnd.FanoutPayload(TestClient.MessageOf(MessageType.ChannelSend, 0, 100), [.. clients.Select(static c => (c.Handle, 1u))]);
        Copy(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Copy(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Copy(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _world.Hub.Say(LinkKind.Fanout, 0, payload);
                foreach (var client in clients)
                    client.Wire.ForgetSent();
            }
        }
    }
}
