using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Edge.Listeners;

namespace Sametime.Edge;

/// <summary>
/// A multiplexer: holds many client connections over one link to each hub, or to another Edge that leads there. It reads of a
/// client's messages what it must (length, type, channel) and passes the rest on as it came. All of it runs on one loop.
/// </summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private const int CertificateCheckSeconds = 60;

    private readonly ILoop _loop;
    private readonly EdgeOptions _options;
    private readonly LimitsOptions _limits;
    private readonly TcpOptions _tcp;
    private readonly EdgeLog _log;
    private readonly EdgeClock _clock;
    private readonly CertificateSource? _certificates;
    private readonly Uplinks _uplinks;
    private readonly OuterLinks _outerLinks;
    private readonly LoginDesk _desk;
    private readonly KeyAgreementPool _keys;
    private readonly ClientRegistry _clients;
    private readonly ConnectionIntake _intake;
    private CommunityListener? _listener;
    private IDisposable? _sweep;
    private int _certificateCheckAt;

    /// <summary>Builds the parts; throws with one clear sentence when options or certificate cannot be used.</summary>
    /// <param name="loop">Owns everything here. An <see cref="EventLoop"/> when the Edge is to listen on a port.</param>
    /// <param name="options">Who this Edge is and where it listens.</param>
    /// <param name="limits">Its bounds.</param>
    /// <param name="upstreams">The hubs, or inner Edges, that logins go to.</param>
    /// <param name="dialer">Makes links to further hubs; null when users are never sent to one.</param>
    /// <param name="policy">Which auth types may be used where.</param>
    /// <param name="logger">Where its sentences go.</param>
    /// <param name="tcp">How the sockets of clients are set up; the defaults if null.</param>
    /// <param name="offLoop">Who does public-key work; the thread pool if null.</param>
    public EdgeServer(
        ILoop loop,
        EdgeOptions options,
        LimitsOptions limits,
        IReadOnlyList<Upstream> upstreams,
        CryptoPolicy policy,
        ILogger<EdgeServer> logger,
        IUpstreamDialer? dialer = null,
        TcpOptions? tcp = null,
        TaskScheduler? offLoop = null)
    {
        limits.Check();
        _loop = loop;
        _options = options;
        _limits = limits;
        _tcp = tcp ?? new TcpOptions();
        _log = new EdgeLog(logger);
        _clock = new EdgeClock(loop.Time, limits.SweepInterval * 2);
        _certificates = options.Tls == TlsMode.Off ? null : new CertificateSource(options, _log, loop.Time);
        _uplinks = new Uplinks(loop, options, limits, _clock, upstreams, dialer, new HopTrace(options.Name, options.TraceOneMessageIn), Counters, _log) { Broadcast = Broadcast, Entrances = Entrances };
        _outerLinks = new OuterLinks(options, limits, _uplinks, Counters, _log);

        var work = new OffLoop(loop, offLoop ?? TaskScheduler.Default);
        _keys = new KeyAgreementPool(work, limits.KeyPairsReady, _log.KeyPairFailed);
        _desk = new LoginDesk(options, policy, work, _uplinks, Counters);
        var gate = new ConnectionGate(limits, Math.Min(limits.ConnectionsMax, Math.Max(1, OpenFileLimit.Read() - limits.OpenFilesReserve)));
        _clients = new ClientRegistry(
            loop, limits, _clock, Counters, _log, _uplinks, _desk, _keys, gate, options.Tls == TlsMode.Required);
        _intake = new ConnectionIntake(_clients, gate, _certificates, BalancersIn(options), _log);
    }

    /// <summary>Live counters, readable from any thread.</summary>
    public EdgeCounters Counters { get; } = new();

    /// <summary>Takes the links of Edges chained behind this one: hand it to a link listener on the same loop.</summary>
    public ILinkHandler OuterLinks => _outerLinks;

    /// <summary>Clients logged in now; readable from any thread, maybe a moment old.</summary>
    public int LoggedIn => _clients.LoggedIn;

    /// <summary>Bytes that wait for hubs; readable from any thread, maybe a moment old.</summary>
    public long UplinkQueuedBytes => _uplinks.QueuedBytes;

    /// <summary>The community port, once started; 0 when there is none.</summary>
    public int Port { get; private set; }

    /// <summary>SHA-256 of the TLS certificate in hex, for clients that pin it; null without TLS.</summary>
    public string? CertificateFingerprint => _certificates?.Fingerprint;

    /// <summary>Opens the community port and begins to link up; done when it listens. From any thread.</summary>
    public Task StartAsync() => OnLoopAsync(() =>
    {
        _keys.Refill();
        Listen();
        _uplinks.Start();
        ScheduleSweep();
        return true;
    });

    /// <summary>Takes a connection that did not come through the community port. Loop thread only.</summary>
    /// <param name="stream">Not started yet.</param>
    public void Accept(IByteStream stream) => _intake.Take(stream, socket: null);

    /// <summary>
    /// Takes no more connections, tells every client that the server goes down, and closes the link when all are gone. From any
    /// thread; done after <see cref="LimitsOptions.CloseLinger"/> at the latest, and a little for the sweep.
    /// </summary>
    public async Task DrainAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() => BeginDrain(gone));
        await gone.Task.ConfigureAwait(false);
        await OnLoopAsync(() =>
        {
            _sweep?.Dispose();
            _uplinks.Dispose();
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>The same as <see cref="DrainAsync"/>; do one of them, once.</summary>
    public ValueTask DisposeAsync() => new(DrainAsync());

    /// <summary>The Edge at one moment. From any thread.</summary>
    public Task<EdgeStatus> StatusAsync() => OnLoopAsync(Snapshot);

    /// <summary>Every connection this hop knows. From any thread.</summary>
    public Task<IReadOnlyList<ConnectionListing>> ListConnectionsAsync() => OnLoopAsync(ListConnections);

    /// <summary>The Edge at this moment. Loop thread only.</summary>
    public EdgeStatus Snapshot() => new(
        _options.Name,
        _uplinks.All.FirstOrDefault(static uplink => uplink.Link is not null)?.Link!.Peer.Name,
        [.. _uplinks.All.Select(ListUplink)],
        _clients.All.Count,
        _clients.LoggedIn,
        [.. _outerLinks.All.Select(static link => link.Name)],
        _outerLinks.All.Sum(static link => link.Participants.Count),
        _clients.QueuedBytes,
        _uplinks.QueuedBytes,
        _certificates?.DaysLeft,
        Counters);

    /// <summary>Every connection this hop knows: clients first, then those of chained Edges. Loop thread only.</summary>
    public IReadOnlyList<ConnectionListing> ListConnections() =>
    [
        .. _clients.All.Select(ListClient),
        .. _outerLinks.All.SelectMany(static link => link.Participants).Select(ListOuter),
    ];

    // Chained Edges lead here too, so whoever connects to one of them reaches the same hubs.
    private Items<Entrance> Entrances() =>
    [
        .. _options.PublicAddresses.Count > 0 ? [new Entrance(_options.Name, [.. _options.PublicAddresses])]
            : _listener?.LocalEndPoint is { } at && !at.Address.Equals(IPAddress.Any) && !at.Address.Equals(IPAddress.IPv6Any)
                ? (Entrance[])[new Entrance(_options.Name, [at.ToString()])]
                : [],
        .. _outerLinks.All.SelectMany(static outer => outer.Entrances),
    ];

    private static IPNetwork[] BalancersIn(EdgeOptions options) => [.. options.ProxyProtocolFrom.Select(static text =>
        IPNetwork.TryParse(text, out var network) ? network : throw new InvalidOperationException($"Edge:ProxyProtocolFrom: '{text}' is no network; write it as 10.0.0.0/8."))];

    private static UplinkListing ListUplink(Uplink uplink) => new(
        uplink.Addresses, uplink.Link?.Peer.Name, uplink.Hub, uplink.IsConfigured, uplink.Participants.Count, uplink.QueuedBytes,
        uplink.Link is null ? uplink.LastFailure?.Why : null);

    private ConnectionListing ListClient(ClientConnection client)
    {
        var isIn = client.State == ClientState.In;
        return new(
            isIn ? client.LoginId : null,
            isIn ? client.Kind : null,
            client.Address,
            client.IsPrivate ? TransportSecurity.Tls : TransportSecurity.None,
            client.State.ToString(),
            ToChannels(client.Channels),
            Downstream: null,
            client.Uplink?.Link?.Peer.Name,
            [_options.Name]);
    }

    private ConnectionListing ListOuter(OuterParticipant participant) => new(
        participant.LoginId,
        participant.Kind,
        participant.Address,
        participant.Security,
        (participant.LoginId is null ? ClientState.LoggingIn : ClientState.In).ToString(),
        ToChannels(participant.Channels),
        participant.Outer.Name,
        participant.Uplink?.Link?.Peer.Name,
        [.. participant.Edges, _options.Name]);

    private static ChannelId[] ToChannels(ReadOnlySpan<uint> ids)
    {
        var channels = new ChannelId[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            channels[i] = new ChannelId(ids[i]);
        }

        return channels;
    }

    private void Listen()
    {
        if (_options.ListenAddress.Length == 0)
        {
            return;
        }

        var loop = _loop as EventLoop ?? throw new InvalidOperationException("An Edge that listens on a port needs a loop with sockets.");
        _listener = new CommunityListener(loop, _options, _tcp, _intake.Take);
        Port = _listener.LocalEndPoint.Port;
        _log.Listening(_options.Name, _listener.LocalEndPoint, _options.Tls);
    }

    private void Broadcast(Uplink uplink, FanOut.FanOutRound round, ReadOnlySpan<byte> message)
    {
        round.Broadcast(message, _clients.All, uplink);
        foreach (var outer in _outerLinks.All)
        {
            outer.SendBroadcast(message, uplink);
        }
    }

    private void ScheduleSweep() => _sweep = _loop.Schedule(_limits.SweepInterval, () =>
    {
        // First, so that no fault in one sweep can be the end of all sweeping.
        ScheduleSweep();
        _clients.Sweep();
        _uplinks.Sweep();
        if (_clock.Now >= _certificateCheckAt)
        {
            _certificateCheckAt = _clock.Now + CertificateCheckSeconds;
            _certificates?.Refresh();
        }
    });

    private void BeginDrain(TaskCompletionSource gone)
    {
        _log.Draining(_options.Name, _clients.All.Count);
        _listener?.Dispose();
        _desk.IsClosed = true;
        _clients.Emptied = () => gone.TrySetResult();
        foreach (var client in _clients.All.ToArray())
        {
            client.End(Reason.ConnectionClosed);
        }

        if (_clients.All.Count == 0)
        {
            _ = gone.TrySetResult();
        }
    }

    private Task<T> OnLoopAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }
}
