using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sametime.Broker.Links;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Broker;

/// <summary>
/// The links of a hub to the other hubs of its community, over the broker: each pair of hubs has one, which the hub with the
/// lower number dials. Hubs find each other by beacons. Loop thread only.
/// </summary>
public sealed class BrokerHubs : ILinkHandler, IBrokerMailboxHandler, IAsyncDisposable
{
    private readonly ILoop _loop;
    private readonly BrokerOptions _options;
    private readonly LinkOptions _links;
    private readonly LinkIdentity _me;
    private readonly ReadOnlyMemory<byte> _key;
    private readonly ILinkHandler _handler;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly HubBeacon _beacon;
    private readonly BrokerMailbox _mailbox;
    private readonly BrokerLinkListener _listener;
    private readonly BrokerConnection _connection;
    private readonly SortedDictionary<ushort, KnownHub> _hubs = [];
    private readonly Dictionary<ushort, ILink> _open = [];
    private IDisposable? _timer;
    private ulong _beaconsSent;
    private long _wrongTagsLogged;
    private string? _lastError;
    private bool _isOver;

    /// <param name="loop">The loop of the hub.</param>
    /// <param name="options">Where the broker is, and the bounds.</param>
    /// <param name="me">The hub, with its number.</param>
    /// <param name="incarnation">Counts the starts of the hub; a process that is the same hub with a higher one fences this one.</param>
    /// <param name="key">The link key of the community; not empty.</param>
    /// <param name="links">Times and bounds of the links; what may wait is bounded by <see cref="BrokerOptions.QueueBytesMax"/> instead.</param>
    /// <param name="handler">Hears of each link to another hub: <see cref="LinkPeer.Role"/> is Hub and <see cref="LinkPeer.HubNumber"/> its number.</param>
    /// <param name="random">Spreads the attempts of many that have lost the same broker.</param>
    /// <param name="log">Where what happens is written.</param>
    public BrokerHubs(
        ILoop loop, BrokerOptions options, LinkIdentity me, uint incarnation, ReadOnlyMemory<byte> key, LinkOptions links,
        ILinkHandler handler, Random random, ILogger log)
        : this(loop, new RabbitTransport(loop, options), options, me, incarnation, key, links, handler, random, log)
    {
    }

