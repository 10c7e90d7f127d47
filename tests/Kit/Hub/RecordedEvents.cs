using Sametime.Contracts.Events;

namespace Sametime.Tests.Kit.Hub;

/// <summary>Keeps the facts that were stated.</summary>
public sealed class RecordedEvents : IEventPublisher
{
    public List<IEvent> Facts { get; } = [];

    public IEnumerable<T> Of<T>()
        where T : IEvent => Facts.OfType<T>();

    public bool TryPublish(IEvent fact, EventCause cause = default)
    {
        Facts.Add(fact);
        return true;
    }

    public bool TryForward(EventEnvelope recorded) => TryPublish(recorded.Payload);
}
