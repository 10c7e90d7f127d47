namespace Sametime.Contracts.Events;

/// <summary>Takes batches of facts to the subscribers: within this process, or over a broker.</summary>
public interface IEventCarrier : IAsyncDisposable
{
    /// <summary>
    /// Carries a batch; ends when it cannot be lost any more. A failed call may have carried it all the same: the caller sends the same
    /// batch again, and the subscriber's side drops what comes twice.
    /// </summary>
    Task CarryAsync(EventBatch batch, CancellationToken stop);

    /// <summary>Brings to a subscriber every batch from now on, and what waits for its name, one at a time, until the result is disposed.</summary>
    IAsyncDisposable Connect(EventInbox inbox);

    /// <summary>How many batches wait for a subscriber and how many events were set aside, by what the carrier can tell.</summary>
    Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop);
}

/// <summary>What lies on the carrier for one subscriber.</summary>
/// <param name="Subscriber">Its name.</param>
/// <param name="Waiting">Batches that wait for it; null when nobody can tell now.</param>
/// <param name="Errors">Events that it could not handle; null when nobody can tell now.</param>
public sealed record EventBacklog(string Subscriber, long? Waiting, long? Errors);
