using System.Diagnostics.Metrics;

namespace Sametime.Contracts.Events;

/// <summary>What the event plane counts, in the meter <c>Sametime.Events</c>.</summary>
internal sealed class EventMetrics : IDisposable
{
    private readonly Meter _meter = new("Sametime.Events");
    private readonly Counter<long> _published;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _resent;
    private readonly UpDownCounter<int> _inFlight;

    public EventMetrics()
    {
        _published = _meter.CreateCounter<long>("sametime.events.published", "{event}", "Facts stated on the event plane.");
        _dropped = _meter.CreateCounter<long>("sametime.events.dropped", "{event}", "Events that found a queue full.");
        _failed = _meter.CreateCounter<long>("sametime.events.failed", "{event}", "Events whose subscriber threw an exception to the last.");
        _duplicates = _meter.CreateCounter<long>("sametime.events.duplicates", "{event}", "Events that came a second time and were passed over.");
        _gaps = _meter.CreateCounter<long>("sametime.events.gaps", "{event}", "Events that were missing when the next one of their stream came.");
        _batches = _meter.CreateCounter<long>("sametime.events.batches", "{batch}", "Batches that were carried.");
        _resent = _meter.CreateCounter<long>("sametime.events.resent", "{batch}", "Times a batch was sent again because it was not confirmed.");
        _inFlight = _meter.CreateUpDownCounter<int>("sametime.events.in_flight", "{batch}", "Batches that are being carried.");
    }

    public void Published() => _published.Add(1);

    /// <summary>The queue in front of the carrier was full.</summary>
    public void DroppedUncarried(int events) => _dropped.Add(events, new KeyValuePair<string, object?>("queue", "publishing"));

    /// <summary>The queue of a subscriber was full.</summary>
    public void Dropped(string subscriber, int events) => _dropped.Add(events, Of(subscriber));

    public void Failed(string subscriber) => _failed.Add(1, Of(subscriber));

    public void Duplicates(string subscriber, int events) => _duplicates.Add(events, Of(subscriber));

    public void Gap(string subscriber, long events) => _gaps.Add(events, Of(subscriber));

    public void CarryBegins() => _inFlight.Add(1);

    public void CarryEnds(bool isCarried)
    {
        _inFlight.Add(-1);
        if (isCarried)
            _batches.Add(1);
    }

    public void Resent() => _resent.Add(1);

    public bool Owns(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Of(string subscriber) => new("subscriber", subscriber);
}
