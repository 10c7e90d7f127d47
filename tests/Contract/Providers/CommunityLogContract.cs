using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Logger;
using Sametime.Services.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What the server's own stores do besides as logs. They read three events at a time here, and ten share a commit at most.</summary>
public abstract class CommunityLogContract : EventLogContract
{
    protected const int ReadPageEvents = 3;
    protected const int CommitEventsMax = 10;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    protected override async Task<(IEventStore Events, IEventLog Log)> OpenAsync(TimeProvider time)
    {
        var opened = await OpenCommunityAsync(time);
        return (opened.Events, opened.Log);
    }

    /// <summary>Opens the store with all that is in it.</summary>
    private protected abstract Task<Opened> OpenCommunityAsync(TimeProvider time);

    [Fact]
    public async Task More_than_one_commit_takes_is_refused_whole()
    {
        var store = await OpenCommunityAsync(TimeProvider.System);

        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.Log.RecordAsync([.. Enumerable.Range(1, CommitEventsMax + 1).Select(n => Stated(North, n))], _stop));

        Assert.Equal(0, await store.Events.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal(CommitEventsMax, await store.Log.RecordAsync([.. Enumerable.Range(1, CommitEventsMax).Select(n => Stated(North, n))], _stop));
    }

    [Fact]
    public async Task What_a_process_states_of_users_adds_none_and_changes_none()
    {
        var store = await OpenCommunityAsync(TimeProvider.System);
        var alice = new UserId("alice");
        await store.Directory.AddUserAsync(new UserRecord(alice, "Alice", []), "hash", _stop);

        await store.Log.RecordAsync(
            [
                Stated(North, 1) with { Payload = new UserAdded(new UserId("mallory"), "M", [], "", "hers") },
                Stated(North, 2) with { Payload = new UserPasswordChanged(alice, "hers") },
            ],
            _stop);

        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await store.Directory.FindUserAsync(new UserId("mallory"), _stop));
            Assert.Equal("hash", await store.Directory.FindPasswordHashAsync(alice, _stop));
            Assert.Equal(3, await store.RebuildAsync());
        }
    }

    [Fact]
    public async Task S143_The_Logger_records_what_processes_state_and_neither_chat_nor_what_the_store_told_itself()
    {
        var store = await OpenCommunityAsync(TimeProvider.System);
        var logger = new EventLogger(store.Log, new LoggerOptions { BatchEventsMax = CommitEventsMax }, TimeProvider.System, NullLogger<EventLogger>.Instance);
        await using (var plane = EventPlanes.Create(new BrokerOptions(), new EventPlaneOptions(), TimeProvider.System, NullLoggerFactory.Instance))
        {
            plane.Subscribe(EventLogger.SubscriberName, logger);
            var publisher = plane.CreatePublisher(new EventSource(1, 42));
            for (var i = 0; i < (2 * CommitEventsMax) + 3; i++)
                Assert.True(publisher.TryPublish(new HubJoined(2, 1, "south")));
            Assert.True(plane.CreatePublisher(new EventSource(1, 42), South).TryPublish(new ChatEnded(Reason.Success)));
            Assert.True(publisher.TryForward(Stated(EventStreamName.Directory, 1)));
        }

        Assert.Equal(Enumerable.Repeat(North, (2 * CommitEventsMax) + 3), await store.Events.ReadAllAsync(0, _stop).Select(stored => stored.Envelope.Stream).ToListAsync(_stop));
    }

    [Fact]
    public async Task S143_A_store_that_is_away_for_a_while_has_every_fact_afterwards()
    {
        var store = await OpenCommunityAsync(TimeProvider.System);
        var log = new AwayLog(store.Log, failures: 3);
        var logger = new EventLogger(log, new LoggerOptions { RetryDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, NullLogger<EventLogger>.Instance);

        await logger.OnEventsAsync([Stated(North, 1), Stated(North, 2)], _stop);

        Assert.Equal([1, 2], await store.Events.ReadStreamAsync(North, 0, _stop).Select(stored => stored.Envelope.Sequence).ToListAsync(_stop));
        Assert.Equal(4, log.Calls);
    }

    /// <summary>The store as one process has it.</summary>
    private protected sealed record Opened(IEventStore Events, IEventLog Log, ICommunityDirectory Directory, Func<Task<long>> RebuildAsync);

    /// <summary>A log that is away for the first calls.</summary>
    private sealed class AwayLog(IEventLog log, int failures) : IEventLog
    {
        public int Calls { get; private set; }

        public ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop) =>
            ++Calls <= failures ? throw new StoreUnavailableException("It is away, as the test said.") : log.RecordAsync(events, stop);

        public IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop) => log.ReadAsync(range, view, stop);

        public ValueTask<LogExtent> MeasureAsync(CancellationToken stop) => log.MeasureAsync(stop);

        public ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop) => log.PositionBeforeAsync(time, stop);
    }
}
