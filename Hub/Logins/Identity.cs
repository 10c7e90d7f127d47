using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;

namespace Sametime.Hub.Logins;

/// <summary>Who somebody is: a participant of this hub, or one of another hub as that hub says.</summary>
/// <param name="Via">The participant itself; for one of another hub that hub.</param>
/// <param name="LoginId">His own login id.</param>
/// <param name="Kind">User, guest or application.</param>
/// <param name="Info">What others are told of him.</param>
internal sealed record Identity(Participant Via, LoginId LoginId, ParticipantKind Kind, LoginInfo Info)
{
    public bool IsForeign => Via is HubPeer;

    public bool IsPerson => Kind is ParticipantKind.User or ParticipantKind.Guest;

    public bool IsGuest => Kind == ParticipantKind.Guest;

    /// <summary>As another hub is told of him.</summary>
    public ForeignOrigin AsOrigin => new(Info, Kind);

    /// <summary>A user, guest or application that is logged in here.</summary>
    public static Identity Of(Participant participant) => new(participant, participant.LoginId, participant.Kind, participant.Info!);

    /// <summary>A hub speaks for those alone whom it has let in since it said hello. False for anybody else.</summary>
    public static bool TryRead(HubPeer hub, ForeignOrigin origin, [NotNullWhen(true)] out Identity? identity)
    {
        identity = LoginId.TryParse(origin.Login.LoginId, out var loginId) && loginId.Hub == hub.Number && loginId.Incarnation == hub.Incarnation
            && origin.ParticipantKind is ParticipantKind.User or ParticipantKind.Guest or ParticipantKind.Application
            ? new Identity(hub, loginId, origin.ParticipantKind, origin.Login)
            : null;
        return identity is not null;
    }
}
