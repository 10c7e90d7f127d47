using Sametime.Contracts.Events;

namespace Sametime.Contracts.Providers;

/// <summary>A fact to append.</summary>
public readonly record struct NewEvent(IEvent Fact, DateTimeOffset Occurred, EventCause Cause = default);

/// <summary>A stored event and its place in the whole log.</summary>
/// <param name="Position">Rises from event to event over all streams; never reused.</param>
/// <param name="Envelope">The event.</param>
public sealed record StoredEvent(long Position, EventEnvelope Envelope);

/// <summary>What an append expects of the stream.</summary>
public static class ExpectedVersion
{
    /// <summary>Whatever is there.</summary>
    public const long Any = -1;

    /// <summary>The stream has no event yet.</summary>
    public const long None = 0;
}

/// <summary>Durable, ordered streams of events. Failures are <see cref="StoreException"/>.</summary>
public interface IEventStore
{
    /// <summary>
    /// Appends events to a stream, all or none. When the task ends they survive a power cut, and not before.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">Sequence of its last event as the caller knows it, or <see cref="ExpectedVersion"/>.</param>
    /// <param name="events">At least one.</param>
    /// <param name="stop">Gives up as long as nothing was written.</param>
    /// <exception cref="StreamVersionException">The stream has moved on; nothing was written.</exception>
    ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
        EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop);

    /// <summary>The events of a stream whose sequence is above <paramref name="afterSequence"/>, in order.</summary>
    IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence, CancellationToken stop);

    /// <summary>The events of all streams whose position is above <paramref name="afterPosition"/>, in order.</summary>
    IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop);
}
