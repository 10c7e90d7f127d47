using Sametime.Contracts.Events;

namespace Sametime.Services.Replay.Community;

/// <summary>A place as far as facts name it.</summary>
internal sealed class SandboxPlace
{
    /// <summary>When a fact named it first.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When a fact named it last.</summary>
    public DateTimeOffset Seen { get; set; }

    /// <summary>The hub that kept it when it was active at two; 0 when it never was.</summary>
    public ushort KeptBy { get; set; }
}

/// <summary>The places that facts have named.</summary>
internal sealed class SandboxPlaces
{
    private readonly Dictionary<string, SandboxPlace> _places = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, SandboxPlace> All => _places;

    public void Apply(EventEnvelope envelope)
    {
        switch (envelope.Payload)
        {
            case ChatLineCaptured { Place.Length: > 0 } fact:
                See(fact.Place, envelope.Occurred);
                break;
            case DoublePlaceFound fact:
                See(fact.Place, envelope.Occurred).KeptBy = fact.KeptBy;
                break;
        }
    }

    public void AddTo(StateHash hash) => hash.Add("places", _places, place => place, static (hash, place) =>
    {
        hash.Add(place.Since);
        hash.Add(place.Seen);
        hash.Add(place.KeptBy);
    });

    private SandboxPlace See(string name, DateTimeOffset occurred)
    {
        if (!_places.TryGetValue(name, out var place))
            _places.Add(name, place = new SandboxPlace { Since = occurred });
        place.Seen = occurred;
        return place;
    }
}
