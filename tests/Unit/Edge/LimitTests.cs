using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge.Limits;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>
/// How limits of the Edge go on: what is counted is given back, and may be exceeded again. Each at its value and beyond:
/// <see cref="LimitTableTests"/>.
/// </summary>
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

    [Fact]
    public void Bytes_are_counted_once_however_they_come()
    {
        var client = _world.LogIn();
        var before = _world.Edge.Counters.BytesIn;
        var frames = new byte[Frame.LengthSize * 3];
        foreach (var cut in (int[])[0, 1, 5, 11])
        {
            client.Say(frames.AsSpan(..cut));
            client.Say(frames.AsSpan(cut..));
        }

        Assert.Equal(4 * frames.Length, _world.Edge.Counters.BytesIn - before);
    }

    [Fact]
    public void Empty_frames_count_in_a_row_only()
    {
        var client = _world.LogIn();
        for (var i = 0; i < 3; i++)
        {
            client.Say(new byte[Frame.LengthSize * (_world.Limits.EmptyFramesInARowMax - 1)]);
            client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        }
        Assert.False(client.Wire.IsClosed);
        client.Say(new byte[Frame.LengthSize * _world.Limits.EmptyFramesInARowMax]);
        Assert.Equal(Reason.ProtocolError, client.EndReason());
    }

    [Fact]
    public void Unknown_messages_count_anew_each_minute_and_none_is_passed_on()
    {
        var client = _world.LogIn();
        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < _world.Limits.UnknownMessagesPerMinuteMax; i++)
                client.SayFrame(TestClient.MessageOf(i % 2 == 0 ? (MessageType)0x4321 : MessageType.LoginAck));
            _world.Pass(59);
            Assert.False(client.Wire.IsClosed);
            _world.Pass(1);
            client.Say([0x80]);
        }
        client.Wire.ForgetSent();
        for (var i = 0; i <= _world.Limits.UnknownMessagesPerMinuteMax; i++)
            client.SayFrame(TestClient.MessageOf(MessageType.AdminNotice));
        Assert.Equal(Reason.ProtocolError, client.EndReason());
        Assert.Empty(_world.Hub.MessagesOf(client.Handle));
    }

    [Fact]
    public void All_of_an_IPv6_subscriber_is_one_address_and_an_IPv4_address_is_one_in_either_form()
    {
        using var world = new EdgeWorld(static limits => limits.ConnectionsPerAddressMax = 1);
        foreach (var (first, same, other) in new[]
        {
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
            ("192.0.2.8", "::ffff:192.0.2.8", "192.0.2.9"),
            ("::ffff:192.0.2.10", "192.0.2.10", "::192.0.2.10"),
        })
        {
            _ = world.Connect(first);
            Assert.Equal(Fate.Refused("TooManyOfAddress"), Fate.Of(world, () => world.Connect(same)));
            Assert.False(world.Connect(other).Wire.IsAborted);
        }
    }

    [Fact]
    public void The_connections_of_an_address_count_for_as_long_as_they_are_open()
    {
        using var world = new EdgeWorld(static limits =>
        {
            (limits.ConnectionsPerAddressMax, limits.AddressesTrackedMax) = (2, 1);
            (limits.HandshakeTimeout, limits.FirstByteTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        });
        var (first, second) = (world.Connect(), world.Connect());
        for (var window = 0; window < 3; window++)
        {
            world.Pass(world.Limits.NewConnectionsWindow.TotalSeconds + 2);
            Assert.Equal(Fate.Refused("TooManyOfAddress"), Fate.Of(world, () => world.Connect()));
            Assert.Equal(Fate.Refused("TooManyOfAddress"), Fate.Of(world, () => world.Connect("192.0.2.99")));
        }

        world.Loop.Run(first.Wire.Vanish);
        Assert.Equal(Fate.Open, Fate.Of(world, () => first = world.Connect()));
        Assert.Equal(Fate.Refused("TooManyOfAddress"), Fate.Of(world, () => world.Connect()));

        // Without a connection its address is remembered for one window more.
        world.Loop.Run(first.Wire.Vanish);
        world.Loop.Run(second.Wire.Vanish);
        Assert.Equal(Fate.Refused("TooManyOfAddress"), Fate.Of(world, () => world.Connect("192.0.2.99")));
        world.Pass(world.Limits.NewConnectionsWindow.TotalSeconds + 2);
        Assert.Equal(Fate.Open, Fate.Of(world, () => world.Connect("192.0.2.99")));
    }

    [Fact]
    public void New_connections_of_an_address_count_anew_in_each_window()
    {
        using var world = new EdgeWorld(static limits => limits.NewConnectionsPerAddressMax = 2);
        for (var window = 0; window < 3; window++)
        {
            var stays = world.Connect();
            stays.Handshake();
            world.Loop.Run(world.Connect().Wire.Vanish);
            Assert.Equal(Fate.Refused("TooOftenOfAddress"), Fate.Of(world, () => world.Connect()));
            world.Pass(world.Limits.NewConnectionsWindow.TotalSeconds);
        }
    }

    [Fact]
    public void A_burst_that_is_taken_within_its_turn_harms_nobody_and_the_next_is_looked_at_again()
    {
        var client = _world.LogIn();
        client.Wire.IsStuck = true;
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, _world.Limits.SendQueueBytesMax);
        for (var burst = 0; burst < 3; burst++)
        {
            _world.Loop.Run(() =>
            {
                _world.Hub.Say(LinkKind.Message, client.Handle, message);
                client.Wire.Take(client.Wire.QueuedBytes);
            });
            Assert.False(client.Wire.IsAborted);
        }

        Assert.Equal("reset, slow reader 1", Fate.Of(_world, client, () => HubSays(_world, client, message)));
        Assert.Equal(client.Handle, Assert.Single(_world.Hub.Detaches()).Handle);
    }

    [Fact]
    public void The_bound_over_all_queues_is_looked_at_again_after_a_burst_that_was_taken()
    {
        using var world = new EdgeWorld(static limits => limits.SendQueuesBytesMax = 10_000);
        var client = world.LogIn();
        client.Wire.IsStuck = true;
        var message = TestClient.MessageOf(MessageType.ChannelSend, 1, 12_000);
        for (var burst = 0; burst < 3; burst++)
        {
            world.Loop.Run(() =>
            {
                world.Hub.Say(LinkKind.Message, client.Handle, message);
                client.Wire.Take(client.Wire.QueuedBytes);
            });
        }

        // In the very turn, not only when the sweep comes.
        Assert.Equal("reset, slow reader 1", Fate.Of(world, client, () => HubSays(world, client, message)));
    }

    [Fact]
    public void What_a_reader_has_taken_is_neither_old_nor_counted()
    {
        var client = _world.LogIn();
        client.Wire.IsStuck = true;
        for (var i = 0; i < 5; i++)
        {
            HubSays(_world, client, TestClient.MessageOf(MessageType.ChannelSend, 1, _world.Limits.SendQueueBytesMax / 2));
            _world.Pass(_world.Limits.SendQueueAgeMax.TotalSeconds - 1);
            client.Wire.Take(client.Wire.QueuedBytes);
            _world.Pass(1);
            Assert.Equal(0, _world.Edge.Snapshot().QueuedBytes);
        }
        Assert.False(client.Wire.IsAborted);
    }

    [Fact]
    public void No_keep_alive_goes_out_behind_a_queue_that_does_not_move()
    {
        using var world = new EdgeWorld(static limits => limits.SendQueueAgeMax = TimeSpan.FromHours(1));
        var client = world.LogIn();
        client.Wire.IsStuck = true;
        world.Loop.Run(() => world.Hub.Say(LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1)));
        var queued = client.Wire.QueuedBytes;
        for (var i = 0; i < 3; i++)
        {
            world.Pass(world.Limits.KeepAliveAfter.TotalSeconds);
            client.Say([0x80]);
        }
        Assert.Equal((queued, 0), (client.Wire.QueuedBytes, world.Edge.Counters.KeepAlivesSent));

        client.Wire.Take(queued);
        client.Wire.IsStuck = false;
        world.Pass(1);
        Assert.Equal(1, world.Edge.Counters.KeepAlivesSent);
        world.Pass(world.Limits.KeepAliveAfter.TotalSeconds - 1);
        Assert.Equal(1, world.Edge.Counters.KeepAlivesSent);
        world.Pass(1);
        Assert.Equal(2, world.Edge.Counters.KeepAlivesSent);
    }

    [Fact]
    public void A_handshake_that_waited_for_its_key_pair_is_answered_and_the_stock_is_filled_up_again()
    {
        _world.OffLoop.IsHeld = true;
        var clients = Enumerable.Range(0, 3).Select(_ => _world.Connect()).ToArray();
        foreach (var client in clients)
            client.Say(TestClient.FrameOf(new Handshake()));
        Assert.Equal([1, 0, 0], clients.Select(static client => client.Messages().Count));
        _world.Loop.Run(clients[1].Wire.Vanish);

        _world.Loop.Run(_world.OffLoop.Release);
        Assert.Equal([1, 0, 1], clients.Select(static client => client.Messages().Count));
        _world.OffLoop.IsHeld = true;
        var next = _world.Connect();
        next.Say(TestClient.FrameOf(new Handshake()));
        Assert.Single(next.Messages());
    }

    [Theory]
    [InlineData(nameof(LimitsOptions.FrameBytesMax), 4032 * 1024, 4032 * 1024 + 1, "must not be above 4032 KiB.")]
    [InlineData(nameof(LimitsOptions.FrameBytesBeforeLoginMax), 256 * 1024, 256 * 1024 + 1, "must not be above FrameBytesMax.")]
    [InlineData(nameof(LimitsOptions.FrameBytesBeforeLoginMax), 1, 0, "must not be above FrameBytesMax.")]
    [InlineData(nameof(LimitsOptions.UplinkQueueBytesLow), (8 * 1024 * 1024) - 1, 8 * 1024 * 1024, "must be below UplinkQueueBytesHigh.")]
    [InlineData(nameof(LimitsOptions.ConnectionsMax), 1, 0, "must be at least 1.")]
    [InlineData(nameof(LimitsOptions.UplinksMax), 1, 0, "must be at least 1.")]
    [InlineData(nameof(LimitsOptions.KeyPairsReady), 1, 0, "must be at least 1.")]
    [InlineData(nameof(LimitsOptions.SweepInterval), 1, 0, "must be longer than nothing.")]
    public void Limits_that_contradict_each_other_are_refused_in_one_sentence(string name, int allowed, int refused, string why)
    {
        With(allowed).Check();
        var error = Assert.Throws<InvalidOperationException>(() => With(refused).Check());
        Assert.Equal($"Edge:Limits:{name} {why}", error.Message);

        LimitsOptions With(int value)
        {
            var limits = new LimitsOptions();
            var property = typeof(LimitsOptions).GetProperty(name)!;
            property.SetValue(limits, property.PropertyType == typeof(TimeSpan) ? TimeSpan.FromTicks(value) : value);
            return limits;
        }
    }

    [Fact]
    public void A_message_shorter_than_its_header_is_a_protocol_error()
    {
        var client = _world.LogIn();
        client.SayFrame([0, 4, 0, 0, 0, 0, 0]);
        Assert.Equal(Reason.ProtocolError, client.EndReason());
    }

    [Fact]
    public void The_open_file_limit_is_read_from_the_systems_table()
    {
        Assert.Equal(1024, OpenFileLimit.Parse("Limit  Soft Limit  Hard Limit\nMax open files            1024                 524288               files     \n"));
        Assert.Equal(int.MaxValue, OpenFileLimit.Parse("Max open files            unlimited            unlimited            files     \n"));
        Assert.Equal(int.MaxValue, OpenFileLimit.Parse(""));
    }

    private static void HubSays(EdgeWorld world, TestClient client, byte[] message) =>
        world.Loop.Run(() => world.Hub.Say(LinkKind.Message, client.Handle, message));
}
