using System.Threading.Channels;

namespace Sametime.Contracts.Events;

/// <summary>
/// A bounded queue and a loop of its own in front of an inbox, for a carrier within the process, which has no queue with a bound for it: a
/// slow subscriber loses its own events, visibly, and delays nobody.
/// </summary>
public sealed class EventInboxQueue : IAsyncDisposable
{
    private readonly EventInbox _inbox;
    private readonly Channel<EventBatch> _queue = Channel.CreateUnbounded<EventBatch>();
    private readonly int _eventsMax;
    private readonly Task _loop;
    private int _events;

    /// <param name="inbox">Where the batches go.</param>
    /// <param name="eventsMax">Events that may wait; more are dropped.</param>
    public EventInboxQueue(EventInbox inbox, int eventsMax)
    {
        (_inbox, _eventsMax) = (inbox, eventsMax);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Batches that wait.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Queues a batch, or drops it. Never waits.</summary>
    public void Offer(EventBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Interlocked.Add(ref _events, batch.Events.Count) > _eventsMax || !_queue.Writer.TryWrite(batch))
        {
            Interlocked.Add(ref _events, -batch.Events.Count);
            _inbox.Drop(batch);
        }
    }

    /// <summary>Takes no more, delivers what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach (var batch in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            // Within a process there is nowhere to keep an event for later: it is counted and told in the log.
            await _inbox.HandleAsync(batch, (_, _) => Task.CompletedTask, CancellationToken.None).ConfigureAwait(false);
            Interlocked.Add(ref _events, -batch.Events.Count);
        }
    }
}
