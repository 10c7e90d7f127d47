using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Link;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

public sealed class BrokerHubsTests : IDisposable
{
    private readonly ManualLoop _loop = new();
    private readonly FakeBroker _broker;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly BrokerOptions _options = new();
    private readonly LinkOptions _links = new();

    public BrokerHubsTests() => _broker = new FakeBroker(_loop);

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Hubs_find_each_other_and_every_pair_has_one_link()
    {
        var hubs = new[] { Start(1), Start(2), Start(3) };

        Assert.All(hubs, hub => Assert.Equal((2, 0), (hub.Heard.Opened, hub.Heard.Closed)));
        Assert.All(hubs, hub => Assert.All(hub.Hubs.Status.Hubs, other => Assert.True(other.IsLinked)));
        Assert.Equal(["hub-1", "hub-3"], hubs[1].Hubs.Status.Hubs.Select(hub => hub.Name));
        Assert.Equal(LinkRole.Hub, hubs[2].Heard.Link!.Peer.Role);
    }

    [Fact]
    public void Frames_pass_and_no_more_than_a_ping_in_silence()
    {
        var (one, two) = (Start(1), Start(2));
        _loop.Run(() => one.Heard.Link!.Send(LinkKind.Message, 7, [1], [2, 3]));
        Assert.Equal([1, 2, 3], Assert.Single(two.Heard.Frames).Payload);
        Assert.Equal("hub-2", one.Heard.Link!.Peer.Name);
        Assert.Equal((ushort)1, two.Heard.Link!.Peer.HubNumber);

        var before = one.Hubs.Status.MessagesOut + two.Hubs.Status.MessagesOut;
        _loop.Advance(TimeSpan.FromSeconds(60));

        // A ping and its answer a second, and two beacons every other second.
        Assert.InRange(one.Hubs.Status.MessagesOut + two.Hubs.Status.MessagesOut - before, 60, 240);
        Assert.Equal((0, 0), (one.Heard.Closed, two.Heard.Closed));
    }

    [Fact]
    public void A_lost_broker_ends_all_links_and_they_come_back_with_it()
    {
        var (one, two) = (Start(1), Start(2));
        _broker.IsAway = true;
        _loop.Run(_broker.Kill);
        Assert.Equal((Reason.ConnectionBroken, Reason.ConnectionBroken), (one.Heard.LastReason, two.Heard.LastReason));
        Assert.False(one.Hubs.Status.IsConnected);
        _loop.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal("no broker there", one.Hubs.Status.LastError);

        _broker.IsAway = false;
        _loop.Advance(_options.RetryDelayMax * 1.2);

        Assert.Equal((2, 2), (one.Heard.Opened, two.Heard.Opened));
        Assert.Equal((1, 1), (one.Heard.Closed, two.Heard.Closed));
    }

    [Fact]
    public void Attempts_to_connect_keep_to_the_back_off()
    {
        _broker.IsAway = true;
        Start(1);
        _loop.Advance(TimeSpan.FromSeconds(200));

        var waits = _broker.AttemptedAt.Zip(_broker.AttemptedAt.Skip(1), (before, after) => (after - before).TotalSeconds).ToArray();
        double[] planned = [1, 2, 4, 8, 16, 30, 30, 30];
        Assert.All(planned.Zip(waits), pair => Assert.InRange(pair.Second, pair.First * 0.8, pair.First * 1.2));
        Assert.Contains(planned.Zip(waits), pair => Math.Abs(pair.Second - pair.First) > pair.First * 0.01);
    }

    [Fact]
    public void A_hub_that_starts_again_is_linked_anew_and_its_former_life_is_over()
    {
        var (one, former) = (Start(1), Start(2));
        _loop.Run(() => _broker.Remove(ChannelOf(former)));

        var next = Start(2, incarnation: 2);
        _loop.Advance(_links.RetryDelayMin);

        Assert.Equal((2, 1), (one.Heard.Opened, one.Heard.Closed));
        Assert.Equal(1, next.Heard.Opened);
        Assert.Equal(2u, Assert.Single(one.Hubs.Status.Hubs).Incarnation);
    }

