namespace Sametime.Contracts.Events;

/// <summary>Bounds of the event plane, on either side of its carrier. Bound from the section <c>Events</c>.</summary>
public sealed class EventPlaneOptions
{
    /// <summary>
    /// Events that may wait in a process, to be published and, in memory, for one subscriber; more are dropped. Default 65,536: at 200 bytes
    /// an event about 13 MiB, and half a minute of a hub at 2,000 facts a second.
    /// </summary>
    public int QueueEventsMax { get; set; } = 65_536;

    /// <summary>Events in one batch at most. Default 1,000.</summary>
    public int BatchEventsMax { get; set; } = 1_000;

    /// <summary>Characters of fields in one batch at most; a larger event travels alone. Default 1,048,576.</summary>
    public int BatchCharsMax { get; set; } = 1_048_576;

    /// <summary>
    /// How long the first event of a batch waits for others. Default 50 ms: a subscriber then wakes at most 20 times a second however many
    /// events there are. Each wake-up takes a timer and two threads of the pool, and at 5 ms that was half of what a change of status cost.
    /// </summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Time for the broker to confirm a batch; then it is sent again under the same number. Default 5 s.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait before a batch is sent a second time; it doubles with each failure. Default 200 ms.</summary>
    public TimeSpan RetryDelayMin { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before a batch is sent again. Default 5 s.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the end of a process waits for what it has stated to be carried. Default 5 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Times a subscriber is given a batch at which it throws, before the events are given to it one by one. Default 4.</summary>
    public int HandlingAttempts { get; set; } = 4;

    /// <summary>Wait before a subscriber is given a batch a second time; it doubles with each failure. Default 200 ms.</summary>
    public TimeSpan HandlingRetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Streams of which a subscriber remembers what it has heard; the ones heard least lately are forgotten. Default 20,000.</summary>
    public int StreamsRemembered { get; set; } = 20_000;

    /// <summary>Batches that wait on the broker for one subscriber; beyond it the oldest are dropped. Default 20,000.</summary>
    public int SubscriberBatchesMax { get; set; } = 20_000;

    /// <summary>Events that a subscriber could not handle and that are kept on the broker; beyond it the oldest are dropped. Default 10,000.</summary>
    public int ErrorsMax { get; set; } = 10_000;

    /// <summary>How long the broker keeps the queue of a subscriber that is away, and what it could not handle after nothing more came there. Default 3 days.</summary>
    public TimeSpan SubscriberLifetime { get; set; } = TimeSpan.FromDays(3);
}
