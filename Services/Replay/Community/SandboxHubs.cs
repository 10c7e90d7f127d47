using System.Globalization;
using Sametime.Contracts.Events;

namespace Sametime.Services.Replay.Community;

/// <summary>Which start of a hub a fact of it belongs to.</summary>
internal enum HubLife
{
    /// <summary>The one that is known.</summary>
    Same,

    /// <summary>A later one; the one before is over.</summary>
    Next,

    /// <summary>One that is over: the fact comes too late to say what is now.</summary>
    Former,
}

/// <summary>A hub of the sandbox.</summary>
internal sealed class SandboxHub
{
    public required uint Incarnation { get; set; }

    /// <summary>When its first fact of this incarnation happened.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>Whether another hub has lost it, and it has stated nothing since.</summary>
    public bool IsLost { get; set; }
}

/// <summary>
/// The hubs, as their own facts show them. A hub that another one has lost is there again as soon as it states a fact of its own: then it was
/// only the way between the two that broke.
/// </summary>
internal sealed class SandboxHubs
{
    private const string StreamPrefix = "hub-";

    private readonly Dictionary<ushort, SandboxHub> _hubs = [];

    public IReadOnlyDictionary<ushort, SandboxHub> All => _hubs;

    public static bool IsStatedByHub(EventEnvelope envelope) => envelope.Stream.Value.StartsWith(StreamPrefix, StringComparison.Ordinal);

    public bool IsThere(ushort hub) => _hubs.TryGetValue(hub, out var known) && !known.IsLost;

    /// <summary>A hub states a fact, so it lives.</summary>
    public HubLife Hear(EventEnvelope envelope)
    {
        var (number, incarnation) = envelope.Source;
        if (!_hubs.TryGetValue(number, out var hub))
        {
            _hubs.Add(number, new SandboxHub { Incarnation = incarnation, Since = envelope.Occurred });
            return HubLife.Same;
        }

        if (incarnation < hub.Incarnation)
            return HubLife.Former;
        hub.IsLost = false;
        if (incarnation == hub.Incarnation)
            return HubLife.Same;
        (hub.Incarnation, hub.Since) = (incarnation, envelope.Occurred);
        return HubLife.Next;
    }

    public void Apply(HubLeft fact)
    {
        if (_hubs.TryGetValue(fact.Hub, out var hub) && hub.Incarnation == fact.Incarnation)
            hub.IsLost = true;
    }

    public void Apply(HubJoined fact)
    {
        if (_hubs.TryGetValue(fact.Hub, out var hub) && hub.Incarnation == fact.Incarnation)
            hub.IsLost = false;
    }

    public void AddTo(StateHash hash) => hash.Add("hubs", _hubs, hub => hub.ToString(CultureInfo.InvariantCulture), static (hash, hub) =>
    {
        hash.Add(hub.Incarnation);
        hash.Add(hub.Since);
        hash.Add(hub.IsLost);
    });
}
