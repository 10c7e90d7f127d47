using Sametime.Contracts.Events;

namespace Sametime.Tests.Kit.Hub;

/// <summary>Keeps the facts that were stated, from whatever thread.</summary>
public sealed class RecordedEvents : IEventPublisher
{
    private readonly Lock _adding = new();

    public List<IEvent> Facts { get; } = [];

    /// <summary>What each of the facts belongs to.</summary>
    public List<EventCause> Causes { get; } = [];

    public IEnumerable<T> Of<T>()
        where T : IEvent => Facts.OfType<T>();

    public bool TryPublish(IEvent fact, EventCause cause = default)
    {
        lock (_adding)
        {
            Facts.Add(fact);
            Causes.Add(cause);
        }

        return true;
    }

    public bool TryForward(EventEnvelope recorded) => TryPublish(recorded.Payload);
}
