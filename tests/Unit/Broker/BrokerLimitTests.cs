using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Broker.Links;
using Sametime.Contracts.Link;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Hub.Limits;
using Sametime.Tests.Unit.Link;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

/// <summary>The bounds of what goes over the broker, each at its value and one above; a time is one moment before it and at it.</summary>
public sealed class BrokerLimitTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static readonly Dictionary<string, Limit> Limits = new()
    {
        [nameof(BrokerOptions.ChunkBytesMax)] = new(ChunkBytesMax, "1 messages", "2 messages"),
        [nameof(BrokerOptions.ChunksInFlightMax)] = new(ChunksInFlightMax, "2 sent, 0 wait", "2 sent, 1 wait"),
        [nameof(BrokerOptions.WindowBytes)] = new(WindowBytes, "0 wait", "1 wait"),
        [nameof(BrokerOptions.RetryDelayMin)] = new(RetryDelayMin, "1 attempts", "2 attempts"),
        [nameof(BrokerOptions.RetryDelayMax)] = new(RetryDelayMax, "3 attempts", "4 attempts"),
        [nameof(BrokerOptions.BeaconInterval)] = new(BeaconInterval, "0 beacons", "1 beacons"),
    };

    // Names and addresses, what the client of the broker does itself, and what has a test elsewhere.
    private static readonly string[] NotHere =
    [
        nameof(BrokerOptions.Uri), nameof(BrokerOptions.Prefix), nameof(BrokerOptions.ConnectTimeout), nameof(BrokerOptions.Heartbeat),
        nameof(BrokerOptions.PrefetchMessages), nameof(BrokerOptions.RetrySpread), nameof(BrokerOptions.QueueBytesMax),
        nameof(BrokerOptions.HubLifetime),
    ];

    public static TheoryData<string> Names =>
        [.. typeof(BrokerOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(static limit => limit.Name).Except(NotHere)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_is_kept_to_the_one(string name)
    {
        Assert.True(Limits.TryGetValue(name, out var limit), $"{name} has no scenario: say here what happens at it and one above.");

        Assert.Equal((limit.AtIt, limit.OneAbove), (limit.Run(0), limit.Run(1)));
    }

    [Fact]
    public void Many_windows_and_many_confirmations_leave_nothing_behind()
    {
        using var pair = new StreamPair(new BrokerOptions { ChunkBytesMax = 10, ChunksInFlightMax = 2, WindowBytes = 40 }).Open();
        for (var time = 1; time <= 20; time++)
        {
            pair.Loop.Run(pair.Accepted.Stream.PauseReading);
            pair.Loop.Run(() => pair.Dialed.Send(new byte[100]));
            Assert.True(pair.Dialed.Stream.QueuedBytes > 0);
            pair.Loop.Run(pair.Accepted.Stream.ResumeReading);
            Assert.Equal((100 * time, 0, 0L), (pair.Accepted.Read.Count, pair.Dialed.Stream.QueuedBytes, pair.One.Mailbox.Counters.UnconfirmedBytes));
        }
    }

    [Fact]
    public void After_a_broker_that_came_back_the_next_loss_is_tried_again_as_soon_as_the_first()
    {
        using var loop = new ManualLoop();
        var broker = new FakeBroker(loop);
        Start(loop, broker, new BrokerOptions { RetryDelayMin = TimeSpan.FromSeconds(1), RetryDelayMax = TimeSpan.FromSeconds(8), RetrySpread = 0 });
        for (var time = 1; time <= 2; time++)
        {
            broker.IsAway = true;
            loop.Run(broker.Kill);
            var from = broker.AttemptedAt.Count;
            loop.Advance(TimeSpan.FromSeconds(1 + 2 + 4));
            Assert.Equal(3, broker.AttemptedAt.Count - from);
            broker.IsAway = false;
            loop.Advance(TimeSpan.FromSeconds(8));
        }
    }

    private static string ChunkBytesMax(int above)
    {
        using var pair = new StreamPair(new BrokerOptions { ChunkBytesMax = 100 }).Open();
        pair.Loop.Run(() => pair.Dialed.Send(new byte[100 + above]));
        return $"{pair.One.Mailbox.Counters.DataMessagesOut} messages";
    }

    private static string ChunksInFlightMax(int above)
    {
        using var pair = new StreamPair(new BrokerOptions { ChunksInFlightMax = 2 }).Open();
        pair.Broker.HoldsConfirms = true;
        for (var i = 0; i < 2 + above; i++)
            pair.Loop.Run(() => pair.Dialed.Send([1]));
        return $"{pair.One.Mailbox.Counters.DataMessagesOut} sent, {2 + above - pair.Accepted.Read.Count} wait";
    }

    private static string WindowBytes(int above)
    {
        using var pair = new StreamPair(new BrokerOptions { WindowBytes = 100 }).Open();
        pair.Loop.Run(pair.Accepted.Stream.PauseReading);
        pair.Loop.Run(() => pair.Dialed.Send(new byte[100 + above]));
        return $"{pair.Dialed.Stream.QueuedBytes} wait";
    }

    private static string RetryDelayMin(int above) => Attempts(TimeSpan.FromSeconds(2), max: 30, TimeSpan.FromSeconds(2), above);

    // Two seconds, then no more than three.
    private static string RetryDelayMax(int above) => Attempts(TimeSpan.FromSeconds(2), max: 3, TimeSpan.FromSeconds(2 + 3 + 3), above);

    private static string Attempts(TimeSpan min, int max, TimeSpan within, int above)
    {
        using var loop = new ManualLoop();
        var broker = new FakeBroker(loop) { IsAway = true };
        Start(loop, broker, new BrokerOptions { RetryDelayMin = min, RetryDelayMax = TimeSpan.FromSeconds(max), RetrySpread = 0 });
        loop.Advance(within - ((1 - above) * Moment));
        return $"{broker.AttemptedAt.Count} attempts";
    }

    private static string BeaconInterval(int above)
    {
        using var loop = new ManualLoop();
        var broker = new FakeBroker(loop);
        var options = new BrokerOptions { BeaconInterval = TimeSpan.FromSeconds(3) };
        var hub = Start(loop, broker, options);
        var before = hub.Status.MessagesOut;
        loop.Advance(options.BeaconInterval - ((1 - above) * Moment));
        return $"{hub.Status.MessagesOut - before} beacons";
    }

    private static BrokerHubs Start(ManualLoop loop, FakeBroker broker, BrokerOptions options)
    {
        var hubs = new BrokerHubs(
            loop, broker.TransportFor(new BrokerNames(options.Prefix)), options, new LinkIdentity(LinkRole.Hub, "hub-1", 1), 1,
            RandomNumberGenerator.GetBytes(32), new LinkOptions(), new RecordingHandler(), new Random(1), NullLogger.Instance);
        loop.Run(hubs.Start);
        loop.RunUntilIdle();
        return hubs;
    }
}
