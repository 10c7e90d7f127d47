using Sametime.Broker.Links;

namespace Sametime.Broker;

/// <summary>What a hub's side of the broker looks like at one moment.</summary>
/// <param name="IsConnected">There is a connection to the broker.</param>
/// <param name="IsBlocked">The broker takes nothing for now because it is short of memory or disk.</param>
/// <param name="Hubs">The other hubs that have been heard of, by number.</param>
/// <param name="Frames">Link frames handed over to be sent.</param>
/// <param name="FramesPerMessage">How many of them one message of the broker held on average.</param>
/// <param name="MessagesOut">Messages sent, those without frames included.</param>
/// <param name="MessagesIn">Messages received.</param>
/// <param name="BytesOut">Bytes of the messages sent.</param>
/// <param name="BytesIn">Bytes of the messages received.</param>
/// <param name="UnconfirmedBytes">Bytes of link frames that the broker has not confirmed yet.</param>
/// <param name="Dropped">Messages that were not what they should be, by reason.</param>
/// <param name="LastError">Why the connection was lost or not made the last time; null when that never was.</param>
public sealed record BrokerStatus(
    bool IsConnected,
    bool IsBlocked,
    IReadOnlyList<BrokerHubStatus> Hubs,
    long Frames,
    double FramesPerMessage,
    long MessagesOut,
    long MessagesIn,
    long BytesOut,
    long BytesIn,
    long UnconfirmedBytes,
    IReadOnlyDictionary<DropReason, long> Dropped,
    string? LastError);

/// <summary>Another hub as heard of over the broker.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its node name.</param>
/// <param name="Incarnation">Its start, as it counts them.</param>
/// <param name="IsLinked">The link to it is open.</param>
/// <param name="QueuedBytes">Bytes that wait on the link for the broker or the hub.</param>
public sealed record BrokerHubStatus(ushort Number, string Name, uint Incarnation, bool IsLinked, int QueuedBytes);
