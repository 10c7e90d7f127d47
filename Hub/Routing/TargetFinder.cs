using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Routing;

/// <summary>
/// The three addressing modes: a login id means that login, a user id one of the user's logins, nobody a provider of the service. Whoever
/// is at another hub is stood for by that hub, which then finds him in the same way; a request that comes from a hub ends here.
/// </summary>
internal sealed class TargetFinder(
    OnlineUsers online, Clique.Clique clique, OnlineDirectory.OnlineDirectory directory, ServiceDirectory services, PrivacyGate privacy, HubOptions options)
{
    // Services of components among themselves; their numbers begin like this (CommunityServices).
    private const uint ComponentServices = 0x00C0;

    /// <summary>Whether a user is meant whom this hub has not heard of, neither here nor at another hub.</summary>
    public bool IsUnknownUser(IdBlock target) =>
        !string.IsNullOrEmpty(target.User)
        && !(LoginId.TryParse(target.User, out var loginId) && IsOfAHub(loginId))
        && !online.TryGetUser(new UserId(target.User), out _)
        && !directory.HasHeardOf(new UserId(target.User));

    /// <summary>Null with the reason that the sender is told.</summary>
    public Participant? Find(
        Identity from, IdBlock target, ServiceType service, ProtocolType protocol, uint version, List<Participant>? declined, out Reason reason)
    {
        if (from.IsPerson && !IsOpenTo(from, service, out reason))
            return null;

        if (LoginId.TryParse(target.User, out var node) && online.TryGetParticipant(node, out var me) && me is HubNode)
            return FindProviderHere(from, service, protocol, version, declined, out reason);
        if (!string.IsNullOrEmpty(target.User))
            return FindPerson(from, target, out reason);

        var reach = from.IsForeign ? ServiceReach.GlobalHere : ServiceReach.Everywhere;
        return services.Choose(service, protocol, version, declined, reach, out reason);
    }

    // A component that names this hub means what the applications here do for this hub's own participants too.
    private Provider? FindProviderHere(
        Identity from, ServiceType service, ProtocolType protocol, uint version, List<Participant>? declined, out Reason reason) =>
        services.Choose(service, protocol, version, declined, from.IsPerson && from.IsForeign ? ServiceReach.GlobalHere : ServiceReach.Here, out reason);

    private bool IsOpenTo(Identity person, ServiceType service, out Reason reason)
    {
        reason = service.Value >> 16 == ComponentServices ? Reason.ServiceNotSupported
            : person.IsGuest && options.ClosedToGuests.Contains(service) ? Reason.NotAuthorized
            : Reason.Success;
        return reason == Reason.Success;
    }

    // Absent, unknown, hidden and foreign look alike.
    private Participant? FindPerson(Identity from, IdBlock target, out Reason reason)
    {
        reason = Reason.NoSuchUser;
        if (!string.IsNullOrEmpty(target.Community) && !string.Equals(target.Community, options.Community, StringComparison.OrdinalIgnoreCase))
            return null;

        var found = LoginId.TryParse(target.User, out var loginId) && IsOfAHub(loginId)
            ? FindLogin(from, loginId)
            : FindUser(from, new UserId(target.User));
        if (found is null || !privacy.MayReach(from, found))
            return null;
        reason = Reason.Success;
        return found;
    }

    // Whatever else looks like a login id is the user id of somebody.
    private bool IsOfAHub(LoginId id) => id.Hub == options.Number || clique.TryGet(id.Hub, out _);

    // The id itself says at which hub it is.
    private Participant? FindLogin(Identity from, LoginId id)
    {
        if (id.Hub != options.Number)
            return !from.IsForeign && clique.TryGet(id.Hub, out var hub) && hub.Incarnation == id.Incarnation ? hub : null;
        return online.TryGetParticipant(id, out var participant) && participant is Login or Application ? participant : null;
    }

    private Participant? FindUser(Identity from, UserId id)
    {
        if (online.TryGetUser(id, out var user))
            return LoginSelection.Choose(user.Logins, options.LoginSelection);
        return from.IsForeign ? null : directory.WhereIs(id);
    }
}
