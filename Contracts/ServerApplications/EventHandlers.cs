using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>All that hear one kind of community event.</summary>
internal abstract class EventHandlers
{
    /// <summary>False when the event does not parse. <paramref name="failed"/> hears of each handler that throws; the others still hear the event.</summary>
    public abstract bool TryRaise(ref WireReader reader, Action<Exception> failed);
}

/// <inheritdoc/>
internal sealed class EventHandlers<TEvent> : EventHandlers
    where TEvent : ICommunityEvent<TEvent>
{
    private readonly List<Action<TEvent>> _handlers = [];

    public void Add(Action<TEvent> handler) => _handlers.Add(handler);

    public override bool TryRaise(ref WireReader reader, Action<Exception> failed)
    {
        var heard = TEvent.Read(ref reader);
        if (reader.Error is not null)
            return false;
        foreach (var handler in _handlers)
        {
            try
            {
                handler(heard);
            }
            catch (Exception bug)
            {
                failed(bug);
            }
        }
        return true;
    }
}
