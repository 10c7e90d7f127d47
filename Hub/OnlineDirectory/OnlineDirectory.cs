using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Who is online at which hub, and which place is active where. Each hub owns its part; here are also the replicas of the parts of all
/// others, so that every question is answered at once. It knows nothing else of anybody: further details are asked of their owners.
/// <para>It is asked by user ids and places. Login ids hold the number of their hub, and offers of services are told by their hubs.</para>
/// </summary>
internal sealed class OnlineDirectory(OwnPart own, HubCounters counters)
{
    private readonly SortedDictionary<ushort, HubPart> _parts = [];

    /// <summary>A login of this user has come, here or anywhere.</summary>
    public event Action<UserId>? UserCame;

    /// <summary>A login of this user has gone.</summary>
    public event Action<UserId>? UserGone;

    /// <summary>A place was opened somewhere.</summary>
    public event Action<string>? PlaceOpened;

    /// <summary>A place was closed somewhere.</summary>
    public event Action<string>? PlaceClosed;

    /// <summary>A part has become live: what it says counts again, also what has not changed.</summary>
    public event Action<HubPart>? PartLive;

    public OwnPart Own => own;

    /// <summary>Replicas of the parts of the other hubs, by hub number.</summary>
    public IReadOnlyCollection<HubPart> Parts => _parts.Values;

    /// <summary>
    /// Digest over all parts: equal on all hubs once nothing changes and all is told.
    /// </summary>
    public ulong Digest
    {
        get
        {
            var sum = PartDigest.OfPart(own.Hub, own.Incarnation, own.Digest);
            foreach (var part in _parts.Values)
                sum += PartDigest.OfPart(part.Hub, part.Incarnation, part.Digest);
            return sum;
        }
    }

    /// <summary>Whether a user is online at another hub as far as was heard; no question of anybody's.</summary>
    public bool HasHeardOf(UserId user) => _parts.Values.Any(part => part.TryGetUser(user, out _));

    /// <summary>The live hub that a user is online at, when it is another one than this; null also when that hub cannot be reached now.</summary>
    public HubPeer? WhereIs(UserId user)
    {
        counters.DirectoryQuestions++;
        foreach (var part in _parts.Values)
        {
            if (part.TryGetUser(user, out _) && part is { IsLive: true, Peer: { } peer })
                return peer;
        }
        return null;
    }

    /// <summary>Where a place is active. <paramref name="hub"/> is the number of that hub, 0 when there is none.</summary>
    public Whereabouts WhereIsPlace(string place, out ushort hub)
    {
        counters.DirectoryQuestions++;
        hub = own.Places.ContainsKey(place) ? own.Hub : (ushort)0;
        if (hub != 0)
            return Whereabouts.Live;

        var found = Whereabouts.Nowhere;
        foreach (var part in _parts.Values)
        {
            if (!part.HasPlace(place))
                continue;
            hub = part.Hub;
            if (part.IsLive)
                return Whereabouts.Live;
            found = Whereabouts.Stale;
        }
        return found;
    }

    /// <summary>Login id of a hub itself.</summary>
    public LoginId NodeOf(ushort hub) => hub == own.Hub ? own.Node : _parts.TryGetValue(hub, out var part) ? part.Node : default;

    /// <summary>The logins of a user everywhere, also at hubs that are lost but have a lease; this hub's first.</summary>
    public IEnumerable<OnlineLogin> LoginsOf(UserId user)
    {
        foreach (var login in own.LoginsOf(user))
            yield return login;
        foreach (var part in _parts.Values)
        {
            if (!part.TryGetUser(user, out var logins))
                continue;
            foreach (var login in logins)
                yield return login;
        }
    }

    public bool TryGetPart(ushort hub, [NotNullWhen(true)] out HubPart? part) => _parts.TryGetValue(hub, out part);

    /// <summary>The part of a hub, empty when it was never heard of.</summary>
    public HubPart PartOf(ushort hub)
    {
        if (!_parts.TryGetValue(hub, out var part))
            _parts.Add(hub, part = new HubPart(hub));
        return part;
    }

    public void Remove(HubPart part) => _parts.Remove(part.Hub);

    // Told by who changes a part, when the change is made.
    public void TellCame(UserId user) => UserCame?.Invoke(user);

    public void TellGone(UserId user) => UserGone?.Invoke(user);

    public void TellOpened(string place) => PlaceOpened?.Invoke(place);

    public void TellClosed(string place) => PlaceClosed?.Invoke(place);

    public void TellLive(HubPart part) => PartLive?.Invoke(part);
}

/// <summary>What is known of where something is.</summary>
internal enum Whereabouts
{
    Nowhere,

    /// <summary>Here, or at a hub that can be reached.</summary>
    Live,

    /// <summary>At a hub that cannot be reached, and has a lease still.</summary>
    Stale,
}
