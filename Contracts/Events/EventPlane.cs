using Microsoft.Extensions.Logging;

namespace Sametime.Contracts.Events;

/// <summary>
/// The event plane as one process has it: those who state facts, the bounded queue behind them, the carrier, and the subscribers of this
/// process. What the carrier is, in memory or over a broker, nobody above can tell. What it counts is in the meter <c>Sametime.Events</c>.
/// </summary>
public sealed class EventPlane : IAsyncDisposable
{
    private readonly EventPlaneOptions _options;
    private readonly IEventCarrier _carrier;
    private readonly TimeProvider _time;
    private readonly ILogger<EventPlane> _log;
    private readonly EventMetrics _metrics = new();
    private readonly EventStage _stage;
    private readonly Lock _subscribing = new();
    private volatile Subscription[] _subscriptions = [];

    /// <param name="options">Bounds.</param>
    /// <param name="carrier">What carries; belongs to the plane from now on and ends with it.</param>
    /// <param name="time">When things happen.</param>
    /// <param name="log">Where it says what it meets.</param>
    public EventPlane(EventPlaneOptions options, IEventCarrier carrier, TimeProvider time, ILogger<EventPlane> log)
    {
        (_options, _carrier, _time, _log) = (options, carrier, time, log);
        _stage = new EventStage(options, carrier, time, _metrics, log);
    }

    /// <summary>Events that wait to be carried.</summary>
    public int Waiting => _stage.Waiting;

    /// <summary>Events that were dropped because too many waited to be carried.</summary>
    public long Dropped => _stage.Dropped;

    /// <summary>A publisher that numbers its facts in the stream of one incarnation of a hub. Make one a source.</summary>
    public IEventPublisher CreatePublisher(EventSource source) => CreatePublisher(source, EventStreamName.Hub(source.Hub, source.Incarnation));

    /// <summary>A publisher that numbers its facts in a stream of its own, which nobody else may state facts in.</summary>
    public IEventPublisher CreatePublisher(EventSource source, EventStreamName stream) => new Publisher(this, source, stream);

    /// <summary>Delivers everything from now on to a subscriber, until the result is disposed; on a broker also what waits for its name.</summary>
    /// <param name="name">
    /// Whom the events wait for; also shown in metrics and logs. Of several processes that subscribe under one name one at a time is given
    /// the events. Every process that must hear for itself needs a name of its own, the same at each of its starts.
    /// </param>
    /// <param name="subscriber">Who hears.</param>
    public IAsyncDisposable Subscribe(string name, IEventSubscriber subscriber)
    {
        var inbox = new EventInbox(name, subscriber, _options, _time, _metrics, _log);
        var subscription = new Subscription(this, inbox, _carrier.Connect(inbox));
        lock (_subscribing)
            _subscriptions = [.. _subscriptions, subscription];
        return subscription;
    }

    /// <summary>What waits for each subscriber of this process, by what the carrier can tell.</summary>
    public Task<EventBacklog[]> MeasureAsync(CancellationToken stop) =>
        Task.WhenAll(_subscriptions.Select(subscription => _carrier.MeasureAsync(subscription.Inbox, stop)));

    /// <summary>Takes no more facts and has carried what was stated, for a process that must know. The plane can only be disposed afterwards.</summary>
    /// <param name="stop">When it has been long enough.</param>
    /// <returns>Events that were not carried; 0 when every one was.</returns>
    public Task<long> CloseAsync(CancellationToken stop) => _stage.CloseAsync(stop);

    /// <summary>Carries what still waits, delivers it to the subscribers of this process, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync().ConfigureAwait(false);
        foreach (var subscription in _subscriptions)
            await subscription.DisposeAsync().ConfigureAwait(false);
        await _carrier.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    private sealed class Subscription(EventPlane plane, EventInbox inbox, IAsyncDisposable connection) : IAsyncDisposable
    {
        public EventInbox Inbox => inbox;

        public async ValueTask DisposeAsync()
        {
            lock (plane._subscribing)
                plane._subscriptions = [.. plane._subscriptions.Where(other => other != this)];
            await connection.DisposeAsync().ConfigureAwait(false);
            inbox.Dispose();
        }
    }

    private sealed class Publisher(EventPlane plane, EventSource source, EventStreamName stream) : IEventPublisher
    {
        private readonly Lock _numbering = new();
        private long _sequence;

        public bool TryPublish(IEvent fact, EventCause cause = default)
        {
            // Number and hand over in one step, or two threads could hand over in another order than they were numbered.
            lock (_numbering)
            {
                var now = plane._time.GetUtcNow();
                return plane._stage.Offer(new EventEnvelope(stream, ++_sequence, source, now, now, cause, fact));
            }
        }

        // Which fields of an event nobody here knows are secret, nobody here knows either; the program that wrote it passes it on.
        public bool TryForward(EventEnvelope recorded) => recorded.Payload is UnknownEvent || plane._stage.Offer(recorded);

        public ValueTask FlushAsync(CancellationToken stop) => new(plane._stage.FlushAsync(stop));
    }
}
