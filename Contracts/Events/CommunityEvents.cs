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

/// <summary>The hub that states this began to exchange frames with another one.</summary>
/// <param name="Hub">Number of the other hub.</param>
/// <param name="Incarnation">Which start of it.</param>
/// <param name="Name">Its node name.</param>
[EventName("community.hub-joined", 1)]
public sealed record HubJoined(ushort Hub, uint Incarnation, [NotPersonal] string Name) : IEvent;

/// <summary>The hub that states this lost another one, and with it every channel between the two.</summary>
/// <param name="Hub">Number of the other hub.</param>
/// <param name="Incarnation">Which start of it.</param>
/// <param name="Reason"><see cref="Reason.Success"/> when it left in order.</param>
[EventName("community.hub-left", 1)]
public sealed record HubLeft(ushort Hub, uint Incarnation, Reason Reason) : IEvent;

/// <summary>A user was found to be logged in at two live hubs, which an internal redirect is not.</summary>
/// <param name="User">Who.</param>
/// <param name="First">The older login.</param>
/// <param name="Second">The newer one.</param>
/// <param name="Rule">The rule by which it was ended, as the settings name it.</param>
[EventName("community.double-login", 1)]
public sealed record DoubleLoginFound(
    [Personal] UserId User,
    [NotPersonal] LoginId First,
    [NotPersonal] LoginId Second,
    [NotPersonal] string Rule) : IEvent;

/// <summary>A place was found to be active at two live hubs.</summary>
/// <param name="Place">Its id, which people choose.</param>
/// <param name="FirstHub">Number of one hub.</param>
/// <param name="SecondHub">Number of the other.</param>
/// <param name="KeptBy">The one of them that keeps it.</param>
[EventName("community.double-place", 1)]
public sealed record DoublePlaceFound([Personal] string Place, ushort FirstHub, ushort SecondHub, ushort KeptBy) : IEvent;

/// <summary>A client that reached one hub was attached at another one, where its user belongs. The client does not know.</summary>
[EventName("community.login-redirected", 1)]
public sealed record LoginRedirected([Personal] UserId User, ushort FromHub, ushort ToHub) : IEvent;
