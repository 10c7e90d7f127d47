using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Events;

/// <summary>What an operator's curves of the event plane are made of: each fact counts once, where it was carried, dropped or given up.</summary>
public sealed class EventMetricsTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly NotedWaits _time = new();
    private readonly Carrier _carrier = new();
    private readonly EventMetrics _metrics = new();
    private readonly Counted _counted;
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public EventMetricsTests() => _counted = new Counted(_metrics);

    public void Dispose()
    {
        _counted.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task What_is_carried_at_the_third_attempt_was_sent_again_twice_and_is_one_batch()
    {
        _carrier.Failures = 2;
        var stage = Stage(new EventPlaneOptions { BatchEventsMax = 3 });
        for (var number = 1; number <= 3; number++)
            Assert.True(stage.Offer(Fact(number)));
        await Waits.UntilAsync(() => _carrier.Attempts == 3, () => _time.Advance(Step), "the batch is carried", _stop);
        await stage.DisposeAsync();

        Assert.Equal((3L, 0L, 1L, 2L), (CountOf("published"), CountOf("dropped"), CountOf("batches"), CountOf("resent")));
    }

    [Fact]
    public async Task What_found_the_queue_full_is_stated_and_dropped()
    {
        _carrier.IsHeld = true;
        var stage = Stage(new EventPlaneOptions { QueueEventsMax = 2, BatchEventsMax = 1 });
        stage.Offer(Fact(1));
        await _carrier.Called.ForAsync("the carrier is called", _stop);
        var taken = Enumerable.Range(2, 4).Count(number => stage.Offer(Fact(number)));

        Assert.Equal((2, 2L, 5L, 2L), (taken, stage.Dropped, CountOf("published"), CountOf("dropped")));
        _carrier.Release();
        await stage.DisposeAsync();
        Assert.Equal((2L, 3L, 0L), (CountOf("dropped"), CountOf("batches"), CountOf("resent")));
    }

    [Fact]
    public async Task What_is_given_up_at_the_end_counts_event_by_event_and_as_no_batch()
    {
        _carrier.IsHeld = true;
        var stage = Stage(new EventPlaneOptions { BatchEventsMax = 2 });
        for (var number = 1; number <= 5; number++)
            stage.Offer(Fact(number));
        await Waits.UntilAsync(() => _carrier.Attempts == 1, () => _time.Advance(Step), "the carrier is called", _stop);

        Assert.Equal(5, await stage.CloseAsync(new CancellationToken(canceled: true)));

        Assert.Equal((5L, 0L), (CountOf("dropped"), CountOf("batches")));
    }

    [Fact]
    public async Task What_cannot_be_written_is_dropped_alone_wherever_it_stands()
    {
        var stage = Stage(new EventPlaneOptions());
        stage.Offer(Fact(1) with { Payload = new NotInTheCatalogue() });
        stage.Offer(Fact(2));
        stage.Offer(Fact(3) with { Payload = new NotInTheCatalogue() });
        stage.Offer(Fact(4));
        Assert.Equal(0, await stage.CloseAsync(_stop));

        Assert.Equal([2L, 4L], _carrier.Taken.Select(static written => written.Sequence));
        Assert.Equal((4L, 2L, 1L), (CountOf("published"), CountOf("dropped"), CountOf("batches")));
    }

    [Fact]
    public async Task One_fact_waits_as_long_as_is_set_for_company_and_each_attempt_has_its_time()
    {
        var options = new EventPlaneOptions { FlushInterval = TimeSpan.FromMilliseconds(70), PublishTimeout = TimeSpan.FromSeconds(3) };
        var stage = Stage(options);
        stage.Offer(Fact(1));
        await Waits.UntilAsync(() => _carrier.Attempts == 1, () => _time.Advance(Step), "the fact is carried", _stop);
        await stage.DisposeAsync();

        Assert.Equal([options.FlushInterval, options.PublishTimeout, options.StopTimeout], _time.Waits);
    }

    private static EventEnvelope Fact(long number) => new(EventStreamName.Hub(1, 1), number, default, default, default, default, new GroupRemoved("g"));

    private EventStage Stage(EventPlaneOptions options) => new(options, _carrier, _time, _metrics, NullLogger.Instance);

    private long CountOf(string what) => _counted[$"sametime.events.{what}"];

    private sealed record NotInTheCatalogue : IEvent;

    private sealed class Carrier : IEventCarrier
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _attempts;

        public bool IsHeld { get; set; }

        public int Failures { get; set; }

        public int Attempts => Volatile.Read(ref _attempts);

        public Task Called => _called.Task;

        public List<WrittenEnvelope> Taken { get; } = [];

        public void Release() => _released.TrySetResult();

        public async Task CarryAsync(EventBatch batch, CancellationToken stop)
        {
            Interlocked.Increment(ref _attempts);
            _called.TrySetResult();
            if (IsHeld)
                await _released.Task.WaitAsync(stop);
            if (Failures-- > 0)
                throw new IOException("the broker is away");
            Taken.AddRange(batch.Events);
        }

        public IAsyncDisposable Connect(EventInbox inbox) => throw new NotSupportedException();

        public Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
