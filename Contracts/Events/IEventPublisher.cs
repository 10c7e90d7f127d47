namespace Sametime.Contracts.Events;

/// <summary>
/// The one port by which hub and services state facts. It never blocks and never throws: the event plane may lag behind an IM but not hold
/// it up. What does not fit is dropped, counted, and visible to consumers as a gap in the sequence.
/// </summary>
public interface IEventPublisher
{
    /// <summary>States a fact that happened now, in the publisher's own stream. False when a consumer was too slow to take it.</summary>
    bool TryPublish(IEvent fact, EventCause cause = default);

    /// <summary>Passes on a fact that a store has already recorded, under the number it has there.</summary>
    bool TryForward(EventEnvelope recorded);

    /// <summary>
    /// Ends when everything forwarded before has arrived: lies with each subscriber of this process, or is confirmed by the broker. Only
    /// then does a store write down that it need not forward it again. On a plane that loses nothing between the two, at once.
    /// </summary>
    ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;
}

/// <summary>Hears events in batches, in the order of each stream. Duplicates are possible on other carriers: remember ids.</summary>
public interface IEventSubscriber
{
    /// <summary>Handles a batch; the next one comes when this is done. An exception loses the batch for this subscriber only.</summary>
    ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop);
}
