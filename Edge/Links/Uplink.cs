using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.FanOut;

namespace Sametime.Edge.Links;

/// <summary>
/// One link on which clients of this Edge, and of the Edges chained behind it, reach a hub. When it is lost everybody on it is
/// ended with ConnectionBroken, which makes clients come back by themselves; who is on another uplink notices nothing.
/// </summary>
internal sealed class Uplink : ILinkHandler, IDisposable
{
    private readonly Uplinks _all;
    private readonly ILinkConnector _connector;
    private readonly ushort _expectedHub;
    private readonly FanOutRound _round;
    private readonly EdgeCounters _counters;
    private readonly HopTrace _trace;
    private readonly EdgeLog _log;
    private readonly ParticipantTable _participants = new();
    private bool _hasGreeted;

    /// <param name="all">The set it is in.</param>
    /// <param name="addresses">Where it leads to, any of them.</param>
    /// <param name="connector">Keeps the link.</param>
    /// <param name="expectedHub">The hub it must lead to; 0 for whoever answers.</param>
    /// <param name="pressure">Made for what waits on this link.</param>
    /// <param name="round">Makes copies; shared by all uplinks.</param>
    /// <param name="trace">That of the message in hand; shared by all links of the Edge.</param>
    /// <param name="counters">The Edge's.</param>
    /// <param name="log">The Edge's.</param>
    public Uplink(
        Uplinks all, IReadOnlyList<string> addresses, ILinkConnector connector, ushort expectedHub, Func<Uplink, UplinkPressure> pressure,
        FanOutRound round, HopTrace trace, EdgeCounters counters, EdgeLog log)
    {
        (_all, Addresses, _connector, _expectedHub, _round, _trace, _counters, _log) = (all, addresses, connector, expectedHub, round, trace, counters, log);
        Hub = expectedHub;
        Pressure = pressure(this);
    }

    /// <summary>Where it leads to, any of them.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>This Edge was told of it; else a redirect was the reason to make it.</summary>
    public bool IsConfigured => _expectedHub == 0;

    /// <summary>The hub at the other end when last it was open, or as it must be; 0 when that is an Edge, or nobody knows yet.</summary>
    public ushort Hub { get; private set; }

    /// <summary>The link while it is open.</summary>
    public ILink? Link { get; private set; }

    /// <summary>Why there is none, when there is none.</summary>
    public LinkFailure? LastFailure => _connector.LastFailure;

    public int QueuedBytes => Link?.QueuedBytes ?? 0;

    /// <summary>Holds up who sends too much for this link.</summary>
    public UplinkPressure Pressure { get; }

    /// <summary>Participants on the link, those of chained Edges among them.</summary>
    public ParticipantTable Participants => _participants;

    /// <summary>How often the other end was not the hub it must be.</summary>
    public int Mistaken { get; private set; }

    /// <summary>The Edge's clock when it was made or last lost.</summary>
    public int DownSince { get; set; }

    public void Start() => _connector.Start(this);

    /// <summary>Ends it, and everybody on it.</summary>
    public void Dispose() => _connector.Dispose();

    /// <summary>Asks the hub to log a participant in. Returns its handle, or 0 when there is no link.</summary>
    public uint Attach(IParticipant participant, Attach attach)
    {
        if (Link is null)
        {
            return 0;
        }

        var handle = _participants.Add(participant);
        _counters.LinkFramesOut++;
        Link.Send(handle, attach);
        return handle;
    }

    /// <summary>Passes a participant's message on as it came.</summary>
    public void SendMessage(uint handle, ReadOnlySpan<byte> message)
    {
        if (Link is { } link)
        {
            _counters.LinkFramesOut++;
            _trace.SendOn(link, handle);
            link.Send(LinkKind.Message, handle, default, message);
            _trace.End();
        }
    }

    /// <summary>Ends a participant from this side; it hears nothing more.</summary>
    public void Detach(uint handle, Reason reason)
    {
        if (Link is { } link)
        {
            _participants.Leave(handle);
            _counters.LinkFramesOut++;
            link.Send(handle, new Detach(reason));
        }
    }

