using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Edge.FanOut;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Links;

/// <summary>
/// All uplinks of the Edge: one for each hub (or inner Edge) that it was told of, all kept open, and one for each further hub that a
/// redirect has named. A new login takes one of the former by the rule of <see cref="EdgeOptions.HubChoice"/>; the latter take one
/// only while none of the former is open. Without any nobody is let in.
/// </summary>
internal sealed class Uplinks : IDisposable
{
    private readonly ILoop _loop;
    private readonly EdgeOptions _options;
    private readonly LimitsOptions _limits;
    private readonly EdgeClock _clock;
    private readonly IUpstreamDialer? _dialer;
    private readonly HopTrace _trace;
    private readonly EdgeCounters _counters;
    private readonly EdgeLog _log;
    private readonly FanOutRound _round;
    private readonly List<Uplink> _all = [];
    private readonly List<Waiter> _waiting = [];
    private int _turn;
    private bool _isOver;

    public Uplinks(
        ILoop loop, EdgeOptions options, LimitsOptions limits, EdgeClock clock, IReadOnlyList<Upstream> upstreams, IUpstreamDialer? dialer,
        HopTrace trace, EdgeCounters counters, EdgeLog log)
    {
        (_loop, _options, _limits, _clock, _dialer, _trace, _counters, _log) = (loop, options, limits, clock, dialer, trace, counters, log);
        _round = new FanOutRound(counters);
        foreach (var upstream in upstreams)
        {
            _all.Add(Create([upstream.Address], upstream.Connector, expectedHub: 0));
        }
    }

    public IReadOnlyList<Uplink> All => _all;

    /// <summary>The trace of the message in hand.</summary>
    public HopTrace Trace => _trace;

    /// <summary>One is open, so that a login can go somewhere.</summary>
    public bool IsOpen => _all.Exists(static uplink => uplink.Link is not null);

    /// <summary>Bytes that wait on all of them.</summary>
    public long QueuedBytes => _all.Sum(static uplink => (long)uplink.QueuedBytes);

    /// <summary>Hands out a hub's broadcast: to its clients here, and to each chained Edge once.</summary>
    public BroadcastHandler? Broadcast { get; set; }

    /// <summary>Where clients connect to this Edge and those behind it.</summary>
    public Func<Items<Entrance>> Entrances { get; set; } = static () => [];

    /// <summary>Tells every hub anew where clients connect.</summary>
    public void TellEntrances()
    {
        var entrances = Entrances();
        foreach (var uplink in _all)
        {
            uplink.Greet(entrances);
        }
    }

    public void Start()
    {
        foreach (var uplink in _all.ToArray())
        {
            uplink.Start();
        }
    }

    /// <summary>Ends all of them.</summary>
    public void Dispose()
    {
        _isOver = true;
        foreach (var uplink in _all.ToArray())
        {
            uplink.Dispose();
        }
    }

    /// <summary>Where the next login goes; null when none is open.</summary>
    public Uplink? Choose()
    {
        var turn = _options.HubChoice == HubChoice.Rotation ? _turn++ : 0;
        return Pick(turn, static uplink => uplink.Link is not null && uplink.IsConfigured) ?? Pick(turn, static uplink => uplink.Link is not null);
    }

    /// <summary>
    /// Finds the open uplink to the hub of a redirect, or makes one. <paramref name="reached"/> is called once, with null when the hub
    /// cannot be reached within <see cref="LimitsOptions.RedirectWithin"/>; it may be called before this returns.
    /// </summary>
    public void Reach(Redirect redirect, Action<Uplink?> reached)
    {
        if (_all.Find(uplink => uplink.Hub == redirect.Hub && uplink.Link is not null) is { } open)
        {
            reached(open);
            return;
        }

        if (_isOver || (!IsOnTheWay(redirect) && !TryMake(redirect)))
        {
            reached(null);
            return;
        }

        // One that opens at once, as in process, has been missed by nobody: waiters are told by OnOpened only.
        var waiter = new Waiter(redirect.Hub, reached);
        _waiting.Add(waiter);
        waiter.Timer = _loop.Schedule(_limits.RedirectWithin, () =>
        {
            _ = _waiting.Remove(waiter);
            _log.HubNotReached(redirect.Name, redirect.Hub);
            reached(null);
        });
    }

