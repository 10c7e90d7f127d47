using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;

namespace Sametime.Broker.Events;

/// <summary>Makes the event plane of a process: over the broker when there is one, else in memory. Nothing else differs.</summary>
public static class EventPlanes
{
    /// <param name="broker">Where the broker is; an empty address for none.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">When things happen.</param>
    /// <param name="logs">Where the plane says what it meets.</param>
    public static EventPlane Create(BrokerOptions broker, EventPlaneOptions options, TimeProvider time, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(broker);
        IEventCarrier carrier = broker.Uri.Length == 0 ? new InMemoryCarrier(options, logs) : new RabbitMqCarrier(broker, options, logs);
        return new EventPlane(options, carrier, time, logs.CreateLogger<EventPlane>());
    }
}
