using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Xunit;

namespace Sametime.Tests.Unit.Events;

public class InMemoryEventPlaneTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_arrive_in_order_numbered_without_a_gap_and_in_batches()
    {
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 4 });
        var heard = new Recorder();
        var subscription = plane.Subscribe("recorder", heard);
        var publisher = plane.CreatePublisher(new EventSource(Hub: 3, Incarnation: 9));

        for (var i = 0; i < 10; i++)
            Assert.True(publisher.TryPublish(new ServiceUp((uint)i, default), new EventCause("channel-1", "before")));
        await subscription.DisposeAsync();

        var batches = heard.All();
        Assert.Equal([4, 4, 2], batches.Select(batch => batch.Count));
        var events = batches.SelectMany(batch => batch).ToList();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (uint)i), events.Select(e => ((ServiceUp)e.Payload).Service));
        Assert.All(events, e =>
        {
            Assert.Equal(EventStreamName.Hub(3, 9), e.Stream);
            Assert.Equal(new EventSource(3, 9), e.Source);
            Assert.Equal(_time.GetUtcNow(), e.Occurred);
            Assert.Equal(new EventCause("channel-1", "before"), e.Cause);
        });
        Assert.Equal("hub-3-9/1", events[0].Id);
        Assert.Equal(events.Count, events.Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_first_event_waits_for_company_until_the_flush_interval_is_over()
    {
        await using var plane = Plane(new EventPlaneOptions());
        var heard = new Recorder();
        plane.Subscribe("recorder", heard);
        var publisher = plane.CreatePublisher(default);

        publisher.TryPublish(new GroupRemoved("one"));
        publisher.TryPublish(new GroupRemoved("two"));
        var next = heard.NextAsync(_stop);
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        Assert.Equal(2, (await next).Count);
    }

    [Fact]
    public async Task A_subscriber_that_is_too_slow_loses_events_visibly_and_nobody_else_does()
    {
        await using var plane = Plane(new EventPlaneOptions { QueueEventsMax = 4, BatchEventsMax = 1 });
        var (slow, quick) = (new Recorder { IsHeld = true }, new Recorder());
        var slowSubscription = plane.Subscribe("slow", slow);
        plane.Subscribe("quick", quick);
        var publisher = plane.CreatePublisher(default);

        publisher.TryPublish(new GroupRemoved("0"));
        await slow.Called;
        var taken = 0;
        for (var i = 1; i < 10; i++)
        {
            await quick.NextAsync(_stop);
            taken += publisher.TryPublish(new GroupRemoved(i.ToString())) ? 1 : 0;
        }

        await quick.NextAsync(_stop);
        Assert.Equal(4, taken);
        Assert.Equal(5, slowSubscription.Dropped);
        slow.Release();
        await slowSubscription.DisposeAsync();
        publisher.TryPublish(new GroupRemoved("nobody slow is left"));
        Assert.Equal([1, 2, 3, 4, 5], slow.All().SelectMany(batch => batch).Select(e => (int)e.Sequence));
        Assert.Equal(5, slowSubscription.Dropped);
    }

    [Fact]
    public async Task A_subscriber_that_throws_loses_that_batch_and_hears_the_next()
    {
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 1 });
        var heard = new Recorder { FailsOn = 1 };
        plane.Subscribe("recorder", heard);
        var publisher = plane.CreatePublisher(default);

        publisher.TryPublish(new GroupRemoved("one"));
        publisher.TryPublish(new GroupRemoved("two"));

        Assert.Equal(2, Assert.Single(await heard.NextAsync(_stop)).Sequence);
    }

    [Fact]
    public async Task A_recorded_fact_is_passed_on_under_its_own_number()
    {
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 1 });
        var heard = new Recorder();
        plane.Subscribe("recorder", heard);
        var recorded = new EventEnvelope(EventStreamName.Directory, 77, default, _time.GetUtcNow(), _time.GetUtcNow(), default, new GroupRemoved("g"));

        plane.CreatePublisher(default).TryForward(recorded);

        Assert.Equal(recorded, Assert.Single(await heard.NextAsync(_stop)));
    }

    [Fact]
    public async Task Without_subscribers_a_fact_is_stated_to_nobody_and_that_is_fine()
    {
        await using var plane = Plane(new EventPlaneOptions());

        Assert.True(plane.CreatePublisher(default).TryPublish(new GroupRemoved("g")));
    }

    private InMemoryEventPlane Plane(EventPlaneOptions options) => new(options, _time, NullLogger<InMemoryEventPlane>.Instance);

    /// <summary>Keeps what it hears; can be held inside a batch, and can fail on a sequence number.</summary>
    private sealed class Recorder : IEventSubscriber
    {
        private readonly Channel<IReadOnlyList<EventEnvelope>> _batches = Channel.CreateUnbounded<IReadOnlyList<EventEnvelope>>();
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsHeld { get; init; }

        public long FailsOn { get; init; }

        public Task Called => _called.Task;

        public void Release() => _released.SetResult();

        public async ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
        {
            _called.TrySetResult();
            if (IsHeld)
                await _released.Task;
            if (batch[0].Sequence == FailsOn)
                throw new InvalidOperationException("as told");
            _batches.Writer.TryWrite(batch);
        }

        public Task<IReadOnlyList<EventEnvelope>> NextAsync(CancellationToken stop) => _batches.Reader.ReadAsync(stop).AsTask();

        public List<IReadOnlyList<EventEnvelope>> All()
        {
            var all = new List<IReadOnlyList<EventEnvelope>>();
            while (_batches.Reader.TryRead(out var batch))
                all.Add(batch);
            return all;
        }
    }
}
