using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// One service in a <see cref="ServiceTable"/>: which protocol its channels speak and who handles what arrives on them.
/// Payload types without a handler are ignored and counted, so that newer clients can talk to older services.
/// </summary>
public sealed class ServiceOffer
{
    private readonly Dictionary<ushort, PayloadHandler> _payloads = [];

    internal ServiceOffer(ServiceType service, ServiceScope? scope, ServiceProtocol protocol)
    {
        Service = service;
        Scope = scope;
        Protocol = protocol;
    }

    public ServiceType Service { get; }

    /// <summary>Who may open channels; null when only the application itself does.</summary>
    public ServiceScope? Scope { get; }

    public ServiceProtocol Protocol { get; }

    internal Action<ServiceChannel, Opaque>? Opening { get; private set; }

    internal Action<ServiceChannel, Opaque>? Accepting { get; private set; }

    internal Action<ServiceChannel, Reason>? Closing { get; private set; }

    /// <summary>
    /// A participant asks for a channel; the handler gets the additional data of the request and accepts or refuses, now or within
    /// the hub's deadline. Without a handler every channel is accepted.
    /// </summary>
    public ServiceOffer Opens(Action<ServiceChannel, Opaque> handler)
    {
        Opening = handler;
        return this;
    }

    /// <summary>The other end has accepted a channel made with <see cref="ServerApplication.CreateChannel"/>.</summary>
    public ServiceOffer Accepted(Action<ServiceChannel, Opaque> handler)
    {
        Accepting = handler;
        return this;
    }

    /// <summary>Handles a payload at once.</summary>
    public ServiceOffer On<TPayload>(Action<ServiceChannel, TPayload> handler)
        where TPayload : IPayload<TPayload>
    {
        ArgumentNullException.ThrowIfNull(handler);
        _payloads.Add(TPayload.MessageType, new InlineHandler<TPayload>(handler));
        return this;
    }

    /// <summary>
    /// Handles a payload asynchronously. One at a time runs on a channel; what else arrives on the channel waits its turn, the
    /// end of the channel included, so a save that was followed by a logout is still made.
    /// </summary>
    public ServiceOffer OnAsync<TPayload>(Func<ServiceChannel, TPayload, CancellationToken, ValueTask> handler)
        where TPayload : IPayload<TPayload>
    {
        ArgumentNullException.ThrowIfNull(handler);
        _payloads.Add(TPayload.MessageType, new AsyncHandler<TPayload>(handler));
        return this;
    }

    /// <summary>A channel is over, whoever ended it. Called exactly once for each channel that was accepted or that the application asked for.</summary>
    public ServiceOffer Closes(Action<ServiceChannel, Reason> handler)
    {
        Closing = handler;
        return this;
    }

    internal PayloadHandler? FindHandler(ushort payloadType) => _payloads.GetValueOrDefault(payloadType);
}
