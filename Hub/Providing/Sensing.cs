using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Logins;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Providing;

/// <summary>
/// Tells clients which services can be had. A service that comes up is told to every login, asked or not: libmeanwhile asks for resolve and
/// storage only, and its awareness would stay dead for ever. So there is no need to remember who has asked.
/// </summary>
internal sealed class Sensing(ServiceDirectory services, Outbox outbox, FanoutRouter fanout)
{
    /// <summary>A login asks. A service that cannot be had is answered for when it comes up.</summary>
    public void Answer(Login login, ServiceType service)
    {
        if (IsRoutedByTheHub(service) || services.IsProvided(service))
            outbox.Send(login, new SenseService(service));
    }

    public void TellEverybody(ServiceType service) => fanout.Broadcast(outbox.Compose(ChannelId.Master, new SenseService(service)));

    // No application is needed for these, so they can be had always.
    private static bool IsRoutedByTheHub(ServiceType service) => service == ServiceTypes.InstantMessage || service == ServiceTypes.FileTransfer;
}
