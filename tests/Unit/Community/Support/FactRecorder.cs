using Sametime.Contracts.Events;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>Keeps every fact of the event plane.</summary>
internal sealed class FactRecorder : IEventSubscriber
{
    private readonly List<EventEnvelope> _envelopes = [];

    public FactRecorder(EventPlane plane) => plane.Subscribe("test", this);

    public IReadOnlyList<IEvent> All
    {
        get
        {
            lock (_envelopes)
                return [.. _envelopes.Select(static envelope => envelope.Payload)];
        }
    }

    public IReadOnlyList<T> Of<T>()
        where T : IEvent => [.. All.OfType<T>()];

    public ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        lock (_envelopes)
            _envelopes.AddRange(batch);
        return ValueTask.CompletedTask;
    }
}
