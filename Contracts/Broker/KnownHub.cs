using Sametime.Broker.Links;
using Sametime.Contracts.Link;

namespace Sametime.Broker;

/// <summary>Another hub, by its latest beacon.</summary>
internal sealed class KnownHub
{
    private ulong _sequence;

    public BrokerAddress Address { get; private set; }

    public HubBeacon Beacon { get; private set; } = new(0, 0, false, "");

    /// <summary>A timestamp of the loop's time.</summary>
    public long HeardAt { get; private set; }

    /// <summary>Keeps the link to it when it is ours to dial.</summary>
    public LinkConnector? Connector { get; set; }

    /// <summary>False for a beacon that was sent before the latest one: on its way late, or sent again by somebody.</summary>
    public bool IsOlderThan(HubBeacon beacon, ulong sequence) =>
        (Beacon.Incarnation, Beacon.Process, _sequence).CompareTo((beacon.Incarnation, beacon.Process, sequence)) < 0;

    public void Hear(BrokerAddress address, ulong sequence, HubBeacon beacon, long now) =>
        (Address, _sequence, Beacon, HeardAt) = (address, sequence, beacon, now);
}
