using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Routing;

/// <summary>Messages without a channel and without an answer: whoever cannot be reached is not, and nobody is told.</summary>
internal sealed class OneTimeMessages(TargetFinder targets, Outbox outbox, HubCounters counters)
{
    public void Route(Identity sender, OneTime message)
    {
        if (message.Sender is { } claimed && claimed.LoginId != sender.LoginId.ToString())
            counters.FalseIdentities++;

        var target = targets.Find(sender, message.Target, message.Service, message.Protocol, message.Version, declined: null, out _);
        if (target is null)
            return;
        counters.OneTimeMessages++;
        if (target is HubPeer hub)
            hub.Link!.Send(0, new ForeignOneTime(sender.AsOrigin, message with { Sender = null }));
        else
            outbox.Send(target, message with { Target = IdBlock.Nobody, Sender = sender.Info });
    }
}
