using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>
/// Time that passes while the Edge does not read from a client: the silence is no fault of the client's; whatever else it owes goes on counting.
/// </summary>
public sealed class PressureTests : IDisposable
{
    private static readonly byte[] Message = TestClient.MessageOf(MessageType.ChannelSend, 1, 30);
    private static readonly byte[] Framed = TestClient.FrameOf(Message);

    private readonly EdgeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Who_is_not_read_from_is_neither_slow_nor_silent(int bytesOfNextFrame)
    {
        var client = Congest([.. Framed, .. Framed.AsSpan(..bytesOfNextFrame)]);
        for (var i = 0; i < 3; i++)
        {
            _world.Pass(_world.Limits.FrameGrace.TotalSeconds + 2);
            AssertOpen(client);
            _world.Pass(_world.Limits.DeadAfter.TotalSeconds + 2);
            AssertOpen(client);
        }

        Relieve();
        _world.Pass(2);
        AssertOpen(client);
        client.Say(Framed.AsSpan(bytesOfNextFrame..));
        Assert.Equal([Message, Message], _world.Hub.MessagesOf(client.Handle));
    }

    [Fact]
    public void Whole_frames_that_waited_pass_on_however_late()
    {
        var client = Congest([.. Framed, .. Framed, .. Framed]);
        _world.Pass(2 * _world.Limits.DeadAfter.TotalSeconds);
        Relieve();
        Assert.Equal([Message, Message, Message], _world.Hub.MessagesOf(client.Handle));
        _world.Pass(2);
        AssertOpen(client);
    }

    [Fact]
    public void Read_again_a_client_has_its_whole_time_to_say_something_and_no_more()
    {
        var client = Congest(Framed);
        _world.Pass(2 * _world.Limits.DeadAfter.TotalSeconds);
        Relieve();
        client.Wire.ForgetSent();
        _world.Pass(_world.Limits.DeadAfter.TotalSeconds - 1);
        AssertOpen(client);
        _world.Pass(1);
        Assert.Equal(Reason.ConnectionTimedOut, TestClient.Read<Contracts.Wire.Channels.ChannelDestroy>(client.Messages()[^1]).Reason);
        Assert.Equal(1, _world.Edge.Counters.Ended[Reason.ConnectionTimedOut]);
    }

    [Fact]
    public void Read_again_a_frame_has_its_whole_time_and_no_more()
    {
        var client = Congest([.. Framed, .. Framed.AsSpan(..5)]);
        _world.Pass(3 * _world.Limits.FrameGrace.TotalSeconds);
        Relieve();
        _world.Pass(_world.Limits.FrameGrace.TotalSeconds);
        AssertOpen(client);
        Assert.Equal(Fate.Silent, Fate.Of(_world, client, () => _world.Pass(1)));
    }

    [Fact]
    public void Time_in_which_the_Edge_does_not_run_is_nobodys_silence()
    {
        var (silent, shaken, user) = (_world.Connect(), _world.Connect(), _world.LogIn());
        shaken.Handshake();
        _world.Loop.Clock.Advance(2 * _world.Limits.DeadAfter);

        // As sockets do when a stopped process goes on: what came meanwhile is there before the sweep is.
        var late = new WireEnd(time: _world.Loop.Time);
        _world.Edge.Accept(late);
        user.Wire.Arrive(Framed.AsSpan(..5));
        _world.Pass(2);
        AssertOpen(silent);
        AssertOpen(shaken);
        AssertOpen(user);
        Assert.Equal((false, false), (late.IsClosed, late.IsAborted));

        _world.Pass(_world.Limits.FirstByteTimeout.TotalSeconds);
        Assert.Equal((true, true), (silent.Wire.IsClosed, late.IsClosed));
    }

    [Fact]
    public void Who_is_not_read_from_still_hears_that_we_are_here()
    {
        var client = Congest(Framed);
        _world.Pass(_world.Limits.KeepAliveAfter.TotalSeconds);
        Assert.Equal(1, _world.Edge.Counters.KeepAlivesSent);
        Assert.Equal([0x80], client.Wire.Sent.ToArray());
    }

    [Fact]
    public void Who_is_not_read_from_must_read_all_the_same()
    {
        var client = Congest(Framed);
        client.Wire.IsStuck = true;
        _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, client.Handle, Message));
        _world.Pass(_world.Limits.SendQueueAgeMax.TotalSeconds - 1);
        AssertOpen(client);
        Assert.Equal("reset, slow reader 1", Fate.Of(_world, client, () => _world.Pass(1)));
    }

    [Fact]
    public void A_way_that_was_free_again_may_be_congested_again()
    {
        var client = _world.LogIn();
        for (var time = 1; time <= 3; time++)
        {
            _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
            client.Say([.. Framed, .. Framed]);
            Assert.True(client.Wire.IsPaused);
            _world.Pass(1);
            Assert.Equal((2 * time) - 1, _world.Hub.MessagesOf(client.Handle).Count());

            Relieve();
            Assert.False(client.Wire.IsPaused);
            Assert.Equal(2 * time, _world.Hub.MessagesOf(client.Handle).Count());
        }
        Assert.Equal(3, _world.Edge.Counters.PausedReads);
    }

    [Fact]
    public void A_link_that_is_lost_while_it_is_congested_holds_up_nobody_on_the_next_one()
    {
        var client = Congest(Framed);
        _world.Loop.Run(_world.Hub.Lose);
        Assert.Equal(Reason.ConnectionBroken, client.EndReason());
        _world.Hub.QueuedBytes = 0;
        _world.Hub.Frames.Clear();
        _world.Loop.Run(_world.Hub.Open);

        var next = _world.LogIn("bob");
        next.Say([.. Framed, .. Framed]);
        Assert.Equal(2, _world.Hub.MessagesOf(next.Handle).Count());
        _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
        next.Say(Framed);
        Assert.True(next.Wire.IsPaused);
        Relieve();
        Assert.False(next.Wire.IsPaused);
    }

    [Fact]
    public void The_frame_behind_a_handshake_that_waits_for_its_key_pair_is_not_slow()
    {
        _world.OffLoop.IsHeld = true;
        _world.Connect().Handshake();
        var client = _world.Connect();
        client.Say([.. TestClient.FrameOf(new Handshake()), 0, 0, 1]);
        Assert.True(client.Wire.IsPaused);
        _world.Pass(2 * _world.Limits.FrameGrace.TotalSeconds + 2);
        AssertOpen(client);

        _world.Loop.Run(_world.OffLoop.Release);
        Assert.Equal(MessageType.HandshakeAck, TestClient.TypeOf(Assert.Single(client.Messages())));
        Assert.False(client.Wire.IsPaused);
    }

    private TestClient Congest(ReadOnlySpan<byte> bytes)
    {
        var client = _world.LogIn();
        _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
        client.Say(bytes);
        Assert.True(client.Wire.IsPaused);
        return client;
    }

    private void Relieve()
    {
        _world.Hub.QueuedBytes = 0;
        _world.Loop.Advance(_world.Limits.UplinkQueueInterval);
    }

    private static void AssertOpen(TestClient client) => Assert.Equal((false, false), (client.Wire.IsClosed, client.Wire.IsAborted));
}
