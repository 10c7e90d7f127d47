using Microsoft.Extensions.Logging;

namespace Sametime.Contracts.Events;

/// <summary>
/// A subscriber's side of the event plane, the same behind every carrier: duplicates are passed over, gaps are counted, and an event at
/// which the subscriber throws is set aside alone while the others of its batch are handled.
/// </summary>
public sealed partial class EventInbox : IDisposable
{
    private readonly IEventSubscriber _subscriber;
    private readonly EventPlaneOptions _options;
    private readonly TimeProvider _time;
    private readonly EventMetrics _metrics;
    private readonly ILogger _log;
    private readonly SequenceMemory _memory;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private long _failed;
    private long _dropped;

    internal EventInbox(string name, IEventSubscriber subscriber, EventPlaneOptions options, TimeProvider time, EventMetrics metrics, ILogger log)
    {
        (Name, _subscriber, _options, _time, _metrics, _log) = (name, subscriber, options, time, metrics, log);
        _memory = new SequenceMemory(options.StreamsRemembered);
    }

    /// <summary>The subscriber's name.</summary>
    public string Name { get; }

    /// <summary>Events that the subscriber could not handle, since the start.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Events that found the subscriber's queue in this process full, since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Has a batch handled, but for what was heard before; ends when all of it is.</summary>
    /// <param name="batch">What the carrier brought.</param>
    /// <param name="setAside">Puts away an event, as a batch of its own, at which the subscriber threw to the last.</param>
    /// <param name="stop">When the carrier must have the batch back; it then counts as not handled.</param>
    public async Task HandleAsync(EventBatch batch, Func<EventBatch, Exception, Task> setAside, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(setAside);

        // A carrier that lost its connection may bring a batch again while it is still being handled.
        await _oneAtATime.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var fresh = batch.Events.Where(written => !_memory.HasHeard(StreamKey.Of(batch, written), written.Sequence)).ToList();
            if (fresh.Count < batch.Events.Count)
                _metrics.Duplicates(Name, batch.Events.Count - fresh.Count);
            if (fresh.Count > 0)
                await HandleAsync(batch, fresh, setAside, stop).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>The subscriber's queue in this process was full.</summary>
    internal void Drop(EventBatch batch)
    {
        Interlocked.Add(ref _dropped, batch.Events.Count);
        _metrics.Dropped(Name, batch.Events.Count);
    }

    private async Task HandleAsync(EventBatch batch, List<WrittenEnvelope> fresh, Func<EventBatch, Exception, Task> setAside, CancellationToken stop)
    {
        if (batch.IsSetAside)
        {
            // It had its chances; what it throws now is the carrier's to keep.
            await DeliverAsync(fresh, stop).ConfigureAwait(false);
            Hear(batch, fresh);
        }
        else if (await TryDeliverAsync(fresh, stop).ConfigureAwait(false))
        {
            Hear(batch, fresh);
        }
        else
        {
            foreach (var written in fresh)
                await HandleAloneAsync(batch, written, setAside, stop).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryDeliverAsync(List<WrittenEnvelope> fresh, CancellationToken stop)
    {
        var delay = _options.HandlingRetryDelay;
        for (var attempt = 1; ; attempt++, delay *= 2)
        {
            try
            {
                await DeliverAsync(fresh, stop).ConfigureAwait(false);
                return true;
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                LogFailed(_log, failure, Name, fresh.Count, attempt);
                if (attempt >= _options.HandlingAttempts)
                    return false;
                await Task.Delay(delay, _time, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task HandleAloneAsync(EventBatch batch, WrittenEnvelope written, Func<EventBatch, Exception, Task> setAside, CancellationToken stop)
    {
        try
        {
            await DeliverAsync([written], stop).ConfigureAwait(false);
            Hear(batch, [written]);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            await setAside(batch with { IsSetAside = true, Events = [written] }, failure).ConfigureAwait(false);
            Interlocked.Increment(ref _failed);
            _metrics.Failed(Name);
            LogSetAside(_log, failure, Name, written.Name, written.Stream, written.Sequence);
            CountGap(written, _memory.Postpone(StreamKey.Of(batch, written), written.Sequence));
        }
    }

    private ValueTask DeliverAsync(IReadOnlyList<WrittenEnvelope> written, CancellationToken stop) =>
        _subscriber.OnEventsAsync([.. written.Select(one => one.Read())], stop);

    private void Hear(EventBatch batch, IReadOnlyList<WrittenEnvelope> handled)
    {
        foreach (var written in handled)
            CountGap(written, _memory.Hear(StreamKey.Of(batch, written), written.Sequence));
    }

    private void CountGap(WrittenEnvelope next, long missing)
    {
        if (missing <= 0)
            return;
        _metrics.Gap(Name, missing);

        // What a store has numbered may still come from another process that wrote to it.
        if (new EventStreamName(next.Stream).IsOfOneProcess)
            LogGap(_log, Name, missing, next.Stream, next.Sequence);
    }

    [LoggerMessage(EventId = 1905, EventName = "events.handling-failed", Level = LogLevel.Warning,
        Message = "Subscriber {Subscriber} failed on {Events} events at attempt {Attempt}")]
    private static partial void LogFailed(ILogger log, Exception failure, string subscriber, int events, int attempt);

    [LoggerMessage(EventId = 1906, EventName = "events.set-aside", Level = LogLevel.Error,
        Message = "Subscriber {Subscriber} cannot handle {Event}, number {Sequence} of {Stream}: it is set aside and the others go on")]
    private static partial void LogSetAside(ILogger log, Exception failure, string subscriber, string @event, string stream, long sequence);

    [LoggerMessage(EventId = 1907, EventName = "events.gap", Level = LogLevel.Warning,
        Message = "Subscriber {Subscriber} misses {Events} events of {Stream} before number {Sequence}")]
    private static partial void LogGap(ILogger log, string subscriber, long events, string stream, long sequence);
}
