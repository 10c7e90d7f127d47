using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>A channel was asked for. A channel is known by its creator's login and the creator's number for it.</summary>
/// <param name="Creator">Login that asked.</param>
/// <param name="Channel">The creator's number.</param>
/// <param name="Target">The user addressed; empty when a service was.</param>
/// <param name="Service">The service type named in the request.</param>
/// <param name="Protocol">What is to be spoken on it.</param>
[EventName("channel.created", 1)]
public sealed record ChannelCreated([NotPersonal] LoginId Creator, uint Channel, [Personal] UserId Target, uint Service, uint Protocol) : IEvent;

/// <summary>The far end accepted.</summary>
[EventName("channel.accepted", 1)]
public sealed record ChannelAccepted([NotPersonal] LoginId Creator, uint Channel, [NotPersonal] LoginId Acceptor) : IEvent;

/// <summary>A channel ended, accepted or not.</summary>
[EventName("channel.destroyed", 1)]
public sealed record ChannelDestroyed([NotPersonal] LoginId Creator, uint Channel, Reason Reason) : IEvent;
