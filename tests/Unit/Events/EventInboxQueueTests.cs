using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Events;

public sealed class EventInboxQueueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_dropped_and_what_was_handled_takes_no_room_any_more()
    {
        var (subscriber, options) = (new RecordingSubscriber { IsHeld = true }, new EventPlaneOptions { QueueEventsMax = 2 });
        using var metrics = new EventMetrics();
        using var inbox = new EventInbox("test", subscriber, options, TimeProvider.System, metrics, NullLogger.Instance);
        await using var queue = new EventInboxQueue(inbox, options, TimeProvider.System);
        queue.Offer(Batch(1));
        await subscriber.Called.ForAsync("the first batch to be handled", Stop);
        foreach (var number in new[] { 2, 3, 4, 5 })
            queue.Offer(Batch(number));
        subscriber.Release();
        await HandledAsync(1, 2);

        queue.Offer(Batch(6));
        await HandledAsync(6);

        async Task HandledAsync(params long[] numbers)
        {
            foreach (var number in numbers)
                Assert.Equal(number, Assert.Single(await subscriber.NextAsync(Stop).ForAsync($"batch {number}", Stop)).Sequence);
        }
    }

    [Fact]
    public async Task What_is_not_handled_in_time_at_the_end_is_dropped_and_counted()
    {
        var (subscriber, time) = (new RecordingSubscriber { IsHeld = true }, new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        var options = new EventPlaneOptions { StopTimeout = TimeSpan.FromSeconds(3) };
        using var metrics = new EventMetrics();
        using var inbox = new EventInbox("test", subscriber, options, time, metrics, NullLogger.Instance);
        var queue = new EventInboxQueue(inbox, options, time);
        queue.Offer(Batch(1));
        queue.Offer(Batch(2));
        await subscriber.Called.ForAsync("the first batch to be handled", Stop);
        Assert.Equal(1, queue.Waiting);

        var ending = queue.DisposeAsync().AsTask();
        queue.Offer(Batch(3));
        Assert.Equal(1, inbox.Dropped);
        time.Advance(options.StopTimeout - TimeSpan.FromTicks(1));
        Assert.False(ending.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));

        await ending.ForAsync("the end of the queue", Stop);
        Assert.Equal(3, inbox.Dropped);
    }

    private static EventBatch Batch(long number) => new()
    {
        Publisher = Guid.Empty,
        Number = number,
        Events = [WrittenEnvelope.Of(new EventEnvelope(EventStreamName.Hub(1, 1), number, default, default, default, default, new GroupRemoved("g")))],
    };
}
