using Sametime.Contracts.Events;

namespace Sametime.Contracts.Providers;

/// <summary>What a reader of the log may see of persons.</summary>
public enum EventView
{
    /// <summary>Everything, but for those who were erased.</summary>
    Plain,

    /// <summary>Instead of a user id the opaque id that stands for him; no personal text. The same person is the same id in every extract.</summary>
    Pseudonymous,
}

/// <summary>A part of the log, by positions.</summary>
/// <param name="After">Events above this position.</param>
/// <param name="To">Events up to this position, included.</param>
public readonly record struct LogRange(long After, long To)
{
    /// <summary>The whole log, as far as it goes now.</summary>
    public static LogRange All { get; } = new(0, long.MaxValue);
}

/// <summary>How far a log goes.</summary>
/// <param name="First">Position of its first event; 0 when it has none.</param>
/// <param name="Last">Position of its last event; 0 when it has none.</param>
public readonly record struct LogExtent(long First, long Last);

/// <summary>
/// The whole log of a community, of which the streams that the store itself numbers (<see cref="IEventStore"/>) are one part, and what
/// other processes stated and had recorded the other. Failures are <see cref="StoreException"/>.
/// </summary>
public interface IEventLog
{
    /// <summary>
    /// Records facts that other processes stated, under the stream and sequence that they were given there; those that are recorded
    /// already are passed over. All or none; durable when the task ends. What is recorded carries the time at which it was: positions and
    /// times of recording rise together, as far as the clocks of those who write agree.
    /// </summary>
    /// <param name="events">Facts of streams that one process numbers (<see cref="EventStreamName.IsOfOneProcess"/>), each stream's in order.</param>
    /// <param name="stop">Gives up as long as nothing was written.</param>
    /// <returns>How many of them were new.</returns>
    /// <exception cref="ArgumentException">The store numbers one of the streams itself, or there are more events than one commit takes.</exception>
    ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop);

    /// <summary>The events of a range in the order of their positions. None that lies in it is missing, also where others write meanwhile.</summary>
    IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop);

    /// <summary>How far the log goes.</summary>
    ValueTask<LogExtent> MeasureAsync(CancellationToken stop);

    /// <summary>
    /// The position after which everything was recorded at this time or later; 0 when everything was. Clocks of those who write may differ by
    /// a minute.
    /// </summary>
    ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop);
}
