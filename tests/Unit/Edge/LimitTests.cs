using Sametime.Contracts.Wire;
using Sametime.Edge.Limits;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>The rows of the limits table that the Edge keeps.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly EdgeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_first_byte_that_begins_nothing_known_is_closed_without_a_reply()
    {
        for (var first = 1; first < 0x80; first++)
        {
            var client = _world.Connect($"192.0.2.{first}");
            client.Say([(byte)first, 3, 1, 2, 0, 1]);
            Assert.True(client.Wire.IsClosed, $"0x{first:x2}");
            Assert.True(client.Wire.Sent.IsEmpty);
        }
    }

    [Fact]
    public void Keep_alive_and_counter_bytes_may_come_first()
    {
        for (var first = 0x80; first <= 0xff; first++)
        {
            var client = _world.Connect($"192.0.2.{first}");
            client.Say([(byte)first]);
            client.Handshake();
            Assert.NotNull(client.Ack);
        }
    }

    [Theory]
    [InlineData(0, 4, 6)]
    [InlineData(1, 9, 11)]
    [InlineData(2, 19, 21)]
    public void Who_makes_no_progress_before_login_is_closed_without_a_word(int progress, int open, int closed)
    {
        var client = _world.Connect();
        if (progress >= 1)
            client.Say([0x80]);
        if (progress == 2)
            client.Handshake();
        for (var second = 0; second < open; second++)
        {
            _world.Pass(1);
            if (progress >= 1)
                client.Say([0x80]);
        }
        Assert.False(client.Wire.IsClosed);
        _world.Pass(closed - open);
        Assert.True(client.Wire.IsClosed);
        Assert.True(client.Wire.Sent.IsEmpty);
    }

    [Fact]
    public void Frames_before_login_hold_8_KiB_and_after_it_256()
    {
        var stranger = _world.Connect();
        stranger.Say([0, 0, 0x20, 1]);
        Assert.Equal(Reason.MessageTooLarge, stranger.EndReason());

        var user = _world.LogIn();
        user.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1, bodyBytes: (256 * 1024) - MessageHeader.Size));
        Assert.False(user.Wire.IsClosed);
        user.Say([0, 4, 0, 1]);
        Assert.Equal(Reason.MessageTooLarge, user.EndReason());
    }

    [Fact]
    public void A_thousand_empty_frames_in_a_row_are_a_protocol_error()
    {
        var client = _world.LogIn();
        client.Say(new byte[4 * 999]);
        client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        client.Say(new byte[4 * 999]);
        Assert.False(client.Wire.IsClosed);
        client.Say(new byte[4]);
        Assert.Equal(Reason.ProtocolError, client.EndReason());
    }

    [Fact]
    public void A_frame_slower_than_240_bytes_a_second_is_closed_after_the_grace()
    {
        var slow = _world.LogIn();
        var steady = _world.LogIn("bob");
        slow.Say([0, 1, 0, 0, 0, 4]);
        steady.Say([0, 1, 0, 0, 0, 4]);
        for (var second = 0; second < 12; second++)
        {
            slow.Say([0]);
            steady.Say(new byte[400]);
            _world.Pass(1);
        }
        Assert.True(slow.Wire.IsClosed);
        Assert.False(steady.Wire.IsClosed);
    }

    [Fact]
    public void More_than_20_unknown_messages_a_minute_are_a_protocol_error_and_none_is_passed_on()
    {
        var client = _world.LogIn();
        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < 20; i++)
                client.SayFrame(TestClient.MessageOf(i % 2 == 0 ? (MessageType)0x4321 : MessageType.LoginAck));
            Assert.False(client.Wire.IsClosed);
            _world.Pass(61);
            client.Say([0x80]);
        }
        for (var i = 0; i < 21; i++)
            client.SayFrame(TestClient.MessageOf(MessageType.AdminNotice));
        client.Wire.ForgetSent();
        Assert.True(client.Wire.IsClosed);
        Assert.Empty(_world.Hub.MessagesOf(client.Handle));
    }

    [Fact]
    public void A_message_shorter_than_its_header_is_a_protocol_error()
    {
        var client = _world.LogIn();
        client.SayFrame([0, 4, 0, 0, 0, 0, 0]);
        Assert.Equal(Reason.ProtocolError, client.EndReason());
    }

    [Fact]
    public void One_keep_alive_byte_is_sent_after_60_seconds_of_our_silence()
    {
        var client = _world.LogIn();
        for (var second = 0; second < 59; second++)
        {
            _world.Pass(1);
            client.Say([0x80]);
        }
        Assert.True(client.Wire.Sent.IsEmpty);
        _world.Pass(2);
        Assert.Equal([0x80], client.Wire.Sent.ToArray());
    }

    [Fact]
    public void Who_says_nothing_for_150_seconds_has_timed_out()
    {
        var silent = _world.LogIn();
        var alive = _world.LogIn("bob");
        for (var second = 0; second < 152; second++)
        {
            _world.Pass(1);
            if (second % 30 == 0)
                alive.Say([0x80]);
        }
        Assert.Equal(Reason.ConnectionTimedOut, silent.EndReason());
        Assert.False(alive.Wire.IsClosed);
    }

    [Fact]
    public void A_reader_more_than_a_mebibyte_behind_is_reset_and_counted()
    {
        var client = _world.LogIn();
        client.Wire.IsStuck = true;
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, bodyBytes: 200_000);
        for (var i = 0; i < 5; i++)
            _world.Loop.Run(() => _world.Hub.Say(Contracts.Link.LinkKind.Message, client.Handle, message));
        Assert.False(client.Wire.IsAborted);
        _world.Loop.Run(() => _world.Hub.Say(Contracts.Link.LinkKind.Message, client.Handle, message));
        Assert.True(client.Wire.IsAborted);
        Assert.Equal(1, _world.Edge.Counters.SlowReaders);
        Assert.Equal(client.Handle, Assert.Single(_world.Hub.Detaches()).Handle);
    }

    [Fact]
    public void A_reader_whose_oldest_byte_is_20_seconds_old_is_reset()
    {
        var client = _world.LogIn();
        client.Wire.IsStuck = true;
        _world.Loop.Run(() => _world.Hub.Say(Contracts.Link.LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1)));
        _world.Pass(18);
        Assert.False(client.Wire.IsAborted);
        _world.Pass(3);
        Assert.True(client.Wire.IsAborted);
        Assert.Equal(1, _world.Edge.Counters.SlowReaders);
    }

    [Fact]
    public void Beyond_the_bound_over_all_queues_the_longest_goes_first()
    {
        using var world = new EdgeWorld(static limits => limits.SendQueuesBytesMax = 1000);
        var small = world.LogIn("small");
        var large = world.LogIn("large");
        small.Wire.IsStuck = large.Wire.IsStuck = true;
        world.Loop.Run(() => world.Hub.Say(Contracts.Link.LinkKind.Message, small.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1, 300)));
        world.Loop.Run(() => world.Hub.Say(Contracts.Link.LinkKind.Message, large.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1, 700)));
        Assert.True(large.Wire.IsAborted);
        Assert.False(small.Wire.IsAborted);
    }

    [Fact]
    public void A_full_Edge_says_so()
    {
        using var world = new EdgeWorld(static limits => limits.ConnectionsMax = 2);
        _ = world.Connect();
        _ = world.Connect();
        var third = world.Connect();
        Assert.Equal(Reason.ServerFull, third.EndReason());
        Assert.Equal(1, world.Edge.Counters.Refused[nameof(Admission.Full)]);
    }

    [Fact]
    public void An_address_with_too_many_connections_gets_no_reply_until_one_ends()
    {
        using var world = new EdgeWorld(static limits => limits.ConnectionsPerAddressMax = 1);
        var first = world.Connect("2001:db8:1:2::1");
        var sameNet = world.Connect("2001:db8:1:2:ffff::9");
        var otherNet = world.Connect("2001:db8:1:3::1");
        Assert.True(sameNet.Wire.IsAborted);
        Assert.True(sameNet.Wire.Sent.IsEmpty);
        Assert.False(otherNet.Wire.IsAborted);

        world.Loop.Run(first.Wire.Vanish);
        Assert.False(world.Connect("2001:db8:1:2::1").Wire.IsAborted);
    }

    [Fact]
    public void An_address_that_connects_too_often_gets_no_reply_until_the_window_is_over()
    {
        using var world = new EdgeWorld(static limits => limits.NewConnectionsPerAddressMax = 3);
        for (var i = 0; i < 3; i++)
            Assert.False(world.Connect("192.0.2.8").Wire.IsAborted);
        Assert.True(world.Connect("192.0.2.8").Wire.IsAborted);
        Assert.True(world.Connect("::ffff:192.0.2.8").Wire.IsAborted);
        world.Pass(11);
        Assert.False(world.Connect("192.0.2.8").Wire.IsAborted);
    }

    [Theory]
    [InlineData(true, "127.0.0.1", false)]
    [InlineData(true, "::1", false)]
    [InlineData(false, "127.0.0.1", true)]
    [InlineData(false, "198.51.100.4", false)]
    public void Loopback_and_listed_networks_can_be_left_out(bool exemptLoopback, string address, bool isLimited)
    {
        using var world = new EdgeWorld(limits =>
        {
            limits.ExemptLoopback = exemptLoopback;
            limits.ExemptNetworks = ["198.51.100.0/24"];
            limits.ConnectionsPerAddressMax = 1;
        });
        _ = world.Connect(address);
        Assert.Equal(isLimited, world.Connect(address).Wire.IsAborted);
    }

    [Fact]
    public void Who_does_not_take_our_goodbye_is_reset()
    {
        var client = _world.LogIn();
        _world.Loop.Run(() => _world.Hub.Say(client.Handle, new Contracts.Link.Participants.Detach(Reason.Removed)));
        Assert.Equal(Reason.Removed, client.EndReason());
        _world.Pass(4);
        Assert.True(client.Wire.IsAborted);
    }

    [Fact]
    public void Limits_that_contradict_each_other_are_refused_in_one_sentence()
    {
        const int Ceiling = 4032 * 1024;
        new LimitsOptions { FrameBytesMax = Ceiling }.Check();
        var error = Assert.Throws<InvalidOperationException>(() => new LimitsOptions { FrameBytesMax = Ceiling + 1 }.Check());
        Assert.Equal("Edge:Limits:FrameBytesMax must not be above 4032 KiB.", error.Message);
    }

    [Fact]
    public void The_open_file_limit_is_read_from_the_systems_table()
    {
        Assert.Equal(1024, OpenFileLimit.Parse("Limit  Soft Limit  Hard Limit\nMax open files            1024                 524288               files     \n"));
        Assert.Equal(int.MaxValue, OpenFileLimit.Parse("Max open files            unlimited            unlimited            files     \n"));
        Assert.Equal(int.MaxValue, OpenFileLimit.Parse(""));
    }
}
