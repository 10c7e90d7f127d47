using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;

namespace Sametime.Hub.Providing;

/// <summary>Services that come up and go down, here or at another hub, and who must hear of it.</summary>
internal sealed class ProvidedServices(ServiceDirectory services, Sensing sensing, CommunityEvents community, HubFacts facts)
{
    private readonly Dictionary<ServiceType, uint> _losses = [];

    /// <summary>What waits for a service of components, such as logins for the Users service.</summary>
    public Action<ServiceType> Provided { get; set; } = static _ => { };

    /// <summary>What an application of this hub offers, or how busy it is, has changed.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>How many applications of this hub were lost that provided a service.</summary>
    public uint LossesOf(ServiceType service) => _losses.GetValueOrDefault(service);

    public void Provide(Provider provider, Provide offer)
    {
        var isNewOffer = !provider.Offers.ContainsKey(offer.Service);
        var isNew = services.Add(provider, offer);
        if (provider is Application)
        {
            if (isNewOffer)
                facts.ServiceUp(offer.Service, provider);
            Changed();
        }
        if (isNew)
        {
            community.Tell(new ServiceChanged(offer.Service, Up: true));
            sensing.TellEverybody(offer.Service);
        }
        Provided(offer.Service);
    }

    /// <summary>An application says how busy it is.</summary>
    public void Report(Application application, ushort load)
    {
        application.Load = load;
        Changed();
    }

    /// <summary>Its open channels stay.</summary>
    public void Withdraw(Provider provider, ServiceType service, Reason reason = Reason.Success)
    {
        if (!provider.Offers.ContainsKey(service))
            return;

        if (services.Remove(provider, service))
            community.Tell(new ServiceChanged(service, Up: false));
        if (provider is not Application)
            return;
        facts.ServiceDown(service, provider, reason);
        Changed();
    }

    /// <summary>A provider is lost, and its channels with it.</summary>
    public void OnLost(Provider provider, Reason reason)
    {
        foreach (var service in provider.Offers.Keys.ToArray())
        {
            if (provider is Application)
                _losses[service] = LossesOf(service) + 1;
            Withdraw(provider, service, reason);
            CallBack(service);
        }
    }

    /// <summary>Clients have lost their channels although another provider is there: they must be told to come back.</summary>
    public void CallBack(ServiceType service)
    {
        if (services.IsProvided(service))
            sensing.TellEverybody(service);
    }
}
