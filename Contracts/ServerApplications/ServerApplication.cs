using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// A server application: hosts any number of services on one link to a hub. It provides them and subscribes for them at every
/// connect, so that after a loss of the link clients find them again by themselves. How services are grouped into
/// applications, and applications into processes, changes no line of a service.
/// <para>All members are for the loop thread. Handlers are plain code; an <c>await</c> in one comes back to the loop.</para>
/// <para>Errors: a payload that does not parse destroys its channel with BadData; an exception of a handler destroys its channel with
/// ServerBroken and is logged with a number; the participant's login and the other channels stay.</para>
/// </summary>
public sealed partial class ServerApplication : ILinkHandler, IAsyncDisposable
{
    private readonly ILoop _loop;
    private readonly ILinkConnector _connector;
    private readonly ServerApplicationOptions _options;
    private readonly ILogger _log;
    private readonly ServiceTable _services;
    private readonly ChannelTable _channels;
    private readonly Questions _questions;
    private readonly Answers _answers;
    private readonly LocatedUsers _located = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ILink? _link;
    private IDisposable? _deadline;
    private ushort _load;
    private bool _started;

    public ServerApplication(ILoop loop, ILinkConnector connector, ServerApplicationOptions options, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(options);
        _loop = loop;
        _connector = connector;
        _options = options;
        _log = log;
        _services = new ServiceTable(this);
        _channels = new ChannelTable(loop, _services, options, log, _stopping.Token) { BecameIdle = OnIdle };
        _questions = new Questions(loop, options);
        _answers = new Answers(_services, options, log, _stopping.Token) { BecameIdle = OnIdle };
    }

    /// <summary>True while there is a hub at the other end.</summary>
    public bool IsConnected => _link is not null;

    /// <summary>The hub at the other end; null while there is none.</summary>
    public LinkPeer? Hub => _link?.Peer;

    /// <summary>Channels open, asked for, or asking.</summary>
    public int ChannelCount => _channels.Count;

    /// <summary>The services provided, clients' and components'.</summary>
    public IEnumerable<ServiceType> Provided =>
        _services.Offers.Keys.Concat(_services.Requests.Keys.Select(static request => request.Service)).Distinct();

    /// <summary>The loop that everything here runs on.</summary>
    public ILoop Loop => _loop;

    /// <summary>Adds a service; before <see cref="Start"/>.</summary>
    public ServerApplication Host(IService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (_started)
            throw new InvalidOperationException("Services are added before the application starts.");
        service.Describe(_services);
        return this;
    }

    /// <summary>Connects to the hub, and again whenever the link is lost.</summary>
    public void Start()
    {
        _started = true;
        _connector.Start(this);
    }

