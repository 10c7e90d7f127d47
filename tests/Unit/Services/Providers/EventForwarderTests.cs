using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Outbox;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

/// <summary>When the forwarder tries again, and when it writes down where it is, by a set clock.</summary>
public sealed class EventForwarderTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly OutboxOptions _options = new();
    private readonly LogLines<EventForwarder> _log = new();
    private readonly Plane _plane;

    public EventForwarderTests() => _plane = new Plane(_time);

    public static TheoryData<string> Steps =>
    [
        nameof(IOutbox.TryLeadAsync), nameof(IOutboxLead.LoadPositionAsync), nameof(IOutboxLead.ReadAsync), nameof(IOutboxLead.SavePositionAsync),
        nameof(IOutboxLead.WaitAsync),
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_store_that_fails_once_and_once_more_is_asked_again_after_the_delay_and_every_fact_is_told(string step)
    {
        var store = new Store(_time, _options) { FailingStep = step, Failures = 2 };
        store.Append(1, 2, 3);
        await using var forwarder = await StartAsync(store);

        await PassTimeAsync(() => store.Saved == 3, "the position is written down");

        Assert.Equal([1, 2, 3], _plane.Taken.Distinct());
        Assert.Equal(2, store.FailedAt.Count);
        Assert.True(store.FailedAt[1] - store.FailedAt[0] >= _options.RetryDelay);
        Assert.Contains(_log.Lines, line => line.Level == LogLevel.Warning);

        // And then it goes on as if nothing had been.
        store.Append(4);
        await PassTimeAsync(() => store.Saved == 4, "the next fact is told too");
        Assert.Equal(1, _plane.Taken.Count(position => position == 4));
    }

    [Fact]
    public async Task Another_process_that_forwards_is_asked_again_after_the_delay()
    {
        var store = new Store(_time, _options) { IsTaken = true };
        store.Append(1);
        await using var forwarder = await StartAsync(store);
        await PassTimeAsync(() => store.AskedAt.Count == 3, "it is asked three times");

        Assert.All(store.AskedAt.Zip(store.AskedAt.Skip(1)), two => Assert.True(two.Second - two.First >= _options.RetryDelay));
        Assert.Empty(_plane.Taken);
        store.IsTaken = false;
        await PassTimeAsync(() => !_plane.Taken.IsEmpty, "it leads");
    }

    [Fact]
    public async Task A_plane_that_is_full_is_offered_the_same_fact_after_the_delay_until_it_takes_it_and_that_is_said_once()
    {
        _plane.Refuses = 3;
        var store = new Store(_time, _options);
        store.Append(1, 2);
        await using var forwarder = await StartAsync(store);
        await PassTimeAsync(() => _plane.Taken.Count == 2, "both are taken");

        Assert.Equal([1, 2], _plane.Taken);
        Assert.Equal(3, _plane.RefusedAt.Count);
        Assert.All(_plane.RefusedAt.Zip(_plane.RefusedAt.Skip(1)), two => Assert.True(two.Second - two.First >= _options.RetryDelay));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task The_position_is_written_down_when_its_interval_is_over_and_not_before()
    {
        _options.PositionInterval = TimeSpan.FromSeconds(10);
        var store = new Store(_time, _options);
        store.Append(1);
        await using var forwarder = await StartAsync(store);
        await PassTimeAsync(() => store.Saved == 1, "the position is written down");
        store.Append(2);
        await PassTimeAsync(() => store.Saved == 2, "the position is written down a second time");
        await PassTimeAsync(() => _time.GetUtcNow() - store.SavedAt[^1] > 2 * _options.PositionInterval, "it is not written down again without need");

        Assert.Equal(2, store.SavedAt.Count);
        Assert.True(store.SavedAt[0] - store.LoadedAt >= _options.PositionInterval);
        Assert.True(store.SavedAt[1] - store.SavedAt[0] >= _options.PositionInterval);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task An_orderly_end_writes_the_position_down_if_the_plane_is_rid_of_it_in_time(int isStuck, long saved)
    {
        _options.PositionInterval = TimeSpan.FromHours(1);
        _plane.IsStuck = isStuck == 1;
        var store = new Store(_time, _options);
        store.Append(1);
        var forwarder = await StartAsync(store);
        await PassTimeAsync(() => !_plane.Taken.IsEmpty, "it is told");

        var ending = forwarder.DisposeAsync().AsTask();
        if (_plane.IsStuck)
        {
            await _plane.Flushes.Task.ForAsync("the plane is asked to be rid of it", _stop);
            _time.Advance(_options.StopTimeout - TimeSpan.FromTicks(1));
            Assert.False(ending.IsCompleted);
            _time.Advance(TimeSpan.FromTicks(1));
        }

        await ending.ForAsync("it ends", _stop);
        Assert.Equal(saved, store.Saved);
    }

    [Fact]
    public async Task Who_is_asked_by_consumers_hears_of_a_fact_before_them_and_no_secret_of_it_goes_any_further()
    {
        var added = new UserAdded(new UserId("alice"), "Alice", [], "", "$argon2id$");
        var store = new Store(_time, _options);
        store.Append(EventStreamName.Hub(1, 1), 1, new GroupRemoved("stated elsewhere"));
        store.Append(EventStreamName.Directory, 2, added);
        var heard = new ConcurrentQueue<(IEvent Fact, int Taken)>();
        await using var forwarder = await EventForwarder.StartAsync(
            store, _plane, stored => heard.Enqueue((stored.Envelope.Payload, _plane.Taken.Count)), _options, _time, _log, _stop);
        await PassTimeAsync(() => !_plane.Taken.IsEmpty, "it is told");

        Assert.Equal([(added, 0)], heard);
        Assert.Equal([added with { PasswordHash = "" }], _plane.Facts);
    }

    private Task<EventForwarder> StartAsync(Store store) => EventForwarder.StartAsync(store, _plane, _ => { }, _options, _time, _log, _stop);

    private Task PassTimeAsync(Func<bool> isSo, string what) => Waits.UntilAsync(isSo, () => _time.Advance(Tick), what, _stop);

    /// <summary>A plane that may be full, or never be rid of what it took.</summary>
    private sealed class Plane(FakeTimeProvider time) : IEventPublisher
    {
        public ConcurrentQueue<long> Taken { get; } = new();

        public ConcurrentQueue<IEvent> Facts { get; } = new();

        public List<DateTimeOffset> RefusedAt { get; } = [];

        public int Refuses { get; set; }

        public bool IsStuck { get; set; }

        public TaskCompletionSource Flushes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool TryPublish(IEvent fact, EventCause cause = default) => throw new NotSupportedException();

        public bool TryForward(EventEnvelope recorded)
        {
            if (Refuses > 0)
            {
                Refuses--;
                RefusedAt.Add(time.GetUtcNow());
                return false;
            }

            Facts.Enqueue(recorded.Payload);
            Taken.Enqueue(recorded.Sequence);
            return true;
        }

        public async ValueTask FlushAsync(CancellationToken stop)
        {
            Flushes.TrySetResult();
            if (IsStuck)
                await Task.Delay(Timeout.Infinite, stop);
        }
    }

    /// <summary>A store with facts 1, 2, 3 ..., which may fail at one step, or be another process's to forward from.</summary>
    private sealed class Store(FakeTimeProvider time, OutboxOptions options) : IOutbox, IOutboxLead
    {
        private readonly ConcurrentQueue<StoredEvent> _events = new();

        public string FailingStep { get; init; } = "";

        public int Failures { get; set; }

        public bool IsTaken { get; set; }

        public long Saved { get; private set; }

        public List<DateTimeOffset> FailedAt { get; } = [];

        public List<DateTimeOffset> AskedAt { get; } = [];

        public List<DateTimeOffset> SavedAt { get; } = [];

        public DateTimeOffset LoadedAt { get; private set; }

        public void Append(params long[] positions)
        {
            foreach (var position in positions)
                Append(EventStreamName.Directory, position, new GroupRemoved("g"));
        }

        public void Append(EventStreamName stream, long position, IEvent fact) =>
            _events.Enqueue(new StoredEvent(position, new EventEnvelope(stream, position, default, default, default, default, fact)));

        public Task RegisterAsync(CancellationToken stop) => Task.CompletedTask;

        public Task<IOutboxLead?> TryLeadAsync(CancellationToken stop)
        {
            AskedAt.Add(time.GetUtcNow());
            Fail(nameof(TryLeadAsync));
            return Task.FromResult<IOutboxLead?>(IsTaken ? null : this);
        }

        public Task<long> LoadPositionAsync(CancellationToken stop)
        {
            Fail(nameof(LoadPositionAsync));
            LoadedAt = time.GetUtcNow();
            return Task.FromResult(Saved);
        }

        public async IAsyncEnumerable<StoredEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken stop)
        {
            foreach (var stored in _events.Where(stored => stored.Position > after))
            {
                yield return stored;
                Fail(nameof(ReadAsync));
            }

            await Task.CompletedTask;
        }

        public Task SavePositionAsync(long position, CancellationToken stop)
        {
            Fail(nameof(SavePositionAsync));
            SavedAt.Add(time.GetUtcNow());
            Saved = position;
            return Task.CompletedTask;
        }

        public Task WaitAsync(CancellationToken stop)
        {
            Fail(nameof(WaitAsync));
            return Task.Delay(options.PollInterval, time, stop);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Fail(string at)
        {
            if (at != FailingStep || Failures == 0)
                return;
            Failures--;
            FailedAt.Add(time.GetUtcNow());
            throw new StoreUnavailableException("It is away, as the test said.");
        }
    }
}