    internal BrokerHubs(
        ILoop loop, IBrokerTransport transport, BrokerOptions options, LinkIdentity me, uint incarnation, ReadOnlyMemory<byte> key, LinkOptions links,
        ILinkHandler handler, Random random, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(links);
        (_loop, _options, _me, _key, _handler, _random, _log) = (loop, options, me, key, handler, random, log);
        _links = links.WithQueueBytesMax(options.QueueBytesMax);
        _beacon = new HubBeacon(incarnation, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), IsLeaving: false, me.Name);
        _mailbox = new BrokerMailbox(loop, options, me.HubNumber, key, this);
        var trust = new LinkTrust(key, new Dictionary<LinkRole, IReadOnlyList<System.Net.IPNetwork>> { [LinkRole.Hub] = [] });
        _listener = new BrokerLinkListener(loop, me, trust, _links, this, failure => BrokerLog.LinkRefused(_log, failure.Why));
        _connection = new BrokerConnection(loop, transport, options, _mailbox, random, OnConnectionFailed);
    }

    /// <summary>
    /// Called once when another process is this hub with a higher incarnation (its number is handed over): all links over the
    /// broker have been ended, and none will be made.
    /// </summary>
    public Action<uint>? Fenced { get; set; }

    /// <summary>How things are now.</summary>
    public BrokerStatus Status => StatusOf(_mailbox.Counters);

    /// <summary>Begins to connect. Once only.</summary>
    public void Start()
    {
        _connection.Start();
        _timer = _loop.Schedule(_options.BeaconInterval, OnBeaconInterval);
    }

    /// <summary>Tells the others, ends the links in order, and leaves the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isOver)
        {
            SendBeacon(isLeaving: true);
            Leave();
            foreach (var link in _open.Values.ToArray())
                link.Close(Reason.Success);
            using var late = _loop.Schedule(_links.CloseTimeout, _mailbox.AbortStreams);
            await _mailbox.IdleAsync();
        }
        await _connection.DisposeAsync();
        _mailbox.Dispose();
    }

    // ---- the links

    public void OnLinkOpened(ILink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        _open[link.Peer.HubNumber] = link;
        _handler.OnLinkOpened(link);
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame) => _handler.OnLinkFrame(link, frame);

    public void OnLinkClosed(ILink link, Reason reason)
    {
        ArgumentNullException.ThrowIfNull(link);
        if (_open.GetValueOrDefault(link.Peer.HubNumber) == link)
            _open.Remove(link.Peer.HubNumber);
        _handler.OnLinkClosed(link, reason);
    }

    // ---- the mailbox

    void IBrokerMailboxHandler.OnConnected()
    {
        BrokerLog.Connected(_log);
        SendBeacon();
    }

    void IBrokerMailboxHandler.OnStream(BrokerStream stream)
    {
        if (_isOver)
            stream.Abort();
        else
            _listener.Accept(stream);
    }

    void IBrokerMailboxHandler.OnBeacon(BrokerAddress sender, ulong sequence, ReadOnlySpan<byte> body)
    {
        if (_isOver || HubBeacon.Read(body) is not { } beacon)
            return;
        if (sender.Hub == _me.HubNumber)
            OnOwnNumber(sender, beacon);
        else
            OnHub(sender, sequence, beacon);
    }

    void IBrokerMailboxHandler.OnLost(string why)
    {
    }

    // ---- discovery

    private void OnHub(BrokerAddress sender, ulong sequence, HubBeacon beacon)
    {
        var known = _hubs.GetValueOrDefault(sender.Hub);
        if (known is not null && !known.IsOlderThan(beacon, sequence))
            return;
        if (beacon.IsLeaving)
        {
            if (known is not null)
                Forget(sender.Hub, known, "it stops");
            return;
        }
        var before = known?.Address;
        known ??= _hubs[sender.Hub] = new KnownHub();
        known.Hear(sender, sequence, beacon, _loop.Time.GetTimestamp());
        if (before == sender)
            return;

        // New, or back with a new connection or a new start: what it had before is over, and it may not know of us yet.
        if (before is { } old)
            _mailbox.ForgetQueue(old.Queue);
        BrokerLog.HubFound(_log, sender.Hub, beacon.Name, beacon.Incarnation);
        SendBeacon(to: sender);
        if (sender.Hub > _me.HubNumber && known.Connector is null)
            Dial(sender.Hub, known);
    }

    private void Dial(ushort hub, KnownHub known)
    {
        var dialer = new BrokerLinkDialer(_mailbox, () => known.Address, _links);
        known.Connector = new LinkConnector(_loop, dialer, _me, _key, _links, _random, failure => BrokerLog.LinkFailed(_log, hub, failure.Why));
        known.Connector.Start(this);
    }

    private void OnOwnNumber(BrokerAddress sender, HubBeacon other)
    {
        if (other.Process == _beacon.Process)
            return;

        // Of two that cannot be told apart by their starts, chance takes one, and both know which.
        if ((other.Incarnation, other.Process).CompareTo((_beacon.Incarnation, _beacon.Process)) < 0)
        {
            SendBeacon(to: sender);
            return;
        }
        BrokerLog.Fenced(_log, _me.HubNumber, other.Incarnation);
        Leave();
        _mailbox.AbortStreams();
        _ = _connection.CloseAsync();
        Fenced?.Invoke(other.Incarnation);
    }

    private void OnBeaconInterval()
    {
        _timer = _loop.Schedule(_options.BeaconInterval, OnBeaconInterval);
        SendBeacon();
        foreach (var (number, hub) in _hubs.ToArray())
        {
            if (!_open.ContainsKey(number) && _loop.Time.GetElapsedTime(hub.HeardAt) > _options.HubLifetime)
                Forget(number, hub, "it was not heard of for too long");
        }
        if (_mailbox.Counters[DropReason.Tag] is var wrong && wrong > _wrongTagsLogged)
            BrokerLog.WrongTag(_log, _wrongTagsLogged = wrong);
    }

    private void Forget(ushort number, KnownHub hub, string why)
    {
        _hubs.Remove(number);
        hub.Connector?.Dispose();
        BrokerLog.HubGone(_log, number, hub.Beacon.Name, why);
    }

    private void Leave()
    {
        _isOver = true;
        _timer?.Dispose();
        foreach (var hub in _hubs.Values)
            hub.Connector?.Dispose();
    }

    private void SendBeacon(BrokerAddress? to = null, bool isLeaving = false)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        (_beacon with { IsLeaving = isLeaving }).Write(ref writer);
        writer.Complete();
        _mailbox.SendBeacon(to, ++_beaconsSent, output.WrittenSpan);
    }

    private void OnConnectionFailed(string why, TimeSpan wait)
    {
        _lastError = why;
        BrokerLog.Failed(_log, wait, why);
    }

    private BrokerStatus StatusOf(BrokerCounters counters) => new(
        _mailbox.IsConnected,
        _mailbox.IsBlocked,
        [.. _hubs.Select(hub => new BrokerHubStatus(
            hub.Key, hub.Value.Beacon.Name, hub.Value.Beacon.Incarnation, _open.ContainsKey(hub.Key), _open.GetValueOrDefault(hub.Key)?.QueuedBytes ?? 0))],
        counters.Frames,
        counters.DataMessagesOut == 0 ? 0 : Math.Round((double)counters.Frames / counters.DataMessagesOut, 2),
        counters.MessagesOut,
        counters.MessagesIn,
        counters.BytesOut,
        counters.BytesIn,
        counters.UnconfirmedBytes,
        Enum.GetValues<DropReason>().ToDictionary(reason => reason, reason => counters[reason]),
        _lastError);
}
