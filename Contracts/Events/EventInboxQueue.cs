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
    private readonly CancellationTokenSource _givenUp = new();
    private readonly TimeSpan _stopTimeout;
    private readonly TimeProvider _time;
    private readonly Task _loop;
    private int _events;

    /// <param name="inbox">Where the batches go.</param>
    /// <param name="options">How many events may wait, more are dropped; and how long what waits at the end may take.</param>
    /// <param name="time">The clock.</param>
    public EventInboxQueue(EventInbox inbox, EventPlaneOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_inbox, _eventsMax, _stopTimeout, _time) = (inbox, options.QueueEventsMax, options.StopTimeout, time);
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

    /// <summary>Takes no more, delivers what waits, and ends; what a subscriber has not handled in time is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        using var timeout = new CancellationTokenSource(_stopTimeout, _time);
        await using (timeout.Token.Register(_givenUp.Cancel))
            await _loop.ConfigureAwait(false);
        _givenUp.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var batch in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            // Within a process there is nowhere to keep an event for later: it is counted and told in the log.
            try
            {
                await _inbox.HandleAsync(batch, (_, _) => Task.CompletedTask, _givenUp.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_givenUp.IsCancellationRequested)
            {
                _inbox.Drop(batch);
            }

            Interlocked.Add(ref _events, -batch.Events.Count);
        }
    }
}