    [Fact]
    public void Of_two_processes_that_are_the_same_hub_the_one_with_the_lower_incarnation_is_fenced()
    {
        var other = Start(1);
        var stale = Start(2, incarnation: 4);
        var live = Start(2, incarnation: 5);
        _loop.Advance(_links.RetryDelayMin);

        Assert.Equal([5u], stale.FencedBy);
        Assert.Empty(live.FencedBy);
        Assert.False(stale.Hubs.Status.IsConnected);
        Assert.Equal((1, 1), (stale.Heard.Opened, stale.Heard.Closed));
        Assert.Equal((2, 1), (other.Heard.Opened, other.Heard.Closed));
        Assert.Equal(1, live.Heard.Opened);

        var late = Start(2, incarnation: 3);
        Assert.Equal([5u], late.FencedBy);
        Assert.Equal((0, 1), (late.Heard.Opened, live.Heard.Opened));
        Assert.Equal((0, 2), (live.Heard.Closed, other.Heard.Opened));
    }

    [Fact]
    public void A_hub_that_is_silent_without_a_link_is_forgotten()
    {
        var (one, two) = (Start(1), Start(2));
        _loop.Run(() => _broker.Remove(ChannelOf(two)));
        _loop.Advance(_options.HubLifetime + _options.BeaconInterval + (_links.PingInterval * (_links.PingsMissedMax + 2)));

        Assert.Empty(one.Hubs.Status.Hubs);
        Assert.Equal(1, one.Heard.Closed);
    }

    [Fact]
    public void A_hub_that_stops_says_goodbye_and_leaves_nothing()
    {
        var (one, two) = (Start(1), Start(2));
        Task? stopping = null;
        _loop.Run(() => stopping = two.Hubs.DisposeAsync().AsTask());

        Assert.True(stopping!.IsCompletedSuccessfully);
        Assert.Empty(one.Hubs.Status.Hubs);
        Assert.Equal((1, Reason.Success), (one.Heard.Closed, one.Heard.LastReason));
        Assert.Equal(1, two.Heard.Closed);
        Assert.False(two.Hubs.Status.IsConnected);
    }

    [Fact]
    public void A_hub_with_another_key_is_not_seen()
    {
        var one = Start(1);
        var stranger = Start(2, key: RandomNumberGenerator.GetBytes(32));

        Assert.Empty(one.Hubs.Status.Hubs);
        Assert.Empty(stranger.Hubs.Status.Hubs);
        Assert.True(one.Hubs.Status.Dropped[Sametime.Broker.Links.DropReason.Tag] > 0);
    }

    [Fact]
    public void What_waits_for_another_hub_has_a_bound_of_its_own()
    {
        var (one, _) = (Start(1), Start(2));
        _broker.HoldsConfirms = true;
        _loop.Run(() =>
        {
            for (var sent = 0; sent <= _options.QueueBytesMax; sent += 1024 * 1024)
                one.Heard.Link!.Send(LinkKind.Message, 0, new byte[1024 * 1024], []);
        });

        Assert.Equal((1, Reason.NotEnoughResources), (one.Heard.Closed, one.Heard.LastReason));
    }

    private FakeChannel ChannelOf(TestHub hub) => _broker.Channels.Single(channel => channel.Name.Contains($".hub.{hub.Number}.", StringComparison.Ordinal));

    private TestHub Start(ushort number, uint incarnation = 1, byte[]? key = null)
    {
        var heard = new RecordingHandler();
        var fencedBy = new List<uint>();
        var hubs = new BrokerHubs(
            _loop, _broker.TransportFor(new BrokerNames(_options.Prefix)), _options, new LinkIdentity(LinkRole.Hub, $"hub-{number}", number), incarnation,
            key ?? _key, _links, heard, new Random(number), NullLogger.Instance)
        {
            Fenced = fencedBy.Add,
        };
        _loop.Run(hubs.Start);
        _loop.RunUntilIdle();
        return new TestHub(number, hubs, heard, fencedBy);
    }

    private sealed record TestHub(ushort Number, BrokerHubs Hubs, RecordingHandler Heard, List<uint> FencedBy);
}
