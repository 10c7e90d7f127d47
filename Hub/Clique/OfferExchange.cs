using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Clique;

/// <summary>Tells the other hubs which services of this one their participants may use, and takes theirs.</summary>
internal sealed class OfferExchange
{
    private readonly ILoop _loop;
    private readonly Clique _clique;
    private readonly ServiceDirectory _services;
    private readonly ProvidedServices _provided;
    private Offers _told = new([]);
    private bool _isDue;

    public OfferExchange(ILoop loop, Clique clique, ServiceDirectory services, ProvidedServices provided)
    {
        (_loop, _clique, _services, _provided) = (loop, clique, services, provided);
        provided.Changed = TellSoon;
    }

    /// <summary>A hub is there.</summary>
    public void OnJoined(HubPeer peer) => peer.Link!.Send(0, Collect());

    /// <summary>What another hub offers now. False when it breaks the rules of the link.</summary>
    public bool OnOffers(HubPeer peer, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var offers = Offers.Read(ref reader).Services;
        if (reader.Error is not null)
            return false;

        foreach (var service in peer.Offers.Keys.Except(offers.Select(offer => offer.Service)).ToArray())
        {
            // Whether its channels broke is not told; a client that still has one passes the call over.
            _provided.Withdraw(peer, service);
            _provided.CallBack(service);
        }
        foreach (var offer in offers)
            Take(peer, offer);
        return true;
    }

    private void Take(HubPeer peer, Offer offer)
    {
        var hasLost = peer.Offered.TryGetValue(offer.Service, out var former) && former.Losses != offer.Losses;
        peer.Offered[offer.Service] = offer;
        _provided.Provide(peer, new Provide(offer.Service, ServiceScope.Global, offer.Protocols));
        if (hasLost)
            _provided.CallBack(offer.Service);
    }

    // Several offers in one turn, as an application makes them when it comes, are told as one.
    private void TellSoon()
    {
        if (_isDue)
            return;
        _isDue = true;
        _loop.Post(Tell);
    }

    private void Tell()
    {
        _isDue = false;
        var offers = Collect();
        if (offers == _told)
            return;
        _told = offers;
        foreach (var peer in _clique.Peers)
            peer.Link!.Send(0, offers);
    }

    private Offers Collect() => new([.. _services.Services.Select(Collect).OfType<Offer>().OrderBy(offer => offer.Service.Value)]);

    private Offer? Collect(ServiceType service)
    {
        var providers = _services.ProvidersHere(service).Where(provider => provider.Offers[service].Scope == ServiceScope.Global).ToArray();
        if (providers.Length == 0)
            return null;
        var protocols = providers.Select(provider => provider.Offers[service].Protocols).ToArray();
        return new Offer(
            service,
            providers.Min(provider => provider.LoadOf(service)),
            _provided.LossesOf(service),
            protocols.Any(spoken => spoken.IsEmpty) ? [] : [.. protocols.SelectMany(spoken => spoken).Distinct()]);
    }
}
