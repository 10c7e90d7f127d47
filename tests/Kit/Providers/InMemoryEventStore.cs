using System.Runtime.CompilerServices;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Tests.Kit.Providers;

/// <summary>The streams of an event store in memory; passes the same contract suite as the real ones.</summary>
public sealed class InMemoryEventStore(EventSource source, TimeProvider time) : IEventStore
{
    private readonly Lock _guard = new();
    private readonly List<StoredEvent> _events = [];
    private readonly Dictionary<EventStreamName, long> _versions = [];

    public ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
        EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        if (stop.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<StoredEvent>>(stop);
        lock (_guard)
        {
            var version = _versions.GetValueOrDefault(stream);
            if (expectedVersion != ExpectedVersion.Any && expectedVersion != version)
                return ValueTask.FromException<IReadOnlyList<StoredEvent>>(new StreamVersionException(stream, expectedVersion, version));
            var now = time.GetUtcNow();
            var appended = events.Select((one, i) => new StoredEvent(
                _events.Count + i + 1, new EventEnvelope(stream, version + i + 1, source, one.Occurred, now, one.Cause, one.Fact))).ToArray();
            _events.AddRange(appended);
            _versions[stream] = version + appended.Length;
            return ValueTask.FromResult<IReadOnlyList<StoredEvent>>(appended);
        }
    }

    public IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence, CancellationToken stop) =>
        ReadAsync(stored => stored.Envelope.Stream == stream && stored.Envelope.Sequence > afterSequence, stop);

    public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) => ReadAsync(stored => stored.Position > afterPosition, stop);

    private async IAsyncEnumerable<StoredEvent> ReadAsync(Func<StoredEvent, bool> isAsked, [EnumeratorCancellation] CancellationToken stop)
    {
        StoredEvent[] found;
        lock (_guard)
            found = [.. _events.Where(isAsked)];
        foreach (var stored in found)
        {
            await Task.Yield();
            stop.ThrowIfCancellationRequested();
            yield return stored;
        }
    }
}
