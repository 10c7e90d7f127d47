using Sametime.Contracts.Events;

namespace Sametime.Services.Providers;

/// <summary>
/// Who numbers the events of a stream decides how they may enter the log: a store appends to its own streams, and records what processes
/// stated in theirs. Only facts of the store's own streams change current values: what is said on the event plane, from whichever hub it
/// comes, can add no user.
/// </summary>
internal static class LogStreams
{
    /// <summary>Refuses to number what a process has numbered.</summary>
    /// <exception cref="ArgumentException">The stream is of one process.</exception>
    public static void RequireOwn(EventStreamName stream)
    {
        if (stream.IsOfOneProcess)
            throw new ArgumentException($"The events of {stream} are numbered by the process that states them: they are recorded, not appended.", nameof(stream));
    }

    /// <summary>Refuses to record what a store numbers, or more than one commit takes.</summary>
    /// <exception cref="ArgumentException">There is such an event among them, or there are too many.</exception>
    public static void RequireStated(IReadOnlyList<EventEnvelope> events, int eventsMax)
    {
        if (events.Count > eventsMax)
            throw new ArgumentException($"{events.Count} events are to be recorded at once, and {eventsMax} are allowed.", nameof(events));
        if (events.FirstOrDefault(stated => !stated.Stream.IsOfOneProcess) is { } own)
            throw new ArgumentException($"The events of {own.Stream} are numbered by the store: they are appended, not recorded.", nameof(events));
    }
}
