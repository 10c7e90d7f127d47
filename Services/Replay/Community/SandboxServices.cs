using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay.Community;

/// <summary>A service as a provider offers it at a hub.</summary>
internal readonly record struct SandboxOffer(uint Service, LoginId Provider, ushort Hub)
{
    public override string ToString() => $"{Service:x8} {Provider} {Hub}";
}

/// <summary>The services that are offered.</summary>
internal sealed class SandboxServices
{
    private readonly Dictionary<SandboxOffer, DateTimeOffset> _offers = [];

    /// <summary>Each offer, and since when it stands.</summary>
    public IReadOnlyDictionary<SandboxOffer, DateTimeOffset> All => _offers;

    public void Apply(EventEnvelope envelope)
    {
        var hub = envelope.Source.Hub;
        switch (envelope.Payload)
        {
            case ServiceUp fact:
                _offers.TryAdd(new SandboxOffer(fact.Service, fact.Provider, hub), envelope.Occurred);
                break;
            case ServiceDown fact:
                _offers.Remove(new SandboxOffer(fact.Service, fact.Provider, hub));
                break;
        }
    }

    /// <summary>A hub has nothing more.</summary>
    public void EndAt(ushort hub)
    {
        foreach (var offer in _offers.Keys.Where(offer => offer.Hub == hub).ToArray())
            _offers.Remove(offer);
    }

    public void AddTo(StateHash hash) => hash.Add("services", _offers, offer => offer.ToString(), static (hash, since) => hash.Add(since));
}
