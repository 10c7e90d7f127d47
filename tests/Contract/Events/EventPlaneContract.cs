using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Contract.Events;

/// <summary>What the event plane does on every transport. One class a transport runs it.</summary>
public abstract class EventPlaneContract
{
    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract BrokerOptions Broker { get; }

    private protected static EventPlaneOptions Options => new()
    {
        FlushInterval = TimeSpan.FromMilliseconds(5),
        HandlingAttempts = 3,
        HandlingRetryDelay = TimeSpan.FromMilliseconds(10),
        StopTimeout = TimeSpan.FromSeconds(30),
        SubscriberLifetime = TimeSpan.FromMinutes(10),
    };

    [Fact]
    public async Task Facts_arrive_as_they_were_stated_in_the_order_of_their_stream()
    {
        await using var plane = Open();
        var subscriber = new RecordingSubscriber();
        plane.Subscribe("recorder", subscriber);
        var publisher = plane.CreatePublisher(new EventSource(3, 9));

        for (var i = 0; i < 500; i++)
            Assert.True(publisher.TryPublish(new StatusSet(new LoginId(3, 9, 7), new UserId("alice"), StatusCode.Away, (uint)i, "lunch \u2603"), new EventCause("c", "b")));
        var heard = await subscriber.NextAsync(500, Stop);

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), heard.Select(e => e.Sequence));
        Assert.All(heard, e =>
        {
            Assert.Equal(EventStreamName.Hub(3, 9), e.Stream);
            Assert.Equal(new EventSource(3, 9), e.Source);
            Assert.Equal(new EventCause("c", "b"), e.Cause);
            Assert.Equal(new StatusSet(new LoginId(3, 9, 7), new UserId("alice"), StatusCode.Away, (uint)e.Sequence - 1, "lunch \u2603"), e.Payload);
        });
    }

    [Fact]
    public async Task A_fact_of_a_store_arrives_with_its_number_and_its_times()
    {
        await using var plane = Open();
        var subscriber = new RecordingSubscriber();
        plane.Subscribe("recorder", subscriber);
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567);
        var recorded = new EventEnvelope(EventStreamName.User(new UserId("bob")), 12, new EventSource(1, 2), at, at.AddTicks(1), default, new UserStorageItemSaved(new UserId("bob"), 5, [1, 2, 255]));

        Assert.True(plane.CreatePublisher(default).TryForward(recorded));

        Assert.Equal([recorded], await subscriber.NextAsync(1, Stop));
    }

    [Fact]
    public async Task Every_subscriber_hears_everything()
    {
        await using var plane = Open();
        RecordingSubscriber[] subscribers = [new(), new(), new()];
        foreach (var (i, subscriber) in subscribers.Index())
            plane.Subscribe($"recorder{i}", subscriber);

        plane.CreatePublisher(default).TryPublish(new GroupRemoved("g"));

        foreach (var subscriber in subscribers)
            Assert.Equal(new GroupRemoved("g"), Assert.Single(await subscriber.NextAsync(1, Stop)).Payload);
    }

    [Fact]
    public async Task A_poison_event_is_set_aside_alone_its_batch_is_handled_and_it_is_shown()
    {
        await using var plane = Open();
        var subscriber = new RecordingSubscriber { Poison = e => e.Payload is GroupRemoved { Group: "poison" } };
        plane.Subscribe("recorder", subscriber);
        var publisher = plane.CreatePublisher(default);

        foreach (var group in new[] { "1", "2", "poison", "3" })
            publisher.TryPublish(new GroupRemoved(group));
        var heard = await subscriber.NextAsync(3, Stop);
        var backlog = await BacklogAsync(plane, backlog => backlog.Errors == 1);

        Assert.Equal([1, 2, 4], heard.Select(e => e.Sequence));
        Assert.Equal(new EventBacklog("recorder", 0, 1), backlog);
        publisher.TryPublish(new GroupRemoved("after"));
        Assert.Equal(5, Assert.Single(await subscriber.NextAsync(1, Stop)).Sequence);
    }

    [Fact]
    public async Task A_subscriber_that_fails_for_a_while_misses_nothing()
    {
        await using var plane = Open();
        var subscriber = new RecordingSubscriber { FailingCalls = 2 };
        plane.Subscribe("recorder", subscriber);
        var publisher = plane.CreatePublisher(default);

        for (var i = 0; i < 10; i++)
            publisher.TryPublish(new GroupRemoved("g"));

        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), (await subscriber.NextAsync(10, Stop)).Select(e => e.Sequence));
        Assert.Equal(0, (await plane.MeasureAsync(Stop)).Single().Errors);
    }

    [Fact]
    public async Task The_end_of_a_plane_carries_what_waits()
    {
        var subscriber = new RecordingSubscriber();
        await using (var plane = Open())
        {
            plane.Subscribe("recorder", subscriber);
            var publisher = plane.CreatePublisher(default);
            for (var i = 0; i < 50; i++)
                publisher.TryPublish(new GroupRemoved("g"));
            Assert.Equal(0, await plane.CloseAsync(Stop));
            Assert.Equal(50, (await subscriber.NextAsync(50, Stop)).Count);
        }
    }

    private protected EventPlane Open(EventPlaneOptions? options = null) =>
        EventPlanes.Create(Broker, options ?? Options, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>What the only subscriber's backlog is as soon as it is what is waited for: the broker counts a little behind.</summary>
    private protected static async Task<EventBacklog> BacklogAsync(EventPlane plane, Predicate<EventBacklog> isIt)
    {
        while (true)
        {
            var backlog = (await plane.MeasureAsync(Stop)).Single();
            if (isIt(backlog))
                return backlog;
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>The transport of the embedded default.</summary>
public sealed class InMemoryEventPlaneTests : EventPlaneContract
{
    private protected override BrokerOptions Broker { get; } = new();

    [Fact]
    public async Task A_subscriber_that_is_too_slow_loses_its_own_events_and_delays_nobody()
    {
        await using var plane = Open(new EventPlaneOptions { QueueEventsMax = 4, BatchEventsMax = 1 });
        var (slow, quick) = (new RecordingSubscriber { IsHeld = true }, new RecordingSubscriber());
        plane.Subscribe("slow", slow);
        plane.Subscribe("quick", quick);
        var publisher = plane.CreatePublisher(default);

        for (var i = 1; i <= 10; i++)
        {
            publisher.TryPublish(new GroupRemoved("g"));
            Assert.Equal(i, Assert.Single(await quick.NextAsync(1, Stop)).Sequence);
        }

        slow.Release();
        Assert.Equal([1, 2, 3, 4], (await slow.NextAsync(4, Stop)).Select(e => e.Sequence));
    }
}
