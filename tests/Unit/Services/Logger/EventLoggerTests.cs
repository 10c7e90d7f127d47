using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Logger;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.Logger;

/// <summary>What Logger records of the event plane, and what it does while the store is away. On a loop that the test turns.</summary>
public sealed class EventLoggerTests : IDisposable
{
    private static readonly EventStreamName Hub = EventStreamName.Hub(1, 1);

    private readonly LoggerOptions _options = new() { BatchEventsMax = 2 };
    private readonly Store _store = new();
    private readonly LogLines<EventLogger> _log = new();
    private readonly ManualLoop _loop = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly EventLogger _logger;

    public EventLoggerTests() => _logger = new EventLogger(_store, _options, _loop.Time, _log);

    public void Dispose()
    {
        _stop.Dispose();
        _loop.Dispose();
    }

    [Theory]
    [InlineData(true, true, "refused closed")]
    [InlineData(true, false, "closed")]
    [InlineData(false, true, "refused")]
    [InlineData(false, false, "")]
    public void Facts_of_the_classes_that_are_wanted_are_recorded_and_none_that_a_store_has_numbered_or_that_are_chat(bool community,
        bool security, string recorded)
    {
        (_options.Community, _options.Security) = (community, security);

        var heard = Hear(
            Fact(Hub, 1, Refused), Fact(Hub, 2, Closed), Fact(EventStreamName.Directory, 3, new UserRemoved(new UserId("bob"))),
            Fact(EventStreamName.Chat(1, 1), 4, Closed), Fact(EventStreamName.InterruptedChats(1), 5, new ChatInterrupted(1, 1)));

        Assert.True(heard.IsCompletedSuccessfully);
        Assert.Equal(recorded, string.Join(' ', _store.Recorded.Select(static fact => fact.Payload is LoginRefused ? "refused" : "closed")));
    }

    [Theory]
    [InlineData(true, "sampled removed")]
    [InlineData(false, "removed")]
    public void So_are_what_hubs_count_where_it_is_wanted_and_whatever_has_no_class_that_can_be_left_out(bool statistics, string recorded)
    {
        (_options.Community, _options.Security, _options.Statistics) = (false, false, statistics);

        Hear(Fact(Hub, 1, new HubSampled(1, 1, 1, 1, 1, 1, 1)), Fact(Hub, 2, new UserRemoved(new UserId("bob"))));

        Assert.Equal(recorded, string.Join(' ', _store.Recorded.Select(static fact => fact.Payload is HubSampled ? "sampled" : "removed")));
    }

    [Fact]
    public void A_store_that_is_away_is_waited_for_and_every_fact_is_recorded_once_and_in_order()
    {
        for (var time = 1; time <= 2; time++)
        {
            _store.Failure = new StoreUnavailableException("gone");
            var heard = Hear([.. Enumerable.Range(1, 5).Select(i => Fact(Hub, (10 * time) + i, Closed))]);
            for (var attempt = 1; attempt <= 3; attempt++)
                _loop.Advance(_options.RetryDelay);
            Assert.False(heard.IsCompleted);

            _store.Failure = null;
            _loop.Advance(_options.RetryDelay);

            Assert.True(heard.IsCompletedSuccessfully);
            Assert.Equal(Enumerable.Range(1, 5).Select(i => (10L * time) + i), _store.Recorded.TakeLast(5).Select(static fact => fact.Sequence));
            Assert.Equal(5 * time, _store.Recorded.Count);

            // The log is told once that the store is away, and once that it is back.
            Assert.Equal(2 * time, _log.Lines.Count);
        }
    }

    [Fact]
    public void Whoever_stops_does_not_wait_for_the_store()
    {
        _store.Failure = new StoreUnavailableException("gone");
        var heard = Hear(Fact(Hub, 1, Closed));

        _loop.Run(_stop.Cancel);

        Assert.True(heard.IsCanceled);
        Assert.Empty(_store.Recorded);
    }

    [Fact]
    public void What_no_waiting_mends_goes_back_to_the_plane_and_the_next_facts_are_recorded()
    {
        _store.Failure = new StoreCorruptException("a bad page");
        var heard = Hear(Fact(Hub, 1, Closed));
        Assert.IsType<StoreCorruptException>(heard.Exception?.InnerException);

        _store.Failure = null;
        Assert.True(Hear(Fact(Hub, 2, Closed)).IsCompletedSuccessfully);
        Assert.Single(_store.Recorded);
    }

    private static LoginRefused Refused => new("bob", "192.0.2.1", AuthType.Plain, Reason.IncorrectLogin);

    private static ChannelDestroyed Closed => new(new LoginId(1, 1, 1), 1, Reason.Success);

    private static EventEnvelope Fact(EventStreamName stream, long sequence, IEvent fact) =>
        new(stream, sequence, new EventSource(1, 1), default, default, default, fact);

    private Task Hear(params EventEnvelope[] facts)
    {
        Task? heard = null;
        _loop.Run(() => heard = _logger.OnEventsAsync(facts, _stop.Token).AsTask());
        return heard!;
    }

    private sealed class Store : IEventLog
    {
        public List<EventEnvelope> Recorded { get; } = [];

        public StoreException? Failure { get; set; }

        public ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop)
        {
            if (Failure is { } failure)
                throw failure;
            Recorded.AddRange(events);
            return ValueTask.FromResult(events.Count);
        }

        public IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<LogExtent> MeasureAsync(CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop) => throw new NotSupportedException();
    }
}