    /// <summary>One look at those that redirects have made: who is down for long is given up.</summary>
    public void Sweep()
    {
        foreach (var uplink in _all.Where(IsForgotten).ToArray())
        {
            Retire(uplink);
        }
    }

    public void OnOpened(Uplink uplink)
    {
        // A hub takes one link of an Edge: the newer one has put an end to the older one there, which must not fight back.
        foreach (var former in _all.Where(other => other != uplink && other.Hub != 0 && other.Hub == uplink.Hub).ToArray())
        {
            _log.SameHub(former.Addresses[0], uplink.Addresses[0], uplink.Hub);
            Retire(former);
        }

        foreach (var waiter in _waiting.Where(waiter => waiter.Hub == uplink.Hub).ToArray())
        {
            _ = _waiting.Remove(waiter);
            waiter.Timer?.Dispose();
            waiter.Reached(uplink);
        }
    }

    public void OnClosed(Uplink uplink) => uplink.DownSince = _clock.Now;

    /// <summary>Somebody else answered at the address of a hub. When that was so at each of its addresses, it is given up.</summary>
    public void OnMistaken(Uplink uplink)
    {
        if (uplink.Mistaken >= uplink.Addresses.Count)
        {
            Retire(uplink);
        }
    }

    // Turns are counted among those that are open: else the neighbour of a lost one would get its share too.
    private Uplink? Pick(int turn, Predicate<Uplink> isFit)
    {
        var fit = _all.FindAll(isFit);
        return fit.Count == 0 ? null : fit[(int)((uint)turn % (uint)fit.Count)];
    }

    // By its number when that is known; by its address when an uplink we were told of was never open yet, or a hub may have moved.
    private bool IsOnTheWay(Redirect redirect) => _all.Exists(uplink => uplink.Link is null && uplink.Hub == redirect.Hub && uplink.IsConfigured
        || uplink.Link is null && (uplink.Hub == 0 || uplink.Hub == redirect.Hub) && uplink.Addresses.Any(redirect.LinkAddresses.Contains));

    private bool TryMake(Redirect redirect)
    {
        if (_all.Count >= _limits.UplinksMax || _dialer?.Dial([.. redirect.LinkAddresses]) is not { } connector)
        {
            _log.HubNotReachable(redirect.Name, redirect.Hub);
            return false;
        }

        // It has moved: where it was there is nobody to wait for.
        foreach (var former in _all.Where(uplink => !uplink.IsConfigured && uplink.Hub == redirect.Hub).ToArray())
        {
            Retire(former);
        }

        var uplink = Create([.. redirect.LinkAddresses], connector, redirect.Hub);
        _all.Add(uplink);
        _loop.Post(uplink.Start);
        return true;
    }

    private Uplink Create(IReadOnlyList<string> addresses, ILinkConnector connector, ushort expectedHub) => new(
        this, addresses, connector, expectedHub, uplink => new UplinkPressure(_loop, _limits, _counters, () => uplink.QueuedBytes), _round, _trace, _counters, _log)
    {
        DownSince = _clock.Now,
    };

    private bool IsForgotten(Uplink uplink) =>
        !uplink.IsConfigured && uplink.Link is null && _clock.Now - uplink.DownSince >= (int)_limits.UplinkForgottenAfter.TotalSeconds;

    private void Retire(Uplink uplink)
    {
        _ = _all.Remove(uplink);
        uplink.Dispose();
    }

    private sealed class Waiter(ushort hub, Action<Uplink?> reached)
    {
        public ushort Hub => hub;

        public Action<Uplink?> Reached => reached;

        public IDisposable? Timer { get; set; }
    }
}

/// <summary>Hands out a broadcast message that came on an uplink; the message is borrowed.</summary>
internal delegate void BroadcastHandler(Uplink uplink, FanOutRound round, ReadOnlySpan<byte> message);
