using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every store does as the log of the whole community. It should read few events at a time, so that pages are tried too.</summary>
public abstract class EventLogContract : IAsyncDisposable
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private static DateTimeOffset Noon { get; } = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A stream that a process numbers.</summary>
    protected static EventStreamName North { get; } = EventStreamName.Hub(1, 42);

    /// <summary>A stream of conversations, which another process numbers.</summary>
    protected static EventStreamName South { get; } = EventStreamName.Chat(2, 7);

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the store of this test, empty at first, as one more process would.</summary>
    /// <param name="time">Its clock.</param>
    protected abstract Task<(IEventStore Events, IEventLog Log)> OpenAsync(TimeProvider time);

    [Fact]
    public async Task What_other_processes_stated_comes_back_under_the_numbers_they_gave_it()
    {
        var store = await OpenAsync(TimeProvider.System);
        var cause = new EventCause("0001-1", "hub-1-42/2");
        EventEnvelope[] stated =
        [
            Stated(North, 3) with { Cause = cause },
            Stated(South, 1) with { Payload = new ChatLogRead("root", new UserId("nul\0l"), 1) },
            Stated(North, 7), // four were lost on the way
            Stated(North, 5) with { Payload = new UnknownEvent("place.created", 3, """{"place": "x"}""") },
        ];

        Assert.Equal(4, await store.Log.RecordAsync(stated, _stop));

        var read = await store.Log.ReadAsync(LogRange.All, EventView.Plain, _stop).Select(stored => stored.Envelope).ToListAsync(_stop);
        Assert.Equal(stated.Order(Comparer<EventEnvelope>.Create((one, other) => string.CompareOrdinal(one.Id, other.Id))).Where(e => e.Payload is not UnknownEvent),
            read.OrderBy(e => e.Id, StringComparer.Ordinal).Where(e => e.Payload is not UnknownEvent).Select(e => e with { Recorded = e.Occurred }));
        Assert.All(read, envelope => Assert.True(envelope.Recorded > envelope.Occurred));
        Assert.Equal([3, 5, 7], await store.Events.ReadStreamAsync(North, 0, _stop).Select(stored => stored.Envelope.Sequence).ToListAsync(_stop));
        Assert.Equal([5, 7], await store.Events.ReadStreamAsync(North, 3, _stop).Select(stored => stored.Envelope.Sequence).ToListAsync(_stop));
    }

    [Fact]
    public async Task What_is_recorded_already_is_passed_over_whoever_records_it_again()
    {
        var (one, other) = (await OpenAsync(TimeProvider.System), await OpenAsync(TimeProvider.System));
        Assert.Equal(2, await one.Log.RecordAsync([Stated(North, 1), Stated(North, 2), Stated(North, 1)], _stop));
        Assert.Equal(1, await other.Log.RecordAsync([Stated(North, 2), Stated(North, 3)], _stop));

        // The same said to two processes at once, in parts that overlap.
        var counts = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            (i % 2 == 0 ? one : other).Log.RecordAsync([.. Enumerable.Range(4 + (i / 4), 5).Select(n => Stated(North, n))], _stop).AsTask())));

        Assert.Equal(14, counts.Sum());
        Assert.Equal(0, await one.Log.RecordAsync([Stated(North, 9)], _stop));
        Assert.Equal(0, await one.Log.RecordAsync([], _stop));
        Assert.Equal(Enumerable.Range(1, 17).Select(n => (long)n), await one.Events.ReadStreamAsync(North, 0, _stop).Select(stored => stored.Envelope.Sequence).ToListAsync(_stop));
        Assert.Equal(17, await one.Events.ReadAllAsync(0, _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task What_cannot_be_recorded_leaves_the_rest_of_its_call_unrecorded()
    {
        var store = await OpenAsync(TimeProvider.System);

        await Assert.ThrowsAsync<ArgumentException>(async () => await store.Log.RecordAsync([Stated(North, 1), Stated(EventStreamName.Directory, 1)], _stop));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.Events.AppendAsync(North, ExpectedVersion.Any, [new NewEvent(new HubJoined(1, 1, "north"), Noon)], _stop));

        Assert.Equal(0, await store.Events.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal(1, await store.Log.RecordAsync([Stated(North, 1)], _stop));
    }

    [Fact]
    public async Task A_range_is_read_to_its_end_and_no_further()
    {
        var store = await OpenAsync(TimeProvider.System);
        Assert.Equal(new LogExtent(0, 0), await store.Log.MeasureAsync(_stop));
        await store.Log.RecordAsync([.. Enumerable.Range(1, 8).Select(n => Stated(North, n))], _stop);
        var all = await store.Events.ReadAllAsync(0, _stop).ToListAsync(_stop);

        Assert.Equal(new LogExtent(all[0].Position, all[^1].Position), await store.Log.MeasureAsync(_stop));
        Assert.Equal(all[1..6], await store.Log.ReadAsync(new LogRange(all[0].Position, all[5].Position), EventView.Plain, _stop).ToListAsync(_stop));
        Assert.Empty(await store.Log.ReadAsync(new LogRange(all[3].Position, all[3].Position), EventView.Plain, _stop).ToListAsync(_stop));
    }

    [Fact]
    public async Task A_time_leads_to_the_last_event_recorded_before_it_also_where_clocks_differ()
    {
        var clock = new SetClock();
        var start = clock.Now;
        var store = await OpenAsync(clock);
        Assert.Equal(0, await store.Log.PositionBeforeAsync(start, _stop));
        int[] seconds = [0, 60, 120, 90, 121, 300]; // the fourth by a clock that is behind
        for (var i = 0; i < seconds.Length; i++)
        {
            clock.Now = start + TimeSpan.FromSeconds(seconds[i]);
            await store.Log.RecordAsync([Stated(North, i + 1)], _stop);
        }

        var positions = await store.Events.ReadAllAsync(0, _stop).Select(stored => stored.Position).ToListAsync(_stop);
        foreach (var (second, events) in new[] { (0, 0), (1, 1), (60, 1), (61, 2), (91, 4), (120, 4), (121, 4), (122, 5), (300, 5), (301, 6) })
            Assert.Equal(events == 0 ? 0 : positions[events - 1], await store.Log.PositionBeforeAsync(start + TimeSpan.FromSeconds(second), _stop));
        Assert.Equal(positions[^1], await store.Log.PositionBeforeAsync(DateTimeOffset.MaxValue, _stop));
        Assert.Equal(0, await store.Log.PositionBeforeAsync(DateTimeOffset.MinValue, _stop));
    }

    [Fact]
    public async Task Writers_of_two_processes_on_one_stream_lose_no_write_of_either()
    {
        const int writers = 4, writes = 20;
        var stores = new[] { await OpenAsync(TimeProvider.System), await OpenAsync(TimeProvider.System) };
        var stream = EventStreamName.User(new UserId("alice"));
        var refused = 0;

        await Task.WhenAll(Enumerable.Range(0, 2 * writers).Select(writer => Task.Run(async () =>
        {
            var (store, known) = (stores[writer % 2], 0L);
            for (var i = 0; i < writes;)
            {
                try
                {
                    var fact = new UserStorageItemSaved(new UserId("alice"), (uint)((writer * writes) + i), [1]);
                    known = (await store.Events.AppendAsync(stream, known, [new NewEvent(fact, Noon)], _stop))[0].Envelope.Sequence;
                    i++;
                }
                catch (StreamVersionException moved)
                {
                    known = moved.Actual;
                    Interlocked.Increment(ref refused);
                }
            }
        })));

        var stored = await stores[0].Events.ReadStreamAsync(stream, 0, _stop).Select(one => one.Envelope).ToListAsync(_stop);
        Assert.Equal(Enumerable.Range(1, 2 * writers * writes).Select(n => (long)n), stored.Select(one => one.Sequence));
        Assert.Equal(Enumerable.Range(0, 2 * writers * writes).Select(n => (uint)n), stored.Select(one => ((UserStorageItemSaved)one.Payload).Key).Order());
        Assert.True(refused > 0, "No writer ever met another.");
    }

    /// <summary>A fact as a process has numbered it.</summary>
    protected static EventEnvelope Stated(EventStreamName stream, long sequence)
    {
        var occurred = new DateTimeOffset(2026, 5, 6, 11, 0, 0, TimeSpan.Zero).AddTicks(1_234_567 + sequence);
        return new EventEnvelope(stream, sequence, new EventSource(1, 42), occurred, occurred, default, new HubJoined(2, 1, $"south {sequence}"));
    }
}
