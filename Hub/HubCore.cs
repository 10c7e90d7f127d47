using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Capture;
using Sametime.Hub.Channels;
using Sametime.Hub.Clique;
using Sametime.Hub.Community;
using Sametime.Hub.Homes;
using Sametime.Hub.Logins;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;
using Sametime.Hub.Status;

namespace Sametime.Hub;

/// <summary>
/// A hub: the switchboard of its community. It owns logins, channels and the table of services, and has no socket, store, thread or
/// directory of its own. Everything reaches it as frames of links on one loop, and leaves it the same way. This class puts the subjects
/// together and knows which link is whose.
/// </summary>
internal sealed class HubCore : ILinkHandler
{
    private readonly ILoop _loop;
    private readonly HubOptions _options;
    private readonly ILogger _log;
    private readonly LoginIds _ids;
    private readonly Links _links = new();
    private readonly OnlineUsers _online = new();
    private readonly HubCounters _counters = new();
    private readonly HubFacts _facts;
    private readonly CommunityEvents _community;
    private readonly ChannelEnding _channels;
    private readonly LoginEnding _logins;
    private readonly LoginAdmission _admission;
    private readonly RollingDrain _drain;
    private readonly Requests _requests;
    private readonly ProvidedServices _provided;
    private readonly EdgeFrames _edgeFrames;
    private readonly ApplicationFrames _applicationFrames;
    private readonly HubFrames _hubFrames;
    private readonly HubJoining _joining;
    private readonly Entrances _entrances;
    private readonly Outbox _outbox = new();
    private readonly FanoutRouter _fanout;
    private readonly HopTrace _trace;
    private readonly Locating _locating;
    private readonly ActivePlaces _places;
    private bool _isFenced;

    /// <param name="loop">The loop that owns the hub; every call is on it.</param>
    /// <param name="options">Settings; the hub keeps them.</param>
    /// <param name="incarnation">Which start of this hub it is: greater at each start, so that login ids never repeat.</param>
    /// <param name="events">Where the hub states its facts.</param>
    /// <param name="log">The hub's log.</param>
    public HubCore(ILoop loop, HubOptions options, uint incarnation, IEventPublisher events, ILogger<HubCore> log)
    {
        (_loop, _options, _log) = (loop, options, log);
        var trace = _trace = new HopTrace(options.Name);
        var limits = options.Limits;
        var services = new ServiceDirectory();
        var clique = new Clique.Clique();
        var unaccepted = new UnacceptedChannels(loop, limits);
        var privacyGate = new PrivacyGate(_counters);
        _ids = new LoginIds(options.Number, incarnation);
        var directory = new OnlineDirectory.OnlineDirectory(new OwnPart(_online, options.Number, incarnation), _counters);
        var inquiries = new Inquiries(clique, _counters);
        var replication = new DirectoryReplication(loop, clique, _online, directory, inquiries, options, _counters, log);
        _facts = new HubFacts(events);
        _community = new CommunityEvents(_links, _online, services);
        _requests = new Requests(loop, limits, _counters);

        var delivery = new ChannelDelivery(trace, _counters);
        var policy = new ChatPolicy(options, _counters, log);
        var captured = new CaptureStream(loop, limits);
        var storing = new CaptureRequests(loop, captured, services, _requests, _ids, options, log);
        var gaps = new CaptureGaps(captured, limits, _counters, log);
        var held = new HeldLines(captured, delivery, _outbox, limits, _counters);
        var capture = new ConversationCapture(policy, captured, storing, gaps, held, delivery, limits, _counters);
        _fanout = new FanoutRouter(_links, clique, capture, _counters);
        _channels = new ChannelEnding(_outbox, unaccepted, capture, _facts, _counters);
        _logins = new LoginEnding(_online, _channels, _community, _facts, _counters);

        _locating = new Locating(loop, directory, _community, limits, _counters);
        _places = new ActivePlaces(directory, replication, _community, _facts, loop.Time, limits, _counters, log);
        _ = new LoginCop.LoginCop(loop, directory, _online, _logins, _facts, options, _counters, log);

        var targets = new TargetFinder(_online, clique, directory, services, privacyGate, options);
        var creation = new ChannelCreation(loop, policy, targets, unaccepted, _channels, _outbox, _facts, limits, _counters);
        var acceptance = new ChannelAcceptance(_outbox, unaccepted, _channels, _facts, _counters);
        var routing = new ChannelRouting(loop.Time, _channels, delivery, capture, held, limits, _counters);
        var oneTimes = new OneTimeMessages(targets, _outbox, _counters);
        var announcements = new Announcements(_online, directory, services, _requests, privacyGate, _outbox, _fanout, limits, _counters);
        var sensing = new Sensing(services, _outbox, _fanout);
        var statuses = new StatusRelay(loop, _outbox, _fanout, _community, _facts, limits, _counters);
        var privacy = new PrivacyRelay(_online, services, _requests, _outbox, _fanout, _community, limits, _counters, log);

        var machines = new MachineRule(_logins, _facts, options, _counters);
        var homes = new Homes.Homes(_online, clique, directory, options);
        _admission = new LoginAdmission(
            loop, services, _requests, _online, _ids, homes, machines, _logins, _outbox, _community, _facts, options, _counters, log);
        _drain = new RollingDrain(loop, _online, _admission, _logins, _facts, options);
        var messages = new ClientMessages(
            loop, routing, creation, acceptance, _channels, _logins, statuses, privacy, sensing, oneTimes, announcements, targets, inquiries,
            limits, _counters, log);
        held.Resume = messages.Resume;
        _entrances = new Entrances(_links, clique, options);
        _edgeFrames = new EdgeFrames(_admission, _logins, messages, _entrances, _counters);

        _provided = new ProvidedServices(services, sensing, _community, _facts) 
        {
            Provided = service =>
            {
                _admission.OnProvided(service);
                storing.OnProvided(service);
            },
        };
        var questions = new CommunityRequests(_online, directory, _places, _logins, _admission, services, _requests, _outbox, _fanout, options);
        _applicationFrames = new ApplicationFrames(
            _provided, _community, questions, _requests, _locating, _fanout, routing, creation, acceptance, oneTimes, announcements, policy, _counters);

        var me = new HubNode(options.Name, _ids.Next(), loop.Time.GetUtcNow());
        _online.Add(me);
        directory.Own.Node = me.LoginId;
        var offers = new OfferExchange(loop, clique, services, _provided);
        _joining = new HubJoining(me, _ids, clique, _online, replication, offers, _provided, _requests, _channels, _community, _facts, options, log)
        {
            Superseded = OnSuperseded,
        };
        var foreign = new ForeignMessages(routing, creation, acceptance, oneTimes, announcements, _counters);
        _hubFrames = new HubFrames(_joining, _entrances, replication, foreign, _fanout, offers, questions, _requests, _counters);
        Status = new HubStatus(_online, directory, services, _admission, _requests, unaccepted, new CaptureStatus(policy, captured, storing, gaps, held, capture), _counters, options);
        Statistics = new HubStatistics(loop, Status, _facts, options);
    }

