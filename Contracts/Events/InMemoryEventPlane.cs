using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Sametime.Contracts.Events;

/// <summary>
/// The event plane of one process. Each subscriber has a bounded queue and a loop of its own, so a slow one loses its own events and
/// delays nobody. Metrics: <c>sametime.events.published</c>, <c>.dropped</c> and <c>.failed</c>, in events.
/// </summary>
public sealed class InMemoryEventPlane : IAsyncDisposable
{
    private readonly EventPlaneOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<InMemoryEventPlane> _log;
    private readonly Meter _meter = new("Sametime.Events");
    private readonly Counter<long> _published;
    private readonly Lock _subscribing = new();
    private volatile EventSubscription[] _subscriptions = [];

    public InMemoryEventPlane(EventPlaneOptions options, TimeProvider time, ILogger<InMemoryEventPlane> log)
    {
        (_options, _time, _log) = (options, time, log);
        _published = _meter.CreateCounter<long>("sametime.events.published", "{event}", "Facts stated on the event plane.");
    }

    /// <summary>A publisher that numbers its facts in the stream of one incarnation of a hub. Make one a source.</summary>
    public IEventPublisher CreatePublisher(EventSource source) => new Publisher(this, source);

    /// <summary>Delivers everything from now on to a subscriber, until the result is disposed.</summary>
    /// <param name="name">Shown in metrics and logs.</param>
    /// <param name="subscriber">Who hears.</param>
    public EventSubscription Subscribe(string name, IEventSubscriber subscriber)
    {
        var subscription = new EventSubscription(name, subscriber, _options, _time, _meter, _log, Remove);
        lock (_subscribing)
            _subscriptions = [.. _subscriptions, subscription];
        return subscription;
    }

    /// <summary>Delivers what still waits, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions)
            await subscription.DisposeAsync().ConfigureAwait(false);
        _meter.Dispose();
    }

    private void Remove(EventSubscription subscription)
    {
        lock (_subscribing)
            _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
    }

    private bool Offer(EventEnvelope envelope)
    {
        _published.Add(1);
        var everybodyTook = true;
        foreach (var subscription in _subscriptions)
            everybodyTook &= subscription.Offer(envelope);
        return everybodyTook;
    }

    private sealed class Publisher(InMemoryEventPlane plane, EventSource source) : IEventPublisher
    {
        private readonly EventStreamName _stream = EventStreamName.Hub(source.Hub, source.Incarnation);
        private readonly Lock _numbering = new();
        private long _sequence;

        public bool TryPublish(IEvent fact, EventCause cause = default)
        {
            // Number and hand over in one step, or two threads could hand over in another order than they were numbered.
            lock (_numbering)
            {
                var now = plane._time.GetUtcNow();
                return plane.Offer(new EventEnvelope(_stream, ++_sequence, source, now, now, cause, fact));
            }
        }

        public bool TryForward(EventEnvelope recorded) => plane.Offer(recorded);
    }
}
