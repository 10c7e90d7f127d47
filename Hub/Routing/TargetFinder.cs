using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Routing;

/// <summary>
/// The three addressing modes: a login id means that login, a user id one of the user's logins, nobody a provider of the service.
/// </summary>
internal sealed class TargetFinder(OnlineUsers online, ServiceDirectory services, PrivacyGate privacy, HubOptions options)
{
    // Services of components among themselves; their numbers begin like this (CommunityServices).
    private const uint ComponentServices = 0x00C0;

    /// <summary>Null with the reason that the sender is told.</summary>
    public Participant? Find(
        Participant from, IdBlock target, ServiceType service, ProtocolType protocol, uint version, List<Participant>? declined, out Reason reason)
    {
        if (from is Login login && !IsOpenTo(login, service, out reason))
            return null;

        if (!string.IsNullOrEmpty(target.User))
            return FindPerson(from, target, out reason);

        return services.Choose(service, protocol, version, declined, out reason);
    }

    private bool IsOpenTo(Login login, ServiceType service, out Reason reason)
    {
        reason = service.Value >> 16 == ComponentServices ? Reason.ServiceNotSupported
            : login.IsGuest && options.ClosedToGuests.Contains(service) ? Reason.NotAuthorized
            : Reason.Success;
        return reason == Reason.Success;
    }

    // Absent, unknown, hidden and foreign look alike.
    private Participant? FindPerson(Participant from, IdBlock target, out Reason reason)
    {
        reason = Reason.NoSuchUser;
        if (!string.IsNullOrEmpty(target.Community) && !string.Equals(target.Community, options.Community, StringComparison.OrdinalIgnoreCase))
            return null;

        Participant? found = null;
        if (LoginId.TryParse(target.User, out var loginId) && online.TryGetParticipant(loginId, out var participant))
            found = participant is Login or Application ? participant : null;
        else if (online.TryGetUser(new UserId(target.User), out var user))
            found = LoginSelection.Choose(user.Logins, options.LoginSelection);

        if (found is null || !privacy.MayReach(from, found))
            return null;
        reason = Reason.Success;
        return found;
    }
}
