using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// What the services of one application offer, and who handles what. Filled by <see cref="IService.Describe"/>; the
/// application reads it to provide, to subscribe and to dispatch.
/// </summary>
public sealed class ServiceTable
{
    internal ServiceTable(ServerApplication application) => Application = application;

    /// <summary>The application that hosts the services.</summary>
    public ServerApplication Application { get; }

    internal Dictionary<ServiceType, ServiceOffer> Offers { get; } = [];

    internal Dictionary<CommunityEventKinds, EventHandlers> Events { get; } = [];

    internal Dictionary<(ServiceType Service, ushort Code), RequestHandler> Requests { get; } = [];

    internal List<Action> WhenConnected { get; } = [];

    internal List<Action> WhenDisconnected { get; } = [];

    /// <summary>Offers a service: participants may open channels to it. Handlers of its channels are named on the result.</summary>
    public ServiceOffer Provides(ServiceType service, ServiceScope scope, ProtocolType protocol, uint version)
    {
        var offer = new ServiceOffer(service, scope, new ServiceProtocol(protocol, version));
        if (!Offers.TryAdd(service, offer))
            throw new InvalidOperationException($"Service {service} is provided twice in this application.");
        return offer;
    }

    /// <summary>A protocol for channels that only this application opens, with <see cref="ServerApplication.CreateChannel"/>.</summary>
    public ServiceOffer Speaks(ServiceType service, ProtocolType protocol, uint version)
    {
        _ = Application;
        return new ServiceOffer(service, scope: null, new ServiceProtocol(protocol, version));
    }

    /// <summary>
    /// Hears events of the community. After each connect the present state comes first, as the same events, and ends with
    /// <see cref="SnapshotComplete"/>; it comes before any channel does.
    /// </summary>
    public ServiceTable Hears<TEvent>(Action<TEvent> handler)
        where TEvent : ICommunityEvent<TEvent>
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!Events.TryGetValue(TEvent.Kind, out var handlers))
            Events.Add(TEvent.Kind, handlers = new EventHandlers<TEvent>());
        ((EventHandlers<TEvent>)handlers).Add(handler);
        return this;
    }

    /// <summary>
    /// Answers a kind of question that hubs ask. The service that the question belongs to is provided by saying so here. Questions
    /// run side by side; an exception is answered with ServerBroken.
    /// </summary>
    public ServiceTable Answers<TRequest, TReply>(Func<TRequest, Asker, CancellationToken, ValueTask<Answer<TReply>>> handler)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!Requests.TryAdd((TRequest.Service, TRequest.Code), new RequestHandler<TRequest, TReply>(handler)))
            throw new InvalidOperationException($"{typeof(TRequest).Name} is answered twice in this application.");
        return this;
    }

    /// <summary>Called at each connect, after the services were provided: for what the hub must be told anew (<see cref="ServerApplication.Tell"/>).</summary>
    public ServiceTable Connects(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        WhenConnected.Add(handler);
        return this;
    }

    /// <summary>
    /// Called when the link is lost, after the last channel was closed: what was heard of the community is void, and is told
    /// again after the next connect.
    /// </summary>
    public ServiceTable Disconnects(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        WhenDisconnected.Add(handler);
        return this;
    }
}
