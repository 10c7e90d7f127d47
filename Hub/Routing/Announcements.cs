using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Routing;

/// <summary>
/// A text to many users: one copy to each login of each, whatever his name was listed as and how often. Guests may not announce. Public
/// groups are passed over and counted: the hub has no directory to expand them with.
/// </summary>
internal sealed class Announcements(OnlineUsers online, PrivacyGate privacy, Outbox outbox, FanoutRouter fanout, HubLimits limits, HubCounters counters)
{
    public void Announce(Participant sender, Announce announce)
    {
        if (sender is Login { IsGuest: true })
            return;
        if (announce.Sender is { } claimed && claimed.LoginId != sender.LoginId.ToString())
            counters.FalseIdentities++;
        if (announce.Recipients.Count > limits.AnnounceRecipientsMax)
            counters.OverLimits++;

        var from = Identity.Of(sender);
        var users = new HashSet<User>();
        foreach (var recipient in announce.Recipients.Take(limits.AnnounceRecipientsMax))
        {
            if (recipient.StartsWith(Contracts.Wire.Master.Announce.GroupPrefix, StringComparison.Ordinal))
                counters.AnnouncedGroupsIgnored++;
            else if (Find(recipient) is { } user && privacy.MayReach(from, user.Logins[0]))
                users.Add(user);
        }
        if (users.Count == 0)
            return;

        counters.Announcements++;
        var copy = announce with { Sender = sender.Info, Recipients = [] };
        fanout.SendToAll([.. users.SelectMany(user => user.Logins)], outbox.Compose(ChannelId.Master, copy));
    }

    private User? Find(string recipient)
    {
        const string prefix = Contracts.Wire.Master.Announce.UserPrefix;
        return recipient.StartsWith(prefix, StringComparison.Ordinal) && online.TryGetUser(new UserId(recipient[prefix.Length..]), out var user)
            ? user
            : null;
    }
}
