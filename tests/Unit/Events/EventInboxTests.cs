using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Events;

public sealed class EventInboxTests : IDisposable
{
    private static readonly EventStreamName Hub = EventStreamName.Hub(1, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly EventMetrics _metrics = new();
    private readonly RecordingSubscriber _subscriber = new();
    private readonly List<WrittenEnvelope> _setAside = [];
    private readonly Guid _publisher = Guid.NewGuid();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private EventInbox? _inbox;

    private EventInbox Inbox => _inbox ??= new EventInbox(
        "test", _subscriber, new EventPlaneOptions { HandlingAttempts = 3 }, _time, _metrics, NullLogger.Instance);

    public void Dispose()
    {
        _inbox?.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task What_comes_twice_is_handled_once()
    {
        await HandleAsync(Batch(Hub, 1, 2, 3));
        await HandleAsync(Batch(Hub, 1, 2, 3));
        await HandleAsync(Batch(Hub, 3, 4));

        Assert.Equal([1, 2, 3, 4], Handled());
    }

    [Fact]
    public async Task What_is_missing_is_counted_and_still_welcome_when_it_comes_late()
    {
        using var counted = new Counted(_metrics);

        await HandleAsync(Batch(EventStreamName.Directory, 1, 5));
        await HandleAsync(Batch(EventStreamName.Directory, 3));
        await HandleAsync(Batch(EventStreamName.Directory, 3, 6));

        Assert.Equal([1, 5, 3, 6], Handled());
        Assert.Equal(3, counted["sametime.events.gaps"]);
        Assert.Equal(1, counted["sametime.events.duplicates"]);
    }

    [Fact]
    public async Task Two_processes_that_pass_on_one_store_are_heard_once_in_whatever_order()
    {
        await HandleAsync(Batch(EventStreamName.Directory, 78));
        await HandleAsync(Batch(EventStreamName.Directory, 77) with { Publisher = Guid.NewGuid() });
        await HandleAsync(Batch(EventStreamName.Directory, 77, 78) with { Publisher = Guid.NewGuid() });

        Assert.Equal([78, 77], Handled());
    }

    [Fact]
    public async Task A_hub_whose_folder_was_lost_begins_anew_and_is_heard()
    {
        await HandleAsync(Batch(Hub, 1, 2));
        await HandleAsync(Batch(Hub, 1, 2) with { Publisher = Guid.NewGuid() });

        Assert.Equal([1, 2, 1, 2], Handled());
    }

    [Fact]
    public async Task A_subscriber_that_fails_for_a_while_is_given_the_whole_batch_again()
    {
        var subscriber = new RecordingSubscriber { FailingCalls = 2 };
        _inbox = new EventInbox("test", subscriber, new EventPlaneOptions { HandlingAttempts = 3 }, _time, _metrics, NullLogger.Instance);

        await HandleAsync(Batch(Hub, 1, 2, 3));

        Assert.Equal([1, 2, 3], Assert.Single(subscriber.Untaken()).Select(e => e.Sequence));
        Assert.Equal(3, subscriber.Calls);
        Assert.Empty(_setAside);
    }

    [Theory]
    [InlineData(3, 3 + 3)]
    [InlineData(4, 3 + 3)]
    public async Task One_that_fails_at_as_many_attempts_as_it_has_is_given_the_events_one_by_one(int failing, int calls)
    {
        var subscriber = new RecordingSubscriber { FailingCalls = failing };
        _inbox = new EventInbox("test", subscriber, new EventPlaneOptions { HandlingAttempts = 3 }, _time, _metrics, NullLogger.Instance);

        await HandleAsync(Batch(Hub, 1, 2, 3));

        Assert.Equal(calls, subscriber.Calls);
        Assert.Equal(failing == 3 ? [1, 2, 3] : [2, 3], subscriber.Untaken().SelectMany(batch => batch).Select(e => (int)e.Sequence));
        Assert.Equal(failing - 3, _setAside.Count);
    }

    [Fact]
    public async Task The_waits_between_its_attempts_double()
    {
        var (options, time) = (new EventPlaneOptions { HandlingAttempts = 4 }, new NotedWaits());
        var subscriber = new RecordingSubscriber { FailingCalls = 3 };
        _inbox = new EventInbox("test", subscriber, options, time, _metrics, NullLogger.Instance);
        var handling = _inbox.HandleAsync(Batch(Hub, 1), (_, _) => throw new InvalidOperationException("It was handled in the end."), _stop);
        await Waits.UntilAsync(() => handling.IsCompleted, () => time.Advance(options.HandlingRetryDelay), "it is handled", _stop);

        await handling;
        Assert.Equal([options.HandlingRetryDelay, options.HandlingRetryDelay * 2, options.HandlingRetryDelay * 4], time.Waits);
    }

    [Fact]
    public async Task A_poison_event_is_set_aside_alone_and_the_others_of_its_batch_are_handled()
    {
        _subscriber.Poison = e => e.Sequence == 2;

        await HandleAsync(Batch(Hub, 1, 2, 3));

        Assert.Equal([1, 3], Handled());
        Assert.Equal(2, Assert.Single(_setAside).Sequence);
        Assert.Equal(1, Inbox.Failed);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_set_aside_alone()
    {
        var batch = Batch(Hub, 1, 2, 3);
        await HandleAsync(batch with { Events = [batch.Events[0], batch.Events[1] with { Json = """{"group":7}""" }, batch.Events[2]] });

        Assert.Equal([1, 3], Handled());
        Assert.Equal(2, Assert.Single(_setAside).Sequence);
    }

    [Fact]
    public async Task An_event_that_was_set_aside_is_tried_once_more_and_then_the_carriers_to_keep()
    {
        _subscriber.Poison = e => e.Sequence == 2;
        await HandleAsync(Batch(Hub, 1, 2, 3));
        var alone = Batch(Hub, 2) with { IsSetAside = true };

        await Assert.ThrowsAsync<InvalidOperationException>(() => HandleAsync(alone));
        _subscriber.Poison = _ => false;
        await HandleAsync(alone);
        await HandleAsync(alone);

        Assert.Equal([1, 3, 2], Handled());
    }

    [Fact]
    public async Task An_event_that_could_not_be_set_aside_comes_again_with_its_batch()
    {
        _subscriber.Poison = e => e.Sequence == 2;

        await Assert.ThrowsAsync<IOException>(() => Inbox.HandleAsync(Batch(Hub, 1, 2, 3), (_, _) => throw new IOException("the broker is away"), _stop).Finish(_time));
        await HandleAsync(Batch(Hub, 1, 2, 3));

        Assert.Equal([1, 3], Handled());
        Assert.Equal(2, Assert.Single(_setAside).Sequence);
    }

    private Task HandleAsync(EventBatch batch) => Inbox.HandleAsync(
        batch,
        (alone, _) =>
        {
            _setAside.Add(Assert.Single(alone.Events));
            Assert.True(alone.IsSetAside);
            return Task.CompletedTask;
        },
        _stop).Finish(_time);

    private IEnumerable<long> Handled() => _subscriber.Untaken().SelectMany(batch => batch).Select(e => e.Sequence);

    private EventBatch Batch(EventStreamName stream, params long[] sequences) => new()
    {
        Publisher = _publisher,
        Number = 1,
        Events =
        [
            .. sequences.Select(sequence => WrittenEnvelope.Of(
                new EventEnvelope(stream, sequence, default, default, default, default, new GroupRemoved("g")))),
        ],
    };
}

internal static class Finishing
{
    /// <summary>Lets the time pass that a task waits for.</summary>
    public static async Task Finish(this Task task, FakeTimeProvider time)
    {
        await Waits.UntilAsync(
            () => task.IsCompleted, () => time.Advance(TimeSpan.FromMilliseconds(100)), "the batch is handled", TestContext.Current.CancellationToken);
        await task;
    }
}

/// <summary>Adds up what one plane's counters count.</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _sums = [];

    public Counted(EventMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (metrics.Owns(instrument))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (_sums)
                _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
        });
        _listener.Start();
    }

    public long this[string instrument]
    {
        get
        {
            lock (_sums)
                return _sums.GetValueOrDefault(instrument);
        }
    }

    public void Dispose() => _listener.Dispose();
}
