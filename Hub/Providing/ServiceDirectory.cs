using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Providing;

/// <summary>Which applications provide which service, and whose turn it is.</summary>
internal sealed class ServiceDirectory
{
    private readonly Dictionary<ServiceType, Providers> _services = [];

    public IEnumerable<ServiceType> Services => _services.Keys;

    public bool IsProvided(ServiceType service) => _services.ContainsKey(service);

    /// <summary>True when the service could not be had before.</summary>
    public bool Add(Application application, Provide offer)
    {
        var isNew = !_services.TryGetValue(offer.Service, out var providers);
        if (isNew)
            _services.Add(offer.Service, providers = new Providers());
        if (application.Offers.TryAdd(offer.Service, offer))
            providers!.Applications.Add(application);
        else
            application.Offers[offer.Service] = offer;
        return isNew;
    }

    /// <summary>True when the service cannot be had any more.</summary>
    public bool Remove(Application application, ServiceType service)
    {
        if (!application.Offers.Remove(service))
            return false;

        var providers = _services[service];
        providers.Applications.Remove(application);
        return providers.Applications.Count == 0 && _services.Remove(service);
    }

    /// <summary>
    /// The provider with the least load; among equals they take turns. Null with the reason that is to be told when there is none:
    /// the service, then the protocol, then the version is not to be had, or all who have it have declined.
    /// </summary>
    public Application? Choose(ServiceType service, ProtocolType protocol, uint version, List<Logins.Participant>? declined, out Reason reason)
    {
        reason = Reason.ServiceNotSupported;
        if (!_services.TryGetValue(service, out var providers))
            return null;

        Application? best = null;
        var count = providers.Applications.Count;
        for (var i = 0; i < count; i++)
        {
            // Beginning behind the last one chosen makes "the first of the least busy" a round robin.
            var application = providers.Applications[(providers.Next + i) % count];
            var fit = Fit(application.Offers[service], protocol, version);
            if (fit != Reason.Success)
            {
                reason = reason is Reason.VersionNotSupported or Reason.ServerFull ? reason : fit;
                continue;
            }
            if (declined?.Contains(application) == true)
            {
                reason = Reason.ServerFull;
                continue;
            }
            if (best is null || application.Load < best.Load)
                best = application;
        }
        if (best is not null)
        {
            reason = Reason.Success;
            providers.Next = providers.Applications.IndexOf(best) + 1;
        }
        return best;
    }

    /// <summary>Any provider, for a question that names no protocol.</summary>
    public Application? Choose(ServiceType service)
    {
        if (!_services.TryGetValue(service, out var providers))
            return null;
        return providers.Applications.MinBy(application => application.Load);
    }

    // A version's upper half is its generation; within one, a provider speaks with everybody who is not newer than itself.
    private static Reason Fit(Provide offer, ProtocolType protocol, uint version)
    {
        if (offer.Protocols.IsEmpty)
            return Reason.Success;

        var fit = Reason.ProtocolNotSupported;
        foreach (var spoken in offer.Protocols)
        {
            if (spoken.Type != protocol)
                continue;
            if (spoken.Version >> 16 == version >> 16 && spoken.Version >= version)
                return Reason.Success;
            fit = Reason.VersionNotSupported;
        }
        return fit;
    }

    private sealed class Providers
    {
        public List<Application> Applications { get; } = [];

        public int Next { get; set; }
    }
}
