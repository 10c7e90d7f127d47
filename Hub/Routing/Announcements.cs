using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Clique;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Routing;

/// <summary>
/// A text to many users: one copy to each login of each, whatever his name was listed as and how often; one frame to each other hub. Guests may not announce. Public
/// groups are passed over and counted: the hub has no directory to expand them with.
/// </summary>
internal sealed class Announcements(
    OnlineUsers online,
    OnlineDirectory.OnlineDirectory directory,
    PrivacyGate privacy,
    Outbox outbox,
    FanoutRouter fanout,
    HubLimits limits,
    HubCounters counters)
{
    private const string UserPrefix = Contracts.Wire.Master.Announce.UserPrefix;
    private const string GroupPrefix = Contracts.Wire.Master.Announce.GroupPrefix;

    public void Announce(Identity sender, Announce announce)
    {
        if (sender.IsGuest)
            return;
        if (announce.Sender is { } claimed && claimed.LoginId != sender.LoginId.ToString())
            counters.FalseIdentities++;
        if (announce.Recipients.Count > limits.AnnounceRecipientsMax)
            counters.OverLimits++;

        var users = new HashSet<User>();
        var elsewhere = new Dictionary<HubPeer, HashSet<string>>();
        foreach (var recipient in announce.Recipients.Take(limits.AnnounceRecipientsMax))
        {
            if (recipient.StartsWith(GroupPrefix, StringComparison.Ordinal))
                counters.AnnouncedGroupsIgnored++;
            else if (!recipient.StartsWith(UserPrefix, StringComparison.Ordinal))
                continue;
            else
                Find(sender, recipient, users, elsewhere);
        }
        if (users.Count + elsewhere.Count == 0)
            return;

        counters.Announcements++;
        foreach (var (hub, recipients) in elsewhere)
            hub.Link!.Send(0, new ForeignAnnounce(sender.AsOrigin, announce with { Sender = null, Recipients = [.. recipients] }));
        if (users.Count == 0)
            return;
        var copy = announce with { Sender = sender.Info, Recipients = [] };
        fanout.SendToAll([.. users.SelectMany(user => user.Logins)], outbox.Compose(ChannelId.Master, copy));
    }

    private void Find(Identity sender, string recipient, HashSet<User> users, Dictionary<HubPeer, HashSet<string>> elsewhere)
    {
        var id = new UserId(recipient[UserPrefix.Length..]);
        if (online.TryGetUser(id, out var user))
        {
            if (privacy.MayReach(sender, user.Logins[0]))
                users.Add(user);
        }
        else if (!sender.IsForeign && directory.WhereIs(id) is { } hub)
        {
            if (!elsewhere.TryGetValue(hub, out var recipients))
                elsewhere.Add(hub, recipients = []);
            recipients.Add(recipient);
        }
    }
}
