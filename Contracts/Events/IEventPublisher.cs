namespace Sametime.Contracts.Events;

/// <summary>
/// The one port by which hub and services state facts. It never blocks and never throws: the event plane may lag behind an IM but not hold
/// it up. What does not fit is dropped, counted, and visible to consumers as a gap in the sequence.
/// </summary>
public interface IEventPublisher
{
    /// <summary>States a fact that happened now, in the publisher's own stream. False when too many wait already and it was dropped.</summary>
    bool TryPublish(IEvent fact, EventCause cause = default);

    /// <summary>Passes on a fact that a store has already recorded, under the number it has there.</summary>
    bool TryForward(EventEnvelope recorded);

    /// <summary>
    /// Ends when everything forwarded before has arrived: lies with each subscriber of this process, or is confirmed by the broker. Only
    /// then does a store write down that it need not forward it again. On a plane that loses nothing between the two, at once.
    /// </summary>
    ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;
}

/// <summary>
/// Hears events in batches, in the order of each stream that one process states; of what several processes write to a store, each one's
/// in its order. An event is given again after an exception, and may be once more after a start: handling it twice must do no harm.
/// </summary>
public interface IEventSubscriber
{
    /// <summary>
    /// Handles a batch; the next one comes when this is done. After an exception it is given again a few times, then event by event, and the
    /// one at which it throws is set aside, for this subscriber only.
    /// </summary>
    ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop);
}
