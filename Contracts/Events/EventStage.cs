using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Sametime.Contracts.Events;

/// <summary>
/// The queue between those who state facts and the carrier. Taking a fact costs a number and a place in a bounded queue; batches are made,
/// written and carried behind it, one at a time, so that they keep their order. While the carrier cannot carry, the same batch is sent again
/// and again, the queue fills, and what then finds no place is dropped: counted here, and a gap in its stream for everybody who listens.
/// </summary>
internal sealed partial class EventStage : IAsyncDisposable
{
    private readonly EventPlaneOptions _options;
    private readonly IEventCarrier _carrier;
    private readonly TimeProvider _time;
    private readonly EventMetrics _metrics;
    private readonly ILogger _log;
    private readonly Guid _publisher = Guid.NewGuid();
    private readonly Channel<Place> _queue;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Task _loop;
    private long _batchNumber;
    private long _notCarried;
    private long _dropped;

    public EventStage(EventPlaneOptions options, IEventCarrier carrier, TimeProvider time, EventMetrics metrics, ILogger log)
    {
        (_options, _carrier, _time, _metrics, _log) = (options, carrier, time, metrics, log);

        // Full: TryWrite says no, and the event is dropped and counted.
        _queue = Channel.CreateBounded<Place>(new BoundedChannelOptions(options.QueueEventsMax)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Events that wait.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Events dropped so far because the queue was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes an event, or drops it and says no. Never waits.</summary>
    public bool Offer(EventEnvelope envelope)
    {
        _metrics.Published();
        if (_queue.Writer.TryWrite(new Place(envelope, null)))
            return true;

        Interlocked.Increment(ref _dropped);
        _metrics.DroppedUncarried(1);
        return false;
    }

    /// <summary>Ends when every event taken before has been carried.</summary>
    /// <exception cref="OperationCanceledException">The stage was closed before, or the token says that it has been long enough.</exception>
    public async Task FlushAsync(CancellationToken stop)
    {
        var carried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _queue.Writer.WriteAsync(new Place(null, carried), stop).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new OperationCanceledException("The event plane takes no more events.", closed);
        }

        await carried.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Takes no more events and carries what waits, until the token says that it has been long enough.</summary>
    /// <returns>Events that were not carried.</returns>
    public async Task<long> CloseAsync(CancellationToken stop)
    {
        _queue.Writer.TryComplete();
        await _closing.CancelAsync().ConfigureAwait(false);
        await using (stop.UnsafeRegister(static stage => ((EventStage)stage!)._givenUp.Cancel(), this).ConfigureAwait(false))
            await _loop.ConfigureAwait(false);
        return _notCarried;
    }

    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(_options.StopTimeout, _time);
        var lost = await CloseAsync(timeout.Token).ConfigureAwait(false);
        if (lost > 0)
            LogLost(_log, lost);
        _closing.Dispose();
        _givenUp.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await GatherAsync().ConfigureAwait(false);
            var waiting = new List<TaskCompletionSource>();
            var events = Take(waiting);
            var isCarried = events.Count == 0 ? !_givenUp.IsCancellationRequested : await CarryAsync(events).ConfigureAwait(false);
            foreach (var flush in waiting)
            {
                if (isCarried)
                    flush.TrySetResult();
                else
                    flush.TrySetCanceled();
            }
        }
    }

    // The end of the process is no reason to lose what waits, only to wait no longer for more.
    private async Task GatherAsync()
    {
        if (_queue.Reader.Count < _options.BatchEventsMax)
            await Task.Delay(_options.FlushInterval, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Also takes those who wait for what they find before them in the queue.
    private List<WrittenEnvelope> Take(List<TaskCompletionSource> waiting)
    {
        var events = new List<WrittenEnvelope>();
        var chars = 0;
        while (events.Count < _options.BatchEventsMax && chars < _options.BatchCharsMax && _queue.Reader.TryRead(out var place))
        {
            if (place.Flush is { } flush)
                waiting.Add(flush);
            if (place.Envelope is not { } envelope)
                continue;

            try
            {
                var written = WrittenEnvelope.Of(envelope);
                chars += written.Json.Length;
                events.Add(written);
            }
            catch (Exception ours) when (ours is ArgumentException or System.Text.Json.JsonException or NotSupportedException)
            {
                // The scope of a fact that cannot be written is this fact: whoever stated it must not be held up by it.
                _metrics.DroppedUncarried(1);
                LogUnwritable(_log, ours, envelope.Payload.GetType().Name);
            }
        }

        return events;
    }

    private async Task<bool> CarryAsync(List<WrittenEnvelope> events)
    {
        var isCarried = false;
        _metrics.CarryBegins();
        try
        {
            return isCarried = await CarryAsync(new EventBatch { Publisher = _publisher, Number = ++_batchNumber, Events = events }).ConfigureAwait(false);
        }
        finally
        {
            _metrics.CarryEnds(isCarried);
            if (!isCarried)
            {
                _notCarried += events.Count;
                _metrics.DroppedUncarried(events.Count);
            }
        }
    }

    private async Task<bool> CarryAsync(EventBatch batch)
    {
        for (var (delay, tries) = (_options.RetryDelayMin, 1); ; delay = Min(delay * 2, _options.RetryDelayMax), tries++)
        {
            if (_givenUp.IsCancellationRequested)
                return false;

            try
            {
                // A client of a broker may wait for ever for one that went away, so every attempt has an end of ours.
                using var timeout = new CancellationTokenSource(_options.PublishTimeout, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _givenUp.Token);
                await _carrier.CarryAsync(batch, either.Token).ConfigureAwait(false);
                if (tries > 1)
                    LogCarriedAgain(_log, batch.Number, tries);
                return true;
            }
            catch (Exception failure)
            {
                // Whatever a carrier throws, the batch was not confirmed, and that is all there is to know.
                if (tries == 1)
                    LogNotCarried(_log, batch.Number, failure.Message);
                _metrics.Resent();
                await Task.Delay(delay, _time, _givenUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What a place in the queue is taken by: an event, or somebody who waits until those before have been carried.</summary>
    private readonly record struct Place(EventEnvelope? Envelope, TaskCompletionSource? Flush);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(EventId = 1901, EventName = "events.not-carried", Level = LogLevel.Warning,
        Message = "Batch {Number} of events was not taken by the broker and is sent again until it is: {Why}")]
    private static partial void LogNotCarried(ILogger log, long number, string why);

    [LoggerMessage(EventId = 1902, EventName = "events.carried-again", Level = LogLevel.Information,
        Message = "Events are carried again: batch {Number} was taken at attempt {Tries}")]
    private static partial void LogCarriedAgain(ILogger log, long number, int tries);

    [LoggerMessage(EventId = 1903, EventName = "events.lost-at-end", Level = LogLevel.Warning,
        Message = "{Events} events were not carried before the end of the process")]
    private static partial void LogLost(ILogger log, long events);

    [LoggerMessage(EventId = 1904, EventName = "events.unwritable", Level = LogLevel.Error,
        Message = "A fault of ours: a fact of type {Fact} cannot be written and is told to nobody")]
    private static partial void LogUnwritable(ILogger log, Exception fault, string fact);
}
