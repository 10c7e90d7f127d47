using System.Net;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;
using static Sametime.Tests.Unit.Edge.Support.Fate;

namespace Sametime.Tests.Unit.Edge;

/// <summary>
/// Every bound of the Edge at its value, where nothing happens, and one step beyond, where its doc comment says what does. Each is tried
/// with more than one value, so that it is the setting that counts. A new property without scenes fails here.
/// </summary>
public sealed class LimitTableTests
{
    private const string ClientAddress = "192.0.2.7";
    private const string BalancerAddress = "198.51.100.4";
    private const string Full = "told ServerFull, refused Full 1";

    private static readonly IPEndPoint Server = new(IPAddress.Parse("198.51.100.1"), 1533);

    private static readonly Dictionary<string, Case[]> Table = new()
    {
        [nameof(LimitsOptions.ConnectionsMax)] = UpTo([1, 3], static (limits, value) => limits.ConnectionsMax = value, ConnectFromEverywhere, Full),
        [nameof(LimitsOptions.OpenFilesReserve)] = UpTo(
            [1, 3], static (limits, value) => limits.OpenFilesReserve = OpenFileLimit.Read() - value, ConnectFromEverywhere, Full),
        [nameof(LimitsOptions.ConnectionsPerAddressMax)] = UpTo(
            [1, 3], static (limits, value) => limits.ConnectionsPerAddressMax = value,
            static (world, count) => Last(world, count, () => world.Connect()), Refused("TooManyOfAddress")),
        [nameof(LimitsOptions.NewConnectionsPerAddressMax)] = UpTo(
            [1, 3], static (limits, value) => limits.NewConnectionsPerAddressMax = value, ConnectAndVanish, Refused("TooOftenOfAddress")),
        [nameof(LimitsOptions.NewConnectionsWindow)] = Before(
            [2, 7],
            static (limits, value) => (limits.NewConnectionsWindow, limits.NewConnectionsPerAddressMax) = (Seconds(value), 1),
            static (world, seconds) =>
            {
                _ = world.Connect();
                world.Pass(seconds);
                return Of(world, () => world.Connect());
            },
            over: Open, within: Refused("TooOftenOfAddress")),
        [nameof(LimitsOptions.ExemptLoopback)] =
        [
            Second("127.0.0.1", static limits => limits.ExemptLoopback = true, Open),
            Second("::1", static limits => limits.ExemptLoopback = true, Open),
            Second("192.0.2.1", static limits => limits.ExemptLoopback = true, Refused("TooManyOfAddress")),
            Second("127.0.0.1", static limits => limits.ExemptLoopback = false, Refused("TooManyOfAddress")),
            Second("::1", static limits => limits.ExemptLoopback = false, Refused("TooManyOfAddress")),
        ],
        [nameof(LimitsOptions.ExemptNetworks)] =
        [
            Second("198.51.100.0", Exempting, Open),
            Second("::ffff:198.51.100.255", Exempting, Open),
            Second("198.51.99.255", Exempting, Refused("TooManyOfAddress")),
            Second("198.51.101.0", Exempting, Refused("TooManyOfAddress")),
            Second("198.51.100.0", static _ => { }, Refused("TooManyOfAddress")),
        ],
        [nameof(LimitsOptions.AddressesTrackedMax)] = UpTo(
            [1, 3], static (limits, value) => limits.AddressesTrackedMax = value, ConnectFromEverywhere, Refused("TooManyOfAddress")),
        [nameof(LimitsOptions.RefusalsLingeringMax)] = UpTo(
            [1, 3], static (limits, value) => (limits.RefusalsLingeringMax, limits.ConnectionsMax) = (value, 1),
            static (world, count) =>
            {
                _ = world.Connect();
                return ConnectFromEverywhere(world, count);
            },
            over: Refused("Full"), within: Full),
        [nameof(LimitsOptions.ProxyHeaderBytesMax)] = UpTo(
            [40, 2_048], static (limits, value) => limits.ProxyHeaderBytesMax = value, SendProxyHeader, Refused("ProxyHeader"),
            within: "open, heard HandshakeAck", options: BehindBalancer),
        [nameof(LimitsOptions.ProxyHeadersWaitingMax)] = UpTo(
            [1, 3], static (limits, value) => limits.ProxyHeadersWaitingMax = value,
            static (world, count) => Last(world, count, () => world.Connect(BalancerAddress)), Refused("ProxyHeader"), options: BehindBalancer),
        [nameof(LimitsOptions.FirstByteTimeout)] =
        [
            .. Before([2, 6], static (limits, value) => limits.FirstByteTimeout = Seconds(value), static (world, seconds) =>
            {
                var client = world.Connect();
                return Of(world, client, () => world.Pass(seconds));
            }, Silent),
            .. Before([700, 5_000], static (limits, value) => limits.FirstByteTimeout = Milliseconds(value), static (world, milliseconds) =>
            {
                var client = world.Connect(BalancerAddress);
                client.Say(Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse(ClientAddress), 1), Server).AsSpan(0, 20));
                return Of(world, client, () => world.Pass(milliseconds / 1000.0));
            }, Refused("ProxyHeader"), options: BehindBalancer),
        ],
        [nameof(LimitsOptions.TlsTimeout)] = Before(
            [2, 8], static (limits, value) => limits.TlsTimeout = Seconds(value), static (world, seconds) =>
            {
                var client = world.Connect();
                client.Say([0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2]);
                return Of(world, client, () => world.Pass(seconds));
            }, Silent, options: static options => options.Tls = TlsMode.Preferred),
        [nameof(LimitsOptions.HandshakeTimeout)] = Before(
            [2, 7], static (limits, value) => limits.HandshakeTimeout = Seconds(value), static (world, seconds) =>
            {
                var client = world.Connect();
                client.Say([0x80]);
                return Of(world, client, () => Trickle(world, client, seconds));
            }, Silent),
        [nameof(LimitsOptions.LoginTimeout)] = Before(
            [2, 15], static (limits, value) => limits.LoginTimeout = Seconds(value), static (world, seconds) =>
            {
                var client = world.Connect();
                world.Pass(1);
                client.Handshake();
                return Of(world, client, () => Trickle(world, client, seconds - 1));
            }, Silent),
        [nameof(LimitsOptions.LoginDecisionTimeout)] = Before(
            [2, 20], static (limits, value) => limits.LoginDecisionTimeout = Seconds(value), static (world, seconds) =>
            {
                var client = world.Connect();
                client.Handshake();
                world.Pass(3);
                client.Login("alice", "secret");
                return Of(world, client, () => Trickle(world, client, seconds));
            }, Told(Reason.ServerNotResponding)),
        [nameof(LimitsOptions.FrameBytesBeforeLoginMax)] =
        [
            .. UpTo([100, 8 * 1024], static (limits, value) => limits.FrameBytesBeforeLoginMax = value, static (world, bytes) =>
            {
                var client = world.Connect();
                return Of(world, client, () => client.SayFrame(MessageOfBytes(MessageType.HandshakeSyn, bytes)));
            }, Told(Reason.MessageTooLarge)),
            .. UpTo([600, 8 * 1024], static (limits, value) => limits.FrameBytesBeforeLoginMax = value, static (world, bytes) =>
            {
                var client = world.Ask();
                return Of(world, client, () => client.SayFrame(MessageOfBytes(MessageType.HandshakeSyn, bytes)));
            }, Told(Reason.MessageTooLarge)),
        ],
        [nameof(LimitsOptions.FrameBytesMax)] = UpTo(
            [20_000, 256 * 1024], static (limits, value) => limits.FrameBytesMax = value, static (world, bytes) =>
            {
                var client = world.LogIn();
                var fate = Of(world, client, () => client.SayFrame(MessageOfBytes(MessageType.ChannelSend, bytes)));
                return world.Hub.MessagesOf(client.Handle).Any() ? $"{fate}, passed on" : fate;
            }, Told(Reason.MessageTooLarge), within: "open, passed on"),
        [nameof(LimitsOptions.FrameBytesPerSecondMin)] =
        [
            .. RateOf(20), .. RateOf(240),
        ],
        [nameof(LimitsOptions.FrameGrace)] = UpTo(
            [1, 5], static (limits, value) => limits.FrameGrace = Seconds(value), static (world, seconds) =>
            {
                var client = world.LogIn();
                client.Say([0, 1, 0, 0, 0]);
                return Of(world, client, () => world.Pass(seconds));
            }, Silent),
        [nameof(LimitsOptions.EmptyFramesInARowMax)] = Before(
            [2, 1_000, 70_000], static (limits, value) => limits.EmptyFramesInARowMax = value, static (world, count) =>
            {
                var client = world.LogIn();
                return Of(world, client, () => client.Say(new byte[Frame.LengthSize * count]));
            }, Told(Reason.ProtocolError)),
        [nameof(LimitsOptions.UnknownMessagesPerMinuteMax)] = UpTo(
            [1, 20, 70_000], static (limits, value) => limits.UnknownMessagesPerMinuteMax = value, static (world, count) =>
            {
                var client = world.LogIn();
                return Of(world, client, () =>
                {
                    for (var i = 0; i < count; i++)
                        client.SayFrame(TestClient.MessageOf(i % 2 == 0 ? (MessageType)0x4321 : MessageType.LoginAck));
                });
            }, Told(Reason.ProtocolError)),
        [nameof(LimitsOptions.KeepAliveAfter)] = Before(
            [3, 60], static (limits, value) => limits.KeepAliveAfter = Seconds(value), static (world, seconds) =>
            {
                var client = world.LogIn();
                var fate = Of(world, client, () => world.Pass(seconds));
                return client.Wire.Sent.IsEmpty ? fate : $"{fate}, sent {Convert.ToHexString(client.Wire.Sent)}";
            }, "open, keep-alive 1, sent 80"),
        [nameof(LimitsOptions.DeadAfter)] =
        [
            .. Before([3, 150], SetDeadAfter, static (world, seconds) =>
            {
                var client = world.LogIn();
                return Of(world, client, () => world.Pass(seconds));
            }, Told(Reason.ConnectionTimedOut)),

            // Any byte is a sign of life, from which the time counts anew.
            .. Before([3, 150], SetDeadAfter, static (world, seconds) =>
            {
                var client = world.LogIn();
                world.Pass(2);
                client.Say([0x80]);
                return Of(world, client, () => world.Pass(seconds));
            }, Told(Reason.ConnectionTimedOut)),
        ],
        [nameof(LimitsOptions.SendQueueBytesMax)] =
        [
            .. UpTo([100, 1024 * 1024], static (limits, value) => limits.SendQueueBytesMax = value, static (world, bytes) =>
            {
                var client = Stuck(world);
                return Of(world, client, () => HubSays(world, client, bytes));
            }, "reset, slow reader 1"),
            .. UpTo([100, 1024 * 1024], static (limits, value) => limits.SendQueueBytesMax = value, static (world, bytes) =>
            {
                var client = Stuck(world);
                HubSays(world, client, bytes - 20);
                return Of(world, client, () => HubSays(world, client, 20));
            }, "reset, slow reader 1"),
        ],
        [nameof(LimitsOptions.SendQueueAgeMax)] = Before(
            [3, 20], static (limits, value) => limits.SendQueueAgeMax = Seconds(value), static (world, seconds) =>
            {
                var client = Stuck(world);
                HubSays(world, client, 20);
                world.Pass(1);
                HubSays(world, client, 20);
                return Of(world, client, () => world.Pass(seconds - 1));
            }, "reset, slow reader 1"),
        [nameof(LimitsOptions.SendQueuesBytesMax)] = UpTo(
            [1_000, 300_000], static (limits, value) => limits.SendQueuesBytesMax = value, static (world, bytes) =>
            {
                var (small, large) = (Stuck(world), Stuck(world));
                HubSays(world, large, bytes - 300);

                // In the turn, or when all queues are counted anew.
                var fate = Of(world, large, () =>
                {
                    HubSays(world, small, 300);
                    world.Pass(2);
                });
                return small.Wire.IsAborted ? "The shorter queue was reset." : fate;
            }, "reset, slow reader 1"),
        [nameof(LimitsOptions.CloseLinger)] = UpTo(
            [1, 4], static (limits, value) => limits.CloseLinger = Seconds(value), static (world, seconds) =>
            {
                var client = world.LogIn();
                world.Loop.Run(() => world.Hub.Say(client.Handle, new Detach(Reason.Removed)));
                var fate = Of(world, client, () => world.Pass(seconds));
                return client.Wire.Linger == world.Limits.CloseLinger ? fate : "The stream was told another time.";
            }, over: "reset", within: "told Removed"),
        [nameof(LimitsOptions.UplinkQueueBytesHigh)] = UpTo(
            [50, 8 * 1024 * 1024], static (limits, value) => (limits.UplinkQueueBytesHigh, limits.UplinkQueueBytesLow) = (value, value / 2),
            static (world, bytes) =>
            {
                var client = world.LogIn();
                world.Hub.QueuedBytes = bytes;
                return Of(world, client, () => client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1)));
            }, "open but not read, pause 1"),
        [nameof(LimitsOptions.UplinkQueueBytesLow)] = UpTo(
            [10, 2 * 1024 * 1024], static (limits, value) => limits.UplinkQueueBytesLow = value, static (world, bytes) =>
            {
                var client = Paused(world);
                return Of(world, client, () =>
                {
                    world.Hub.QueuedBytes = bytes;
                    world.Loop.Advance(world.Limits.UplinkQueueInterval);
                });
            }, "open but not read"),
        [nameof(LimitsOptions.UplinkQueueInterval)] = Before(
            [10, 300], static (limits, value) => limits.UplinkQueueInterval = Milliseconds(value), static (world, milliseconds) =>
            {
                var client = Paused(world);
                world.Hub.QueuedBytes = 0;
                return Of(world, client, () => world.Pass(milliseconds / 1000.0));
            }, over: Open, within: "open but not read"),
        [nameof(LimitsOptions.UplinksMax)] = UpTo(
            [2, 4], static (limits, value) => limits.UplinksMax = value, static (world, count) =>
            {
                var number = (ushort)1;
                return Last(world, count - 1, () => Redirected(world, ++number));
            }, Told(Reason.ServerNotResponding)),
        [nameof(LimitsOptions.RedirectWithin)] = Before(
            [500, 5_000], static (limits, value) => limits.RedirectWithin = Milliseconds(value), static (world, milliseconds) =>
            {
                var client = Redirected(world, 2, isDown: true);
                return Of(world, client, () => world.Pass(milliseconds / 1000.0));
            }, Told(Reason.ServerNotResponding)),
        [nameof(LimitsOptions.UplinkForgottenAfter)] = Before(
            [3, 600], static (limits, value) => limits.UplinkForgottenAfter = Seconds(value), static (world, seconds) =>
            {
                _ = Redirected(world, 2);
                world.Loop.Run(((HubEnd)world.Dialer.Hubs["hub-2"]).Lose);
                world.Pass(seconds);
                return world.Edge.Snapshot().Uplinks.Any(static uplink => uplink.Hub == 2) ? "dialled" : "forgotten";
            }, over: "forgotten", within: "dialled"),
        [nameof(LimitsOptions.UndecidedOuterLoginsMax)] = UpTo(
            [1, 3], static (limits, value) => limits.UndecidedOuterLoginsMax = value, static (world, count) =>
            {
                var outer = new OuterEnd(world);
                for (var handle = 1u; handle < count; handle++)
                    outer.Attach(handle);
                return Of(world, () => outer.Attach((uint)count));
            }, over: "told ServerFull, refused ServerFull 1", within: "asked of the hub"),
        [nameof(LimitsOptions.EntrancesMax)] = UpTo(
            [1, 1_000], static (limits, value) => limits.EntrancesMax = value, static (world, count) =>
            {
                var outer = new OuterEnd(world);
                return Of(world, () =>
                {
                    var entrances = Enumerable.Range(0, count).Select(static i => new Entrance($"edge-{i}", [$"e{i}:1533"]));
                    world.Loop.Run(() => outer.Link.Say(0, new EdgeHello([.. entrances])));
                    var told = world.Hub.Frames.Where(static frame => frame.Kind == LinkKind.EdgeHello).ToArray();
                    return told.Length == 0 ? "passed over"
                        : HubEnd.Read<EdgeHello>(told[^1].Payload).Entrances.Count == count ? "told"
                        : "told of others";
                });
            }, over: "passed over, bad link frame 1", within: "told"),
        [nameof(LimitsOptions.EdgesInChainMax)] = UpTo(
            [2, 8], static (limits, value) => limits.EdgesInChainMax = value, static (world, count) =>
            {
                var outer = new OuterEnd(world);
                return Of(world, () => outer.Attach(1, [.. Enumerable.Range(1, count - 1).Select(static i => $"outer-{i}")]));
            }, over: "told ServerBroken, refused ServerBroken 1", within: "asked of the hub"),
        [nameof(LimitsOptions.KeyPairsReady)] = UpTo(
            [1, 4], static (limits, value) => limits.KeyPairsReady = value, static (world, count) =>
            {
                world.OffLoop.IsHeld = true;
                return Last(world, count, () =>
                {
                    var client = world.Connect();
                    client.SayFrame(TestClient.FrameOf(new Handshake()).AsSpan(Frame.LengthSize));
                    return client;
                });
            }, over: "open but not read", within: "open, heard HandshakeAck"),
        [nameof(LimitsOptions.SweepInterval)] = Before(
            [200, 5_000], static (limits, value) => (limits.SweepInterval, limits.FirstByteTimeout) = (Milliseconds(value), TimeSpan.Zero),
            static (world, milliseconds) =>
            {
                var client = world.Connect();
                return Of(world, client, () => world.Pass(milliseconds / 1000.0));
            }, Silent),
    };

    public static TheoryData<string> Limits => [.. typeof(LimitsOptions).GetProperties().Select(static property => property.Name)];

    [Theory]
    [MemberData(nameof(Limits))]
    public void What_is_within_a_limit_passes_and_what_is_beyond_it_ends_as_is_documented(string limit)
    {
        Assert.True(Table.TryGetValue(limit, out var cases), $"LimitsOptions.{limit} has no scenes: show what happens at its value, and beyond.");
        Assert.True(cases.Select(static one => one.Expected).Distinct().Count() >= 2, $"LimitsOptions.{limit} is seen on one side only.");
        foreach (var one in cases)
            Assert.Equal((one.What, one.Expected), (one.What, one.Play()));
    }

    [Fact]
    public void The_table_names_no_limit_that_is_gone() =>
        Assert.Empty(Table.Keys.Except(typeof(LimitsOptions).GetProperties().Select(static property => property.Name)));

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    /// <summary>The value itself is allowed.</summary>
    private static Case[] UpTo(
        int[] values, Action<LimitsOptions, int> set, Func<EdgeWorld, int, string> play, string over, string within = Open,
        Action<EdgeOptions>? options = null) =>
    [
        .. values.Select(value => Scene(value, value, set, play, within, options)),
        .. values.Select(value => Scene(value, value + 1, set, play, over, options)),
    ];

    /// <summary>With the value it comes, as with a time that is over.</summary>
    private static Case[] Before(
        int[] values, Action<LimitsOptions, int> set, Func<EdgeWorld, int, string> play, string over, string within = Open,
        Action<EdgeOptions>? options = null) =>
    [
        .. values.Select(value => Scene(value, value - 1, set, play, within, options)),
        .. values.Select(value => Scene(value, value, set, play, over, options)),
    ];

    private static Case Scene(
        int value, int amount, Action<LimitsOptions, int> set, Func<EdgeWorld, int, string> play, string expected, Action<EdgeOptions>? options) =>
        new($"{amount} where the limit is {value}", expected, () =>
        {
            using var world = new EdgeWorld(limits => set(limits, value), options);
            return play(world, amount);
        });

    // The least rate holds for all of a frame together, in however many pieces it comes.
    private static IEnumerable<Case> RateOf(int rate) =>
        from seconds in new[] { 1, 2 }
        from missing in new[] { 0, 1 }
        select Scene(rate, (seconds * rate) - missing, SetRate, (world, bytes) =>
        {
            var client = world.LogIn();
            client.Say([0, 1, 0, 0, 0]);
            world.Pass(2);
            client.Say(new byte[bytes - 5]);
            return Of(world, client, () => world.Pass(seconds));
        }, missing == 0 ? Open : Silent, options: null);

    private static void SetRate(LimitsOptions limits, int value) => (limits.FrameBytesPerSecondMin, limits.FrameGrace) = (value, Seconds(2));

    private static Case Second(string address, Action<LimitsOptions> set, string expected) => new($"the second of {address}", expected, () =>
    {
        using var world = new EdgeWorld(limits =>
        {
            limits.ConnectionsPerAddressMax = 1;
            set(limits);
        });
        _ = world.Connect(address);
        return Of(world, () => world.Connect(address));
    });

    private static void Exempting(LimitsOptions limits) => limits.ExemptNetworks = ["198.51.100.0/24"];

    private static void BehindBalancer(EdgeOptions options) => options.ProxyProtocolFrom = [$"{BalancerAddress}/32"];

    // Our own keep-alive is no sign of life of the client's, and here it is not counted either.
    private static void SetDeadAfter(LimitsOptions limits, int seconds) =>
        (limits.DeadAfter, limits.KeepAliveAfter) = (Seconds(seconds), TimeSpan.FromHours(1));

    private static string Last(EdgeWorld world, int count, Func<TestClient> connect)
    {
        for (var i = 1; i < count; i++)
            _ = connect();
        return Of(world, connect);
    }

    private static string ConnectFromEverywhere(EdgeWorld world, int count)
    {
        var number = 0;
        return Last(world, count, () => world.Connect($"203.0.113.{++number}"));
    }

    private static string ConnectAndVanish(EdgeWorld world, int count)
    {
        for (var i = 1; i < count; i++)
            world.Loop.Run(world.Connect().Wire.Vanish);
        return Of(world, () => world.Connect());
    }

    private static string SendProxyHeader(EdgeWorld world, int bytes)
    {
        var client = world.Connect(BalancerAddress);
        var endPoint = new IPEndPoint(IPAddress.Parse(ClientAddress), 1);
        var header = Balancer.HeaderFor(endPoint, Server, new byte[bytes - Balancer.HeaderFor(endPoint, Server).Length]);
        Assert.Equal(bytes, header.Length);
        return Of(world, client, () => client.Say([.. header, .. TestClient.FrameOf(new Handshake())]));
    }

    /// <summary>Time passes, and in each second a byte comes that is no progress.</summary>
    private static void Trickle(EdgeWorld world, TestClient client, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            client.Say([0x80]);
            world.Pass(1);
        }
    }

    private static byte[] MessageOfBytes(MessageType type, int bytes) => TestClient.MessageOf(type, 0, bytes - MessageHeader.Size);

    private static TestClient Stuck(EdgeWorld world)
    {
        var client = world.LogIn();
        client.Wire.IsStuck = true;
        return client;
    }

    private static void HubSays(EdgeWorld world, TestClient client, int frameBytes) => world.Loop.Run(() =>
        world.Hub.Say(LinkKind.Message, client.Handle, MessageOfBytes(MessageType.ChannelSend, frameBytes - Frame.LengthSize)));

    private static TestClient Paused(EdgeWorld world)
    {
        var client = world.LogIn();
        world.Hub.QueuedBytes = world.Limits.UplinkQueueBytesHigh + 1;
        client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        Assert.True(client.Wire.IsPaused);
        return client;
    }

    private static TestClient Redirected(EdgeWorld world, ushort hub, bool isDown = false)
    {
        var name = $"hub-{hub}";
        world.Dialer.Hubs[name] = new HubEnd(name, hub) { IsDown = isDown };
        var client = world.Ask();
        world.Loop.Run(() => world.Hub.Say(world.Hub.LastAttach().Handle, new Redirect(hub, name, [name])));
        return client;
    }

    private sealed record Case(string What, string Expected, Func<string> Play);
}
