using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Clique;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Routing;

/// <summary>
/// A text to many users: one copy to each login of each, whatever his name was listed as and how often; frames to each other hub for its own. Guests may not announce.
/// Who is in a public group the Directory application says, before anybody is told; a group that it does not know, or about which it does not answer, is
/// passed over and counted. From another hub come users only: it has asked already.
/// </summary>
internal sealed class Announcements(
    OnlineUsers online,
    OnlineDirectory.OnlineDirectory directory,
    ServiceDirectory services,
    Requests requests,
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

        var users = new HashSet<UserId>();
        var groups = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var recipient in announce.Recipients.Take(limits.AnnounceRecipientsMax))
        {
            if (recipient.StartsWith(UserPrefix, StringComparison.Ordinal))
                users.Add(new UserId(recipient[UserPrefix.Length..]));
            else if (recipient.StartsWith(GroupPrefix, StringComparison.Ordinal) && !sender.IsForeign)
                groups.Add(recipient[GroupPrefix.Length..]);
        }
        if (groups.Count > limits.AnnounceGroupsMax)
            counters.OverLimits++;
        Expand([.. groups.Take(limits.AnnounceGroupsMax)], users, () => Tell(sender, announce, users));
    }

    /// <summary>Adds the members of the groups; goes on when each was answered for, at once when there is none.</summary>
    private void Expand(string[] groups, HashSet<UserId> users, Action then)
    {
        var open = groups.Length;
        if (open == 0)
            then();
        foreach (var group in groups)
        {
            if (services.Choose(CommunityServices.Directory) is { } provider)
                requests.Ask<GroupMembersRequest, GroupMembersReply>(provider, new GroupMembersRequest(group), (_, reply) => Answered(reply));
            else
                Answered(null);
        }

        void Answered(GroupMembersReply? reply)
        {
            if (reply is null)
                counters.AnnouncedGroupsIgnored++;
            foreach (var member in reply?.Members ?? [])
            {
                if (users.Count < limits.AnnounceMembersMax)
                    users.Add(member);
            }
            if (--open == 0)
                then();
        }
    }

    private void Tell(Identity sender, Announce announce, HashSet<UserId> users)
    {
        var here = new List<User>();
        var elsewhere = new Dictionary<HubPeer, List<string>>();
        foreach (var id in users)
        {
            if (online.TryGetUser(id, out var user))
            {
                if (privacy.MayReach(sender, user.Logins[0]))
                    here.Add(user);
            }
            else if (!sender.IsForeign && directory.WhereIs(id) is { } hub)
            {
                if (!elsewhere.TryGetValue(hub, out var recipients))
                    elsewhere.Add(hub, recipients = []);
                recipients.Add(UserPrefix + id.Value);
            }
        }
        if (here.Count + elsewhere.Count == 0)
            return;

        counters.Announcements++;
        foreach (var (hub, recipients) in elsewhere)
        {
            // No more at once than another hub takes.
            foreach (var some in recipients.Chunk(limits.AnnounceRecipientsMax))
                hub.Link!.Send(0, new ForeignAnnounce(sender.AsOrigin, announce with { Sender = null, Recipients = [.. some] }));
        }
        if (here.Count == 0)
            return;
        var copy = announce with { Sender = sender.Info, Recipients = [] };
        fanout.SendToAll([.. here.SelectMany(user => user.Logins)], outbox.Compose(ChannelId.Master, copy));
    }
}
