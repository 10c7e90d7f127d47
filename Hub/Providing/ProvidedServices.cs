using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;

namespace Sametime.Hub.Providing;

/// <summary>Services that come up and go down, and who must hear of it.</summary>
internal sealed class ProvidedServices(ServiceDirectory services, Sensing sensing, CommunityEvents community, HubFacts facts)
{
    /// <summary>What waits for a service of components, such as logins for the Users service.</summary>
    public Action<ServiceType> Provided { get; set; } = static _ => { };

    public void Provide(Application application, Provide offer)
    {
        var isNewOffer = !application.Offers.ContainsKey(offer.Service);
        var isNew = services.Add(application, offer);
        if (isNewOffer)
            facts.ServiceUp(offer.Service, application);
        if (isNew)
        {
            community.Tell(new ServiceChanged(offer.Service, Up: true));
            sensing.TellEverybody(offer.Service);
        }
        Provided(offer.Service);
    }

    /// <summary>Its open channels stay.</summary>
    public void Withdraw(Application application, ServiceType service, Reason reason = Reason.Success)
    {
        if (!application.Offers.ContainsKey(service))
            return;

        facts.ServiceDown(service, application, reason);
        if (services.Remove(application, service))
            community.Tell(new ServiceChanged(service, Up: false));
    }

    /// <summary>An application is lost, and its channels with it.</summary>
    public void OnLost(Application application, Reason reason)
    {
        foreach (var service in application.Offers.Keys.ToArray())
        {
            Withdraw(application, service, reason);

            // Its clients have lost their channels although another provider is there: they must be told to come back.
            if (services.IsProvided(service))
                sensing.TellEverybody(service);
        }
    }
}