    public void OnLinkOpened(ILink link)
    {
        if (_expectedHub != 0 && (link.Peer.Role != LinkRole.Hub || link.Peer.HubNumber != _expectedHub))
        {
            Mistaken++;
            _log.AnotherHub(_expectedHub, link.Peer.Name, link.Peer.HubNumber);
            link.Close(Reason.NotAuthorized);
            _all.OnMistaken(this);
            return;
        }

        Link = link;
        Mistaken = 0;
        Hub = link.Peer.Role == LinkRole.Hub ? link.Peer.HubNumber : (ushort)0;
        _log.UplinkOpened(link.Peer.Name, link.Peer.HubNumber);
        Greet(_all.Entrances());
        _all.OnOpened(this);
    }

    /// <summary>Says where clients connect to this Edge and those behind it; nothing while there is nothing to say.</summary>
    public void Greet(Items<Entrance> entrances)
    {
        if (Link is { } link && (entrances.Count > 0 || _hasGreeted))
        {
            _hasGreeted = true;
            _counters.LinkFramesOut++;
            link.Send(0, new EdgeHello(entrances));
        }
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame)
    {
        // A link that was replaced may still drain.
        if (link != Link)
        {
            return;
        }

        _counters.LinkFramesIn++;
        try
        {
            Dispatch(link, frame);
        }
        catch (Exception error)
        {
            // The one place that keeps a bug of ours from ending the link, and everybody with it.
            _log.LinkFrameFailed(error, frame.Kind);
            _participants.Find(frame.Handle)?.OnFault(error);
        }
    }

    public void OnLinkClosed(ILink link, Reason reason)
    {
        if (link != Link)
        {
            return;
        }

        Link = null;
        _trace.Forget(link);
        var stranded = _participants.Clear();
        _log.UplinkClosed(link.Peer.Name, reason, stranded.Count);
        foreach (var participant in stranded)
        {
            participant.OnDetached(Reason.ConnectionBroken);
        }

        _all.OnClosed(this);
    }

    private void Dispatch(ILink link, in LinkFrame frame)
    {
        switch (frame.Kind)
        {
            case LinkKind.Message when frame.Payload.Length >= MessageHeader.Size:
                _trace.GoOn(link, "delivers");
                _participants.Find(frame.Handle)?.OnMessage(frame.Payload);
                _trace.End();
                break;
            case LinkKind.TraceContext:
                _trace.Announce(link, frame.Payload);
                break;
            case LinkKind.Fanout when Fanout.TryRead(frame.Payload, out var fanout):
                _counters.FanOutFrames++;
                _round.Deliver(fanout, _participants);
                break;
            case LinkKind.Broadcast when frame.Payload.Length >= MessageHeader.Size:
                _counters.Broadcasts++;
                _all.Broadcast?.Invoke(this, _round, frame.Payload);
                break;
            case LinkKind.Attached:
                OnAttached(frame);
                break;
            case LinkKind.Redirect:
                OnRedirect(link, frame);
                break;
            case LinkKind.Detach:
                OnDetach(link, frame);
                break;
            default:
                _counters.BadLinkFrames++;
                break;
        }
    }

    private void OnAttached(in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var attached = Attached.Read(ref reader);
        if (reader.Error is null)
        {
            _participants.Find(frame.Handle)?.OnAttached(attached);
        }
        else
        {
            _counters.BadLinkFrames++;
        }
    }

    // For the handle it is a Detach; where the participant goes from here is its own affair.
    private void OnRedirect(ILink link, in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var redirect = Redirect.Read(ref reader);
        if (Release(link, frame.Handle, new Detach(Reason.Success)) is not { } participant)
        {
            return;
        }

        if (reader.Error is null)
        {
            _counters.Redirects++;
            participant.OnRedirected(redirect);
        }
        else
        {
            _counters.BadLinkFrames++;
            participant.OnDetached(Reason.ServerBroken);
        }
    }

    private void OnDetach(ILink link, in LinkFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        var detach = Contracts.Link.Participants.Detach.Read(ref reader);
        Release(link, frame.Handle, detach)?.OnDetached(reader.Error is null ? detach.Reason : Reason.ServerBroken);
    }

    // Whoever gets a Detach first answers with one; then the handle is free.
    private IParticipant? Release(ILink link, uint handle, Detach answer)
    {
        var participant = _participants.Free(handle);
        if (participant is not null)
        {
            _counters.LinkFramesOut++;
            link.Send(handle, answer);
        }

        return participant;
    }
}