    /// <summary>Listings and counters.</summary>
    public HubStatus Status { get; }

    /// <summary>What it states of its counters, once started.</summary>
    public HubStatistics Statistics { get; }

    /// <summary>It goes down and lets nobody in.</summary>
    public bool IsDraining { get; private set; }

    public void OnLinkOpened(ILink link)
    {
        if (_isFenced)
        {
            link.Close(Reason.SignedOnAgain);
            return;
        }
        _counters.LinksOpened++;
        var now = _loop.Time.GetUtcNow();
        if (link.Peer.Role == LinkRole.Hub)
        {
            var hub = new HubPeer(link, now);
            _links.Add(hub);
            _joining.Greet(hub);
            return;
        }

        Participant peer = link.Peer.Role == LinkRole.Edge
            ? new EdgeNode(_ids.Next(), link.Peer.Name, now) { Link = link }
            : new Application(_ids.Next(), link.Peer.Name, _options.Name, now) { Link = link };

        // A component that comes back before its old link is known dead.
        var former = _online.Participants.FirstOrDefault(other => other.Kind == peer.Kind && other.Name == peer.Name);
        if (former is not null)
        {
            HubLog.LinkRefused(_log, former.Name, "its component has linked again");
            Leave(former, Reason.SignedOnAgain);
            former.Link!.Close(Reason.SignedOnAgain);
        }

        _links.Add(peer);
        _online.Add(peer);
        HubLog.LinkOpened(_log, peer.Kind, peer.Name);
        _facts.LoggedIn(peer);
        _community.Tell(new ComponentChanged(peer.Kind, peer.Name, peer.LoginId.ToString(), Up: true, Reason.Success));
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame)
    {
        var peer = _links.Find(link);
        if (peer is null)
            return;

        if (frame.Kind == LinkKind.TraceContext)
        {
            _trace.Announce(link, frame.Payload);
            return;
        }
        _trace.GoOn(link, "routes");

        try
        {
            var isSound = peer switch
            {
                EdgeNode edge => _edgeFrames.Handle(edge, frame),
                Application application => _applicationFrames.Handle(application, frame),
                HubPeer hub => _hubFrames.Handle(hub, frame),
                _ => false,
            };
            if (!isSound)
                Close(peer);
        }
        catch (Exception exception)
        {
            // The one place that contains a mistake of ours: whose message it was is out, everybody else goes on.
            OnFault(peer, frame.Handle, exception);
        }
        finally
        {
            _trace.End();
        }
    }

