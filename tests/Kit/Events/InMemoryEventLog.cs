using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Tests.Kit.Events;

/// <summary>
/// A log in memory that keeps whatever it is given, also what no store would: numbers that are missing or come twice. Its pseudonyms are made
/// by the test.
/// </summary>
public sealed class InMemoryEventLog : IEventLog, IEventStore
{
    private readonly Lock _guard = new();
    private readonly List<StoredEvent> _events = [];

    /// <summary>What an event looks like to who may not see names; by default as it is.</summary>
    public Func<EventEnvelope, EventEnvelope> Pseudonym { get; init; } = envelope => envelope;

    /// <summary>Is called with each position that is read, before it is given out.</summary>
    public Action<long> OnRead { get; set; } = _ => { };

    public IReadOnlyList<StoredEvent> Events
    {
        get
        {
            lock (_guard)
                return [.. _events];
        }
    }

    /// <summary>Keeps events as they are.</summary>
    public InMemoryEventLog With(params IEnumerable<EventEnvelope> events)
    {
        lock (_guard)
        {
            foreach (var envelope in events)
                _events.Add(new StoredEvent(_events.Count + 1, envelope));
        }

        return this;
    }

    public ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop)
    {
        var known = Events.Select(stored => stored.Envelope.Id).ToHashSet(StringComparer.Ordinal);
        var added = events.Where(envelope => known.Add(envelope.Id)).ToArray();
        With(added);
        return ValueTask.FromResult(added.Length);
    }

    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        LogRange range, EventView view, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var stored in Events.Where(stored => stored.Position > range.After && stored.Position <= range.To))
        {
            stop.ThrowIfCancellationRequested();
            OnRead(stored.Position);
            yield return view == EventView.Plain ? stored : stored with { Envelope = Pseudonym(stored.Envelope) };
        }

        await Task.CompletedTask;
    }

    public ValueTask<LogExtent> MeasureAsync(CancellationToken stop) =>
        ValueTask.FromResult(Events is [var first, .., var last] ? new LogExtent(first.Position, last.Position)
            : Events is [var only] ? new LogExtent(only.Position, only.Position) : default);

    public ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop) =>
        ValueTask.FromResult(Events.Where(stored => stored.Envelope.Recorded < time).Select(stored => stored.Position).DefaultIfEmpty().Max());

    public ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
        EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(events);
        lock (_guard)
        {
            var sequence = _events.Count(stored => stored.Envelope.Stream == stream);
            var before = _events.Count;
            With(events.Select(added => new EventEnvelope(
                stream, ++sequence, new EventSource(1, 0), added.Occurred, added.Occurred, added.Cause, added.Fact)));
            return ValueTask.FromResult<IReadOnlyList<StoredEvent>>([.. _events.Skip(before)]);
        }
    }

    public IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence, CancellationToken stop) =>
        Events.Where(stored => stored.Envelope.Stream == stream && stored.Envelope.Sequence > afterSequence).ToAsyncEnumerable();

    public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) =>
        ReadAsync(new LogRange(afterPosition, long.MaxValue), EventView.Plain, stop);
}
