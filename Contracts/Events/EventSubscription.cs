using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Sametime.Contracts.Events;

/// <summary>One subscriber's place on the in-memory event plane: its queue, its loop, and the count of what it was too slow for.</summary>
public sealed partial class EventSubscription : IAsyncDisposable
{
    private readonly string _name;
    private readonly IEventSubscriber _subscriber;
    private readonly EventPlaneOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<EventSubscription> _onDisposed;
    private readonly Counter<long> _droppedCounter;
    private readonly Counter<long> _failedCounter;
    private readonly Channel<EventEnvelope> _queue;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private long _dropped;

    internal EventSubscription(string name, IEventSubscriber subscriber, EventPlaneOptions options, TimeProvider time, Meter meter,
        ILogger log, Action<EventSubscription> onDisposed)
    {
        (_name, _subscriber, _options, _time, _log, _onDisposed) = (name, subscriber, options, time, log, onDisposed);
        _droppedCounter = meter.CreateCounter<long>("sametime.events.dropped", "{event}", "Events a subscriber was too slow to take.");
        _failedCounter = meter.CreateCounter<long>("sametime.events.failed", "{event}", "Events whose subscriber threw an exception.");

        // Full: TryWrite says no, and the event is dropped for this subscriber and counted.
        _queue = Channel.CreateBounded<EventEnvelope>(new BoundedChannelOptions(options.QueueEventsMax)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _loop = Task.Run(DeliverAsync);
    }

    /// <summary>Events dropped so far because the queue was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes no more events, delivers what still waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _onDisposed(this);
        _queue.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    internal bool Offer(EventEnvelope envelope)
    {
        if (_queue.Writer.TryWrite(envelope))
            return true;

        Interlocked.Increment(ref _dropped);
        _droppedCounter.Add(1, new KeyValuePair<string, object?>("subscriber", _name));
        return false;
    }

    private async Task DeliverAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await GatherAsync().ConfigureAwait(false);
            var batch = new List<EventEnvelope>();
            while (batch.Count < _options.BatchEventsMax && _queue.Reader.TryRead(out var envelope))
                batch.Add(envelope);
            await DeliverAsync(batch).ConfigureAwait(false);
        }
    }

    private async Task GatherAsync()
    {
        if (_queue.Reader.Count >= _options.BatchEventsMax)
            return;

        // The end of the subscription is no reason to lose what waits, only to wait no longer.
        await Task.Delay(_options.FlushInterval, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task DeliverAsync(List<EventEnvelope> batch)
    {
        try
        {
            await _subscriber.OnEventsAsync(batch, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The scope of a subscriber's failure is its batch: the loop goes on, or one bad event would silence it for good.
            _failedCounter.Add(batch.Count, new KeyValuePair<string, object?>("subscriber", _name));
            LogFailed(_log, failure, _name, batch.Count);
        }
    }

    [LoggerMessage(EventId = 1101, EventName = "events.batch-failed", Level = LogLevel.Error,
        Message = "Subscriber {Subscriber} failed on a batch of {Events} events; the batch is lost to it")]
    private static partial void LogFailed(ILogger log, Exception failure, string subscriber, int events);
}
