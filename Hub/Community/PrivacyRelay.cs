using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Community;

/// <summary>
/// Takes the privacy list a login says: first it is stored, then it applies, then all logins of the user get it, which is the
/// acknowledgement. What could not be stored is neither applied nor echoed. One list of a user is stored at a time; of those that come
/// meanwhile only the last.
/// </summary>
internal sealed class PrivacyRelay(
    OnlineUsers online,
    ServiceDirectory services,
    Requests requests,
    Outbox outbox,
    FanoutRouter fanout,
    CommunityEvents community,
    HubLimits limits,
    HubCounters counters,
    ILogger log)
{
    public void Set(Login login, PrivacyInfo privacy)
    {
        if (privacy.Users.Count > limits.PrivacyUsersMax)
            counters.OverLimits++;
        else if (login.IsGuest)
            Apply(login.User.Id, privacy);
        else if (login.User.IsSavingPrivacy)
            login.User.NextPrivacy = (login, privacy);
        else
            Save(login, privacy);
    }

    private void Save(Login saver, PrivacyInfo privacy)
    {
        var user = saver.User;
        if (services.Choose(CommunityServices.Privacy) is not { } store)
        {
            HubLog.PrivacyNotStored(log, saver.LoginId, Reason.ServiceNotSupported);
            return;
        }

        user.IsSavingPrivacy = true;
        requests.Ask<SavePrivacyRequest, Done>(store, new SavePrivacyRequest(user.Id, saver.LoginId.ToString(), privacy), (reason, _) =>
        {
            user.IsSavingPrivacy = false;
            if (reason == Reason.Success)
                Apply(user.Id, privacy);
            else
                HubLog.PrivacyNotStored(log, saver.LoginId, reason);

            if (user.NextPrivacy is { } next)
            {
                user.NextPrivacy = null;
                Save(next.Saver, next.Privacy);
            }
        });
    }

    private void Apply(UserId id, PrivacyInfo privacy)
    {
        community.Tell(new PrivacyChanged(id.Value, privacy));

        // While it was stored he may have gone, or gone and come back.
        if (!online.TryGetUser(id, out var user))
            return;
        user.SetPrivacy(privacy);
        fanout.SendToAll(user.Logins, outbox.Compose(ChannelId.Master, new SetPrivacyList(privacy)));
    }
}