    /// <summary>
    /// Withdraws the services, lets handlers under way finish (for <see cref="ServerApplicationOptions.DrainTimeout"/> at most), then
    /// ends the link; the hub tells the other ends of the channels.
    /// </summary>
    public Task StopAsync()
    {
        if (_stopping.IsCancellationRequested)
            return _stopped.Task;
        foreach (var service in Provided)
            _link?.Send(handle: 0, new Withdraw(service));
        _deadline = _loop.Schedule(_options.DrainTimeout, Stopped);
        _stopping.Cancel();
        OnIdle();
        return _stopped.Task;
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    /// <summary>Tells the hub how busy the application is, 0 (idle) to 1000 (full), for the choice among providers.</summary>
    public void ReportLoad(ushort perMille)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perMille, (ushort)1000);
        if (perMille == _load)
            return;
        _load = perMille;
        _link?.Send(handle: 0, new Load(perMille));
    }

    /// <summary>
    /// Sends one payload on many channels of this application: encoded once, carried once to each multiplexer, copied there. Only
    /// channels that are open may be named.
    /// </summary>
    public void SendToMany<TPayload>(ReadOnlySpan<ChannelId> channels, in TPayload payload)
        where TPayload : IPayload<TPayload> =>
        _channels.SendToMany(channels, payload);

    /// <inheritdoc cref="SendToMany{TPayload}(ReadOnlySpan{ChannelId}, in TPayload)"/>
    /// <remarks>Channels that are not open are left out.</remarks>
    public void SendToMany<TPayload>(IEnumerable<ServiceChannel> channels, in TPayload payload)
        where TPayload : IPayload<TPayload> =>
        _channels.SendToMany<TPayload>([.. channels.Where(static channel => channel.IsOpen).Select(static channel => channel.Id)], payload);

    /// <summary>Asks the hub (or, through it, another component) a question. No link, or no answer in time, is ServerNotResponding.</summary>
    public Task<Answer<TReply>> AskAsync<TRequest, TReply>(TRequest request)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply> =>
        _questions.AskAsync<TRequest, TReply>(_link, request);

    /// <summary>Tells the hub something that has no answer; nothing happens while there is no link, so it is told again by a handler of
    /// <see cref="ServiceTable.Connects"/>.</summary>
    public void Tell<TPayload>(in TPayload payload)
        where TPayload : ILinkPayload<TPayload> =>
        _link?.Send(handle: 0, payload);

    /// <summary>Decrypts a secret in an answer to a question, as <see cref="IssueTokenReply"/> has one; null when it is not of the present link.</summary>
    public byte[]? OpenSecret(Opaque sealedSecret) => _link?.Open(sealedSecret);

    /// <summary>
    /// Opens a channel toward a user, a login, or (with an empty target) the provider of a service. What becomes of it is told to the
    /// handlers of <paramref name="offer"/>: Accepted, or Closes with the reason.
    /// </summary>
    /// <param name="offer">The protocol of the channel and its handlers.</param>
    /// <param name="target">Whom to reach.</param>
    /// <param name="additionalData">Of the service, handed to the target.</param>
    /// <param name="onBehalfOf">Who the target is told the creator is; the application itself when null.</param>
    /// <returns>The channel; closed already when there is no link or the application has too many.</returns>
    public ServiceChannel CreateChannel(ServiceOffer offer, IdBlock target, Opaque additionalData = default, LoginInfo? onBehalfOf = null) =>
        _channels.Create(offer, target, additionalData, onBehalfOf);

    /// <summary>
    /// Where are these users? Handlers of <see cref="UserLocated"/> are told at once, and again at every change until
    /// <see cref="Unlocate"/>, also after the link was lost and is back. Several services of an application may ask for the same user;
    /// each takes back what it has asked.
    /// </summary>
    public void Locate(IReadOnlyCollection<UserId> users)
    {
        ArgumentNullException.ThrowIfNull(users);
        _located.Locate(_link, users);
    }

    /// <summary>Where these users are does not matter any more.</summary>
    public void Unlocate(IReadOnlyCollection<UserId> users)
    {
        ArgumentNullException.ThrowIfNull(users);
        _located.Unlocate(_link, users);
    }

    void ILinkHandler.OnLinkOpened(ILink link)
    {
        if (_stopping.IsCancellationRequested)
        {
            link.Close(Reason.Success);
            return;
        }
        _link = link;
        _channels.Connected(link);

        // First what is so, then the channels that need to know it.
        var events = _services.Events.Keys.Aggregate(CommunityEventKinds.None, static (all, kind) => all | kind);
        if (events != CommunityEventKinds.None)
            link.Send(handle: 0, new Subscribe(events | CommunityEventKinds.SnapshotComplete));
        _located.Connected(link);
        if (_load != 0)
            link.Send(handle: 0, new Load(_load));
        foreach (var service in Provided)
            Provide(link, service);
        LogConnected(_log, link.Peer.Name);
        foreach (var handler in _services.WhenConnected)
            handler();
    }

    void ILinkHandler.OnLinkFrame(ILink link, in LinkFrame frame)
    {
        switch (frame.Kind)
        {
            case LinkKind.Message:
                _channels.OnMessage(frame.Payload);
                break;
            case LinkKind.CommunityEvent:
                OnCommunityEvent(frame.Payload);
                break;
            case LinkKind.Request:
                _answers.OnRequest(link, frame.Handle, frame.Payload);
                break;
            case LinkKind.Reply:
                _questions.OnReply(frame.Handle, frame.Payload);
                break;
            default:
                break; // a newer hub's
        }
    }

    void ILinkHandler.OnLinkClosed(ILink link, Reason reason)
    {
        if (_link != link)
            return;
        _link = null;
        LogDisconnected(_log, link.Peer.Name, reason);
        _channels.Disconnected();
        _questions.Disconnected();
        foreach (var handler in _services.WhenDisconnected)
            handler();
        if (_stopping.IsCancellationRequested)
            End();
    }

    private void Provide(ILink link, ServiceType service)
    {
        var offer = _services.Offers.GetValueOrDefault(service);
        link.Send(handle: 0, new Provide(service, offer?.Scope ?? ServiceScope.Global, offer is null ? [] : [offer.Protocol]));
    }

    private void OnCommunityEvent(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var kind = (CommunityEventKinds)reader.ReadUInt32();
        if (_services.Events.TryGetValue(kind, out var handlers) && !handlers.TryRaise(ref reader, bug => LogEventFailed(_log, kind, bug)))
            LogBadEvent(_log, kind);
    }

    private void OnIdle()
    {
        if (_stopping.IsCancellationRequested && _channels.Running == 0 && _answers.Running == 0)
            Stopped();
    }

    private void Stopped()
    {
        _connector.Dispose();
        if (_link is null)
            End(); // else the end of the link does it
    }

    private void End()
    {
        _deadline?.Dispose();
        _stopped.TrySetResult();
    }

    [LoggerMessage(EventId = 1304, EventName = "application.connected", Level = LogLevel.Information, Message = "Connected to hub {Hub}")]
    private static partial void LogConnected(ILogger log, string hub);

    [LoggerMessage(EventId = 1305, EventName = "application.disconnected", Level = LogLevel.Information, Message = "Link to hub {Hub} is over: {Reason}")]
    private static partial void LogDisconnected(ILogger log, string hub, Reason reason);

    [LoggerMessage(EventId = 1306, EventName = "application.event-failed", Level = LogLevel.Error, Message = "A handler of the community event {Kind} failed")]
    private static partial void LogEventFailed(ILogger log, CommunityEventKinds kind, Exception bug);

    [LoggerMessage(EventId = 1307, EventName = "application.bad-event", Level = LogLevel.Warning, Message = "A community event {Kind} of the hub does not parse")]
    private static partial void LogBadEvent(ILogger log, CommunityEventKinds kind);
}