    public void OnLinkClosed(ILink link, Reason reason)
    {
        _trace.Forget(link);
        if (_links.Find(link) is { } peer)
            Leave(peer, reason);
    }

    /// <summary>Where clients connect to reach a hub or cluster, each time another address first; null when none of this name is live.</summary>
    public IReadOnlyList<string>? Resolve(string name) => _entrances.Resolve(name);

    /// <summary>Tells every login, those of the other hubs too, a text of the administrator.</summary>
    public void Notice(string text) => _fanout.BroadcastEverywhere(_outbox.Compose(ChannelId.Master, new AdminNotice(text)));

    /// <summary>How far a drain over a while is; null when none was asked for.</summary>
    public DrainProgress? Draining => _drain.Progress;

    /// <summary>To be stopped soon: nobody is let in any more, and who is in is sent away over a while, to come back at other hubs.</summary>
    /// <param name="window">Over how long; zero is at once.</param>
    /// <param name="actor">Who asked.</param>
    public void Drain(TimeSpan window, string actor) => _drain.Begin(window, actor);

    /// <summary>Going down: nobody is let in any more, and every login ends with a reason after which its client comes back.</summary>
    public void Drain()
    {
        IsDraining = true;
        _admission.Close(Reason.ServerNotResponding);
        foreach (var login in _online.Logins.ToArray())
            _logins.End(login, Reason.ConnectionClosed);
    }

    /// <summary>
    /// This hub is a ghost: a later start of it has taken its place. Nobody hears another word of it: every link ends, and what comes later is
    /// refused. Its Edges tell the clients, which then come back elsewhere.
    /// </summary>
    public void Fence()
    {
        if (_isFenced)
            return;
        _isFenced = true;
        foreach (var participant in _online.Participants)
        {
            // Other hubs leave below, which they do once only; nothing is sent to them either.
            if (participant is not HubPeer)
                participant.IsLoggedIn = false;
        }
        var peers = _links.TakeAll();
        foreach (var edge in peers.OfType<EdgeNode>())
            _admission.Abandon(edge);
        foreach (var peer in peers.OrderBy(peer => peer is HubPeer ? 0 : peer is EdgeNode ? 1 : 2))
        {
            Leave(peer, Reason.SignedOnAgain);
            peer.Link!.Close(Reason.SignedOnAgain);
        }
    }

    /// <summary>Called once when the hub has fenced itself; a new start of the hub may follow.</summary>
    public Action? Fenced { get; set; }

    private void OnSuperseded(uint later)
    {
        HubLog.Fenced(_log, _ids.Incarnation, later);
        Fence();
        Fenced?.Invoke();
    }

    private void Leave(Participant peer, Reason reason)
    {
        _links.Remove(peer);
        if (peer is HubPeer hub)
        {
            _joining.Leave(hub, reason);
            return;
        }

        var broken = 0;
        peer.IsLoggedIn = false;
        _online.Remove(peer);
        if (peer is EdgeNode edge)
        {
            _admission.Abandon(edge);
            broken = _logins.OnEdgeLost(edge);
            _entrances.OnLeft(edge);
        }
        else if (peer is Application application)
        {
            application.Hears = CommunityEventKinds.None;
            broken = _channels.EndAll(application, Reason.ConnectionBroken);
            _provided.OnLost(application, reason);
            _requests.OnLost(application);
            _locating.OnLost(application);
            _places.OnLost(application);
        }

        HubLog.LinkClosed(_log, peer.Kind, peer.Name, reason, broken);
        if (broken > 0)
            _facts.RouteBroken(peer.Name, broken, Reason.ConnectionBroken);
        _facts.LoggedOut(peer, reason);
        _community.Tell(new ComponentChanged(peer.Kind, peer.Name, peer.LoginId.ToString(), Up: false, reason));
    }

    private void Close(Participant peer)
    {
        _counters.MalformedMessages++;
        HubLog.LinkRefused(_log, peer.Name, "it sent a frame that breaks the rules of the link");
        Leave(peer, Reason.ProtocolError);
        peer.Link!.Close(Reason.ProtocolError);
    }

    private void OnFault(Participant peer, uint handle, Exception exception)
    {
        _counters.Faults++;
        HubLog.Fault(_log, exception, _ids.Incarnation, _counters.Faults, peer.Name);
        if (peer is EdgeNode edge && edge.ByHandle.TryGetValue(handle, out var login))
        {
            _admission.Abandon(login);
            _logins.End(login, Reason.ServerBroken);
        }
    }
}
