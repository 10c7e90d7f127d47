using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Providing;

/// <summary>Which applications and which other hubs provide which service, and whose turn it is.</summary>
internal sealed class ServiceDirectory
{
    private readonly Dictionary<ServiceType, Providers> _services = [];

    public IEnumerable<ServiceType> Services => _services.Keys;

    /// <summary>Whether a participant of this hub can have it.</summary>
    public bool IsProvided(ServiceType service) => _services.ContainsKey(service);

    /// <summary>The applications of this hub that offer a service.</summary>
    public IEnumerable<Provider> ProvidersHere(ServiceType service) => _services.TryGetValue(service, out var providers) ? providers.Here.All : [];

    /// <summary>True when the service could not be had before.</summary>
    public bool Add(Provider provider, Provide offer)
    {
        var isNew = !_services.TryGetValue(offer.Service, out var providers);
        if (isNew)
            _services.Add(offer.Service, providers = new Providers());
        if (provider.Offers.TryAdd(offer.Service, offer))
            providers!.RotaOf(provider).All.Add(provider);
        else
            provider.Offers[offer.Service] = offer;
        return isNew;
    }

    /// <summary>True when the service cannot be had any more.</summary>
    public bool Remove(Provider provider, ServiceType service)
    {
        if (!provider.Offers.Remove(service))
            return false;

        var providers = _services[service];
        providers.RotaOf(provider).All.Remove(provider);
        return providers.IsEmpty && _services.Remove(service);
    }

    /// <summary>
    /// The provider with the least load, of this hub before any other hub; among equals they take turns. Null with the reason that is to be
    /// told when there is none: the service, then the protocol, then the version is not to be had, or all who have it have declined.
    /// </summary>
    public Provider? Choose(
        ServiceType service, ProtocolType protocol, uint version, List<Participant>? declined, ServiceReach reach, out Reason reason)
    {
        reason = Reason.ServiceNotSupported;
        if (!_services.TryGetValue(service, out var providers))
            return null;

        bool Suits(Provider provider, ref Reason why)
        {
            var fit = !MayServe(provider, service, reach) ? Reason.ServiceNotSupported : Fit(provider.Offers[service], protocol, version);
            if (fit == Reason.Success && declined?.Contains(provider) == true)
                fit = Reason.ServerFull;
            if (fit != Reason.Success && Rank(fit) > Rank(why))
                why = fit;
            return fit == Reason.Success;
        }

        var chosen = providers.Here.Choose(service, Suits, ref reason);
        if (chosen is null && reach == ServiceReach.Everywhere)
            chosen = providers.Elsewhere.Choose(service, Suits, ref reason);
        if (chosen is not null)
            reason = Reason.Success;
        return chosen;
    }

    /// <summary>Any provider, for a question that names no protocol; none of those that have failed.</summary>
    public Provider? Choose(ServiceType service, ServiceReach reach = ServiceReach.Everywhere, List<Participant>? failed = null)
    {
        if (!_services.TryGetValue(service, out var providers))
            return null;
        var here = LeastBusy(providers.Here.All.Where(provider => MayServe(provider, service, reach)));
        return here is null && reach == ServiceReach.Everywhere ? LeastBusy(providers.Elsewhere.All) : here;

        Provider? LeastBusy(IEnumerable<Provider> among) =>
            among.Where(provider => failed?.Contains(provider) != true).MinBy(provider => provider.LoadOf(service));
    }

    private static bool MayServe(Provider provider, ServiceType service, ServiceReach reach) =>
        reach != ServiceReach.GlobalHere || provider.Offers[service].Scope == ServiceScope.Global;

    // The reason that got nearest to a yes is the one to tell.
    private static int Rank(Reason reason) => reason switch
    {
        Reason.ServerFull => 3,
        Reason.VersionNotSupported => 2,
        Reason.ProtocolNotSupported => 1,
        _ => 0,
    };

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

    private delegate bool Suits(Provider provider, ref Reason why);

    private sealed class Providers
    {
        public Rota Here { get; } = new();

        public Rota Elsewhere { get; } = new();

        public bool IsEmpty => Here.All.Count + Elsewhere.All.Count == 0;

        public Rota RotaOf(Provider provider) => provider is HubPeer ? Elsewhere : Here;
    }

    private sealed class Rota
    {
        private int _next;

        public List<Provider> All { get; } = [];

        public Provider? Choose(ServiceType service, Suits suits, ref Reason why)
        {
            Provider? best = null;
            for (var i = 0; i < All.Count; i++)
            {
                // Beginning behind the last one chosen makes "the first of the least busy" a round robin.
                var provider = All[(_next + i) % All.Count];
                if (suits(provider, ref why) && (best is null || provider.LoadOf(service) < best.LoadOf(service)))
                    best = provider;
            }
            if (best is not null)
                _next = All.IndexOf(best) + 1;
            return best;
        }
    }
}
