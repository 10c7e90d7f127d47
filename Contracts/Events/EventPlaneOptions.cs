namespace Sametime.Contracts.Events;

/// <summary>Bounds of the in-memory event plane. Bound from the section <c>Events</c>.</summary>
public sealed class EventPlaneOptions
{
    /// <summary>
    /// Events that may wait for one subscriber; more are dropped for it. Default 65,536: at 200 bytes an event about 13 MiB, and half a
    /// minute of a hub at 2,000 facts a second.
    /// </summary>
    public int QueueEventsMax { get; set; } = 65_536;

    /// <summary>Events in one batch at most. Default 1,000.</summary>
    public int BatchEventsMax { get; set; } = 1_000;

    /// <summary>
    /// How long the first event of a batch waits for others. Default 50 ms: a subscriber then wakes at most 20 times a second however many
    /// events there are. Each wake-up takes a timer and two threads of the pool, and at 5 ms that was half of what a change of status cost.
    /// </summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(50);
}
