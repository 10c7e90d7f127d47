using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>A participant was accepted. <paramref name="User"/> is empty for servers and applications.</summary>
[EventName("community.participant-logged-in", 1)]
public sealed record ParticipantLoggedIn(
    [NotPersonal] LoginId Login,
    ParticipantKind Kind,
    [Personal] UserId User,
    [Personal] string DisplayName,
    ClientType ClientType,
    [Personal] string Address) : IEvent;

/// <summary>A login ended, for whatever reason; <see cref="Reason.Success"/> is an ordinary logout.</summary>
[EventName("community.participant-logged-out", 1)]
public sealed record ParticipantLoggedOut([NotPersonal] LoginId Login, ParticipantKind Kind, [Personal] UserId User, Reason Reason) : IEvent;

/// <summary>A login changed its status. <paramref name="Time"/> is the client's own and means what the client means.</summary>
[EventName("community.status-set", 1)]
public sealed record StatusSet(
    [NotPersonal] LoginId Login,
    [Personal] UserId User,
    StatusCode Status,
    uint Time,
    [Personal] string Description) : IEvent;

/// <summary>A login set one of its attributes.</summary>
[EventName("community.attribute-set", 1)]
public sealed record UserAttributeSet([NotPersonal] LoginId Login, [Personal] UserId User, uint Key, [Personal] Opaque Value) : IEvent;

/// <summary>A login took one of its attributes back.</summary>
[EventName("community.attribute-unset", 1)]
public sealed record UserAttributeUnset([NotPersonal] LoginId Login, [Personal] UserId User, uint Key) : IEvent;

/// <summary>A server application began to offer a service.</summary>
[EventName("community.service-up", 1)]
public sealed record ServiceUp(uint Service, [NotPersonal] LoginId Provider) : IEvent;

/// <summary>A server application offers a service no more.</summary>
[EventName("community.service-down", 1)]
public sealed record ServiceDown(uint Service, [NotPersonal] LoginId Provider, Reason Reason) : IEvent;

/// <summary>A link of the community broke, and with it every channel that ran over it.</summary>
/// <param name="Peer">Node name of the other end.</param>
/// <param name="Channels">How many channels broke.</param>
/// <param name="Reason">What both sides were told.</param>
[EventName("community.route-broken", 1)]
public sealed record RouteBroken([NotPersonal] string Peer, int Channels, Reason Reason) : IEvent;
