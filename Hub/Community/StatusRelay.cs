using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Community;

/// <summary>
/// Takes the status a login says, tells all logins of its user and the community. Changes that come too fast are merged: the last one
/// is told when its time has come.
/// </summary>
internal sealed class StatusRelay(
    ILoop loop, Outbox outbox, FanoutRouter fanout, CommunityEvents community, HubFacts facts, HubLimits limits, HubCounters counters)
{
    public void Set(Login login, UserStatus status)
    {
        if (status.Description.Length > limits.StatusTextMax)
        {
            counters.OverLimits++;
        }
        else if (login.PendingStatus is { } pending)
        {
            counters.StatusChangesMerged++;
            login.PendingStatus = pending with { Status = status };
        }
        else if (login.MayChangeStatus(limits.StatusChanges, loop.Time, out var wait))
        {
            Apply(login, status);
        }
        else
        {
            login.PendingStatus = new PendingStatus(status, loop.Schedule(wait, () => ApplyPending(login)));
        }
    }

    private void ApplyPending(Login login)
    {
        if (login.PendingStatus is not { } pending)
            return;

        login.PendingStatus = null;
        login.MayChangeStatus(limits.StatusChanges, loop.Time, out _);
        Apply(login, pending.Status);
    }

    private void Apply(Login login, UserStatus status)
    {
        login.Status = status;
        counters.StatusChanges++;
        facts.StatusSet(login);
        community.Tell(new StatusChanged(login.LoginId.ToString(), login.User.Id.Value, status));
        fanout.SendToAll(login.User.Logins, outbox.Compose(ChannelId.Master, new SetUserStatus(status)));
    }
}
