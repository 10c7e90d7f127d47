using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Routing;

/// <summary>Messages without a channel and without an answer: whoever cannot be reached is not, and nobody is told.</summary>
internal sealed class OneTimeMessages(TargetFinder targets, Outbox outbox, HubCounters counters)
{
    public void Route(Participant sender, OneTime message)
    {
        if (message.Sender is { } claimed && claimed.LoginId != sender.LoginId.ToString())
            counters.FalseIdentities++;

        var target = targets.Find(Identity.Of(sender), message.Target, message.Service, message.Protocol, message.Version, declined: null, out _);
        if (target is null)
            return;
        counters.OneTimeMessages++;
        outbox.Send(target, message with { Target = IdBlock.Nobody, Sender = sender.Info });
    }
}
