namespace Sametime.Broker.Links;

/// <summary>Where a hub is reached on the broker.</summary>
/// <param name="Hub">Its number.</param>
/// <param name="Queue">
/// Number of its queue, by chance and new with each connection to the broker. So nothing sent to an earlier life of the hub
/// can reach the present one.
/// </param>
internal readonly record struct BrokerAddress(ushort Hub, ulong Queue);
