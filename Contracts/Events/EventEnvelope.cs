namespace Sametime.Contracts.Events;

/// <summary>Who states facts: the hub (0 for a program outside any hub, such as a command) and which start of it.</summary>
public readonly record struct EventSource(ushort Hub, uint Incarnation);

/// <summary>What an event belongs to and follows from. Both are ids as text, or null.</summary>
/// <param name="Correlation">Shared by everything that one channel or one request brought about, over all hops.</param>
/// <param name="Causation">The id of the event that led to this one.</param>
public readonly record struct EventCause(string? Correlation, string? Causation = null);

/// <summary>A fact and what is known of its happening.</summary>
/// <param name="Stream">The ordered stream it is part of.</param>
/// <param name="Sequence">1, 2, 3, ... in that stream without a gap: a missing number is a lost event, a repeated one a duplicate.</param>
/// <param name="Source">Who stated it.</param>
/// <param name="Occurred">When it happened, by the clock of the source.</param>
/// <param name="Recorded">When it was written down; never before it happened.</param>
/// <param name="Cause">What it belongs to.</param>
/// <param name="Payload">The fact.</param>
public sealed record EventEnvelope(
    EventStreamName Stream,
    long Sequence,
    EventSource Source,
    DateTimeOffset Occurred,
    DateTimeOffset Recorded,
    EventCause Cause,
    IEvent Payload)
{
    /// <summary>Unique for ever and the same at each replay: a consumer that saw this id before does nothing.</summary>
    public string Id => $"{Stream}/{Sequence}";
}
