using System.Globalization;
using Sametime.Broker.Links;

namespace Sametime.Broker;

/// <summary>
/// What things are called on the broker.
/// <code>
/// sametime.PREFIX.hubs                 fanout exchange of the beacons
/// sametime.PREFIX.hub.NUMBER.QUEUE     queue of a hub; QUEUE is 16 hexadecimal digits, new with each connection
/// </code>
/// </summary>
internal sealed class BrokerNames(string prefix)
{
    private readonly string _queues = $"sametime.{prefix}.hub.";

    public string Hubs { get; } = $"sametime.{prefix}.hubs";

    public string QueueOf(BrokerAddress address) => string.Create(CultureInfo.InvariantCulture, $"{_queues}{address.Hub}.{address.Queue:x16}");

    /// <summary>The number of the queue; null when it is none of ours.</summary>
    public ulong? QueueNumberOf(string name)
    {
        var digits = name.AsSpan(name.LastIndexOf('.') + 1);
        return name.StartsWith(_queues, StringComparison.Ordinal)
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
