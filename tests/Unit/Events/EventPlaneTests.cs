using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Events;

/// <summary>What is stated, numbered, queued, batched and sent again; what happens to it then is the inbox's (EventInboxTests).</summary>
public sealed class EventPlaneTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ScriptedCarrier _carrier = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _carrier.DisposeAsync();

    [Fact]
    public async Task Events_leave_in_order_numbered_without_a_gap_and_in_batches()
    {
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 4 });
        var publisher = plane.CreatePublisher(new EventSource(Hub: 3, Incarnation: 9));

        for (var i = 0; i < 10; i++)
            Assert.True(publisher.TryPublish(new ServiceUp((uint)i, default), new EventCause("channel-1", "before")));
        Assert.Equal(0, await plane.CloseAsync(_stop));

        var batches = _carrier.Taken();
        Assert.Equal([4, 4, 2], batches.Select(batch => batch.Events.Count));
        Assert.Equal([1, 2, 3], batches.Select(batch => batch.Number));
        Assert.Single(batches.Select(batch => batch.Publisher).Distinct());
        var events = batches.SelectMany(batch => batch.Events).Select(written => written.Read()).ToList();
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
        var publisher = plane.CreatePublisher(default);

        publisher.TryPublish(new GroupRemoved("one"));
        publisher.TryPublish(new GroupRemoved("two"));
        var next = _carrier.NextAsync(_stop);
        await AdvanceUntilAsync(next);

        Assert.Equal(2, (await next).Events.Count);
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_its_bound_in_characters_but_for_one_event_that_is()
    {
        await using var plane = Plane(new EventPlaneOptions { BatchCharsMax = 100 });
        var publisher = plane.CreatePublisher(default);

        for (var i = 0; i < 3; i++)
            publisher.TryPublish(new GroupRemoved(new string('x', 200)));
        await plane.CloseAsync(_stop);

        Assert.Equal([1, 1, 1], _carrier.Taken().Select(batch => batch.Events.Count));
    }

    [Fact]
    public async Task While_nothing_is_carried_a_bounded_number_waits_and_the_rest_is_dropped_as_a_gap()
    {
        _carrier.IsHeld = true;
        await using var plane = Plane(new EventPlaneOptions { QueueEventsMax = 4, BatchEventsMax = 1 });
        var publisher = plane.CreatePublisher(default);

        publisher.TryPublish(new GroupRemoved("in flight"));
        await _carrier.Called;
        var taken = Enumerable.Range(0, 9).Count(_ => publisher.TryPublish(new GroupRemoved("next")));

        // The carrier is held all the while, so whatever waited for it would have waited for ever.
        Assert.Equal((4, 4, 5L), (taken, plane.Waiting, plane.Dropped));
        _carrier.Release();
        publisher.TryPublish(new GroupRemoved("dropped or not"));
        await plane.CloseAsync(_stop);
        Assert.Equal([1, 2, 3, 4, 5], _carrier.Taken().SelectMany(batch => batch.Events).Select(e => e.Sequence).Where(sequence => sequence <= 10));
    }

    [Fact]
    public async Task A_batch_that_is_not_confirmed_is_sent_again_unchanged_before_any_other()
    {
        _carrier.Failures = 3;
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 2 });
        var publisher = plane.CreatePublisher(default);

        for (var i = 0; i < 4; i++)
            publisher.TryPublish(new GroupRemoved("g"));
        var batches = new List<EventBatch>();
        while (batches.Count < 5)
        {
            var next = _carrier.NextAsync(_stop);
            await AdvanceUntilAsync(next);
            batches.Add(await next);
        }

        Assert.Equal([1, 1, 1, 1, 2], batches.Select(batch => batch.Number));
        Assert.All(batches.Take(4), batch => Assert.Same(batches[0], batch));
        Assert.Equal([1, 2, 3, 4], batches.Skip(3).SelectMany(batch => batch.Events).Select(e => e.Sequence));
    }

    [Fact]
    public async Task The_waits_between_attempts_double_up_to_the_longest_and_begin_anew_with_the_next_batch()
    {
        var options = new EventPlaneOptions { BatchEventsMax = 1, RetryDelayMin = TimeSpan.FromMilliseconds(200), RetryDelayMax = TimeSpan.FromSeconds(1) };
        var time = new NotedWaits();
        await using var plane = new EventPlane(options, _carrier, time, NullLogger<EventPlane>.Instance);
        var publisher = plane.CreatePublisher(default);
        for (var batch = 0; batch < 2; batch++)
        {
            _carrier.Failures = 5;
            publisher.TryPublish(new GroupRemoved("g"));
            await Waits.UntilAsync(() => _carrier.Attempts == 6 * (batch + 1), () => time.Advance(Step), "the batch is carried at its sixth attempt", _stop);
        }

        Assert.Equal(
            [200, 400, 800, 1_000, 1_000, 200, 400, 800, 1_000, 1_000],
            time.Waits.Where(wait => wait != options.PublishTimeout).Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task The_end_of_a_process_waits_as_long_as_is_set_for_what_is_not_carried()
    {
        var options = new EventPlaneOptions { BatchEventsMax = 1 };
        _carrier.IsHeld = true;
        var plane = Plane(options);
        plane.CreatePublisher(default).TryPublish(new GroupRemoved("g"));
        await _carrier.Called.ForAsync("the carrier is called", _stop);

        var ending = plane.DisposeAsync().AsTask();
        _time.Advance(options.StopTimeout - TimeSpan.FromTicks(1));
        Assert.False(ending.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await ending.ForAsync("the plane ends", _stop);
    }

    [Fact]
    public async Task A_carrier_that_hangs_is_given_a_time_and_then_the_same_batch_again()
    {
        _carrier.IsHeld = true;
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 1, PublishTimeout = TimeSpan.FromSeconds(5) });
        plane.CreatePublisher(default).TryPublish(new GroupRemoved("g"));

        var first = await _carrier.NextAsync(_stop);
        var again = _carrier.NextAsync(_stop);
        await AdvanceUntilAsync(again);

        Assert.Same(first, await again);

        // The clock may have gone on until the second attempt was given up as well: then somebody has to turn it for the third.
        _carrier.Release();
        await AdvanceUntilAsync(plane.CloseAsync(_stop));
    }

    [Fact]
    public async Task A_process_that_ends_while_nothing_is_carried_is_told_how_much_was_lost()
    {
        _carrier.IsHeld = true;
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 2 });
        var publisher = plane.CreatePublisher(default);
        for (var i = 0; i < 5; i++)
            publisher.TryPublish(new GroupRemoved("g"));
        await _carrier.Called;

        Assert.Equal(5, await plane.CloseAsync(new CancellationToken(canceled: true)));
        Assert.False(publisher.TryPublish(new GroupRemoved("too late")));
    }

    [Fact]
    public async Task Who_waits_for_what_was_forwarded_waits_until_it_is_confirmed()
    {
        _carrier.IsHeld = true;
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 1 });
        var publisher = plane.CreatePublisher(default);
        publisher.TryPublish(new GroupRemoved("g"));
        var flush = publisher.FlushAsync(_stop).AsTask();
        await _carrier.Called;
        Assert.False(flush.IsCompleted);

        _carrier.Release();
        await AdvanceUntilAsync(flush);
        await flush;
        Assert.Equal(0, plane.Waiting);
    }

    [Fact]
    public async Task Who_waits_for_what_is_never_carried_is_not_told_that_it_was()
    {
        _carrier.IsHeld = true;
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 1 });
        var publisher = plane.CreatePublisher(default);
        publisher.TryPublish(new GroupRemoved("g"));
        var flush = publisher.FlushAsync(_stop).AsTask();
        await _carrier.Called;

        Assert.Equal(1, await plane.CloseAsync(new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await publisher.FlushAsync(_stop));
    }

    [Fact]
    public async Task A_recorded_fact_is_passed_on_under_its_own_number()
    {
        await using var plane = Plane(new EventPlaneOptions { BatchEventsMax = 1 });
        var recorded = new EventEnvelope(EventStreamName.Directory, 77, default, _time.GetUtcNow(), _time.GetUtcNow(), default, new GroupRemoved("g"));

        plane.CreatePublisher(default).TryForward(recorded);

        Assert.Equal(recorded, Assert.Single((await _carrier.NextAsync(_stop)).Events).Read());
    }

    [Fact]
    public async Task No_secret_leaves_the_process()
    {
        await using var plane = Plane(new EventPlaneOptions());
        var publisher = plane.CreatePublisher(default);
        var alice = new UserId("alice");

        publisher.TryPublish(new UserAdded(alice, "Alice", ["al"], "", "$argon2id$the hash"));
        publisher.TryPublish(new UserPasswordChanged(alice, "$argon2id$the hash"));
        publisher.TryForward(new EventEnvelope(
            EventStreamName.Directory, 1, default, default, default, default, new UnknownEvent("directory.of-a-newer-program", 1, """{"pin":"$argon2id$the hash"}""")));
        await plane.CloseAsync(_stop);

        var carried = _carrier.Taken().SelectMany(batch => batch.Events).ToList();
        Assert.Equal(["directory.user-added", "directory.user-password-changed"], carried.Select(written => written.Name));
        Assert.All(carried, written => Assert.DoesNotContain("argon2id", written.Json, StringComparison.Ordinal));
        Assert.Equal(new UserPasswordChanged(alice, ""), carried[1].Read().Payload);
    }

    [Fact]
    public async Task A_fact_that_cannot_be_written_costs_nobody_else_anything()
    {
        await using var plane = Plane(new EventPlaneOptions());
        var publisher = plane.CreatePublisher(default);

        Assert.True(publisher.TryPublish(new NotInTheCatalogue()));
        publisher.TryPublish(new GroupRemoved("g"));
        await plane.CloseAsync(_stop);

        Assert.Equal(2, Assert.Single(Assert.Single(_carrier.Taken()).Events).Sequence);
    }

    [Fact]
    public async Task A_subscriber_that_is_too_slow_loses_events_visibly_and_nobody_else_does()
    {
        var options = new EventPlaneOptions { QueueEventsMax = 4, BatchEventsMax = 1 };
        await using var plane = new EventPlane(options, new DirectCarrier(options), _time, NullLogger<EventPlane>.Instance);
        var (slow, quick) = (new RecordingSubscriber { IsHeld = true }, new RecordingSubscriber());
        await using var slowSubscription = plane.Subscribe("slow", slow);
        plane.Subscribe("quick", quick);
        var publisher = plane.CreatePublisher(default);

        for (var i = 0; i < 10; i++)
        {
            publisher.TryPublish(new GroupRemoved("g"));
            Assert.Equal(i + 1, Assert.Single(await quick.NextAsync(_stop)).Sequence);
        }

        slow.Release();
        await slowSubscription.DisposeAsync();
        publisher.TryPublish(new GroupRemoved("nobody slow is left"));
        await quick.NextAsync(_stop);
        Assert.Equal([1, 2, 3, 4], slow.Untaken().SelectMany(batch => batch).Select(e => (int)e.Sequence));
    }

    [Fact]
    public async Task Each_fact_is_stamped_with_its_own_time_and_each_publisher_numbers_for_itself()
    {
        await using var plane = Plane(new EventPlaneOptions());
        var publishers = new[] { plane.CreatePublisher(new EventSource(1, 1)), plane.CreatePublisher(new EventSource(1, 1), EventStreamName.Chat(1, 1)) };
        var from = _time.GetUtcNow();
        for (var second = 0; second < 2; second++)
        {
            foreach (var publisher in publishers)
                publisher.TryPublish(new GroupRemoved("g"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await plane.CloseAsync(_stop);

        Assert.Equal(
            [("hub-1-1", 1L, from), ("chat-1-1", 1L, from), ("hub-1-1", 2L, from.AddSeconds(1)), ("chat-1-1", 2L, from.AddSeconds(1))],
            _carrier.Taken().SelectMany(static batch => batch.Events).Select(static written => (written.Stream, written.Sequence, written.Occurred)));
    }

    [Fact]
    public async Task Who_was_let_go_hears_and_is_measured_no_more()
    {
        var options = new EventPlaneOptions { BatchEventsMax = 1 };
        await using var plane = new EventPlane(options, new DirectCarrier(options), _time, NullLogger<EventPlane>.Instance);
        var (first, second) = (new RecordingSubscriber(), new RecordingSubscriber());
        await using var leaving = plane.Subscribe("first", first);
        plane.Subscribe("second", second);
        Assert.Equal(["first", "second"], (await plane.MeasureAsync(_stop)).Select(static backlog => backlog.Subscriber));

        await leaving.DisposeAsync();
        plane.CreatePublisher(default).TryPublish(new GroupRemoved("g"));
        await second.NextAsync(_stop);

        Assert.Equal(["second"], (await plane.MeasureAsync(_stop)).Select(static backlog => backlog.Subscriber));
        Assert.Empty(first.Untaken());
    }

    [Fact]
    public async Task Without_subscribers_a_fact_is_stated_to_nobody_and_that_is_fine()
    {
        var options = new EventPlaneOptions();
        await using var plane = new EventPlane(options, new DirectCarrier(options), _time, NullLogger<EventPlane>.Instance);

        Assert.True(plane.CreatePublisher(default).TryPublish(new GroupRemoved("g")));
        Assert.Equal(0, await plane.CloseAsync(_stop));
    }

    private EventPlane Plane(EventPlaneOptions options) => new(options, _carrier, _time, NullLogger<EventPlane>.Instance);

    private async Task AdvanceUntilAsync(Task done)
    {
        await Waits.UntilAsync(() => done.IsCompleted, () => _time.Advance(Step), "what was waited for happens", _stop);
    }

    private sealed record NotInTheCatalogue : IEvent;

    /// <summary>Notes every attempt to carry; can fail, or hang until it is released or cancelled.</summary>
    private sealed class ScriptedCarrier : IEventCarrier
    {
        private readonly Channel<EventBatch> _attempts = Channel.CreateUnbounded<EventBatch>();
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private int _count;

        public bool IsHeld { get; set; }

        public int Failures { get; set; }

        public int Attempts => Volatile.Read(ref _count);

        public Task Called => _called.Task;

        public void Release() => _released.TrySetResult();

        public Task<EventBatch> NextAsync(CancellationToken stop) => _attempts.Reader.ReadAsync(stop).AsTask();

        public List<EventBatch> Taken()
        {
            var all = new List<EventBatch>();
            while (_attempts.Reader.TryRead(out var batch))
                all.Add(batch);
            return all;
        }

        public async Task CarryAsync(EventBatch batch, CancellationToken stop)
        {
            _attempts.Writer.TryWrite(batch);
            Interlocked.Increment(ref _count);
            _called.TrySetResult();
            if (IsHeld)
                await _released.Task.WaitAsync(stop);
            if (Failures-- > 0)
                throw new IOException("the broker is away");
        }

        public IAsyncDisposable Connect(EventInbox inbox) => throw new NotSupportedException();

        public Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
