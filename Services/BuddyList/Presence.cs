using System.Runtime.InteropServices;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList.OtherHubs;

namespace Sametime.Services.BuddyList;

/// <summary>
/// One user: his logins, who watches him, and what those who may see him have been told. Several logins make one presence: online if
/// any of them is; status and name of the login that spoke last; of each attribute the value set last. A login that says it is
/// offline does not count. Logins at other hubs count the same, each hub's taken together as a part.
/// </summary>
internal sealed class Presence(string userId)
{
    private readonly List<PresenceLogin> _logins = [];

    // Most who are online are watched by nobody, and few of those watched are at other hubs.
    private List<Spelling>? _spellings;
    private List<HubPart>? _parts;

    public string UserId { get; } = userId;

    /// <summary>Who may see him, as far as this hub knows.</summary>
    public PrivacyRule Privacy { get; set; } = PrivacyRule.Everybody;

    public ReadOnlySpan<Spelling> Spellings => CollectionsMarshal.AsSpan(_spellings);

    /// <summary>What other hubs know of him; null when none has subscribed.</summary>
    public Publication? Publication { get; set; }

    public bool IsWatched => _spellings is { Count: > 0 };

    public bool HasParts => _parts is { Count: > 0 };

    /// <summary>Something that is shown of him may be out of date.</summary>
    public bool IsStale => _parts is not null && _parts.Exists(static part => part.IsStale);

    /// <summary>Nobody is logged in as this user and nobody asks for him.</summary>
    public bool IsNeedless => _logins.Count == 0 && !IsWatched && Publication is null;

    /// <summary>Something changed since <see cref="Told"/>.</summary>
    public bool IsDirty { get; set; }

    /// <summary>What watchers who may see him know; the others know <see cref="Face.Offline"/>.</summary>
    public Face Told { get; private set; }

    /// <summary>The attributes that watchers who may see him and watch the key know.</summary>
    public IReadOnlyList<(uint Key, Opaque Value)> ToldAttributes { get; private set; } = [];

    public PresenceLogin? FindLogin(string loginId)
    {
        foreach (var login in _logins)
        {
            if (string.Equals(login.Id, loginId, StringComparison.Ordinal))
                return login;
        }
        return null;
    }

    public PresenceLogin AddLogin(string loginId)
    {
        var login = new PresenceLogin(loginId);
        _logins.Add(login);
        return login;
    }

    public bool RemoveLogin(string loginId) => FindLogin(loginId) is { } login && _logins.Remove(login);

    public HubPart? FindPart(LoginId hub) => _parts?.Find(part => part.Hub == hub);

    public HubPart AddPart(LoginId hub)
    {
        var part = new HubPart(hub);
        (_parts ??= []).Add(part);
        return part;
    }

    public void RemovePart(HubPart part) => _parts?.Remove(part);

    /// <summary>He is to be seen elsewhere for certain, so what may be out of date counts no longer.</summary>
    public void RemoveStaleParts() => _parts?.RemoveAll(static part => part.IsStale);

    public void RemoveParts() => _parts = null;

    public Spelling SpellAs(AwareId id)
    {
        foreach (var known in Spellings)
        {
            if (known.Id == id)
                return known;
        }
        var spelling = new Spelling(id, this);
        (_spellings ??= []).Add(spelling);
        return spelling;
    }

    public void Forget(Spelling spelling) => _spellings!.Remove(spelling);

    /// <summary>His own clients see him always: a list is about others. At each hub where he is, the list must allow it.</summary>
    public bool MayBeSeenBy(string watcherUserId)
    {
        if (string.Equals(watcherUserId, UserId, StringComparison.OrdinalIgnoreCase))
            return true;
        if (_parts is null)
            return Privacy.Allows(watcherUserId);
        return (_logins.Count == 0 || Privacy.Allows(watcherUserId)) && _parts.TrueForAll(part => part.Allows(watcherUserId));
    }

    /// <summary>Takes over how the user looks now. True when watchers see a difference.</summary>
    public bool TakeFace()
    {
        var told = Told;
        Told = Merge();
        return !Told.LooksLike(told);
    }

    /// <summary>Takes over his attributes as they are now, and says which keys changed and how; null is unset.</summary>
    public IReadOnlyList<(uint Key, Opaque? Value)> TakeAttributes()
    {
        var merged = MergeAttributes();
        if (merged is null && ToldAttributes.Count == 0)
            return [];
        var now = merged ?? [];
        List<(uint Key, Opaque? Value)> changes = [];
        foreach (var (key, value) in ToldAttributes)
        {
            if (!now.TryGetValue(key, out var set))
                changes.Add((key, null));
            else if (set.Value != value)
                changes.Add((key, set.Value));
        }
        foreach (var (key, (value, _)) in now)
        {
            if (!ToldAttributes.Any(told => told.Key == key))
                changes.Add((key, value));
        }
        if (changes.Count > 0)
            ToldAttributes = [.. now.Select(static pair => (pair.Key, pair.Value.Value))];
        return changes;
    }

    /// <summary>How he looks by his logins at this hub.</summary>
    public PresenceFace LocalFace() => LatestLogin() is { } latest
        ? new PresenceFace(latest.Id, latest.DisplayName, latest.Status, latest.SpokeAt)
        : PresenceFace.Offline;

    /// <summary>The attributes that his logins at this hub have set; the ones set last if they are too many.</summary>
    public Items<PresenceAttribute> LocalAttributes(int max)
    {
        var merged = MergeLocalAttributes();
        return merged is null ? [] : merged
            .Select(static set => new PresenceAttribute(set.Key, set.Value.SetAt, set.Value.Value))
            .OrderByDescending(static set => set.SetAt)
            .Take(max)
            .ToItems();
    }

    private PresenceLogin? LatestLogin()
    {
        PresenceLogin? latest = null;
        foreach (var login in _logins)
        {
            if (login.Status.Status != StatusCode.Offline && (latest is null || login.SpokeAt > latest.SpokeAt))
                latest = login;
        }
        return latest;
    }

    private Face Merge()
    {
        var own = LatestLogin();
        if (_parts is null)
            return own is null ? Face.Offline : new Face(IsOnline: true, own.Id, own.Status, own.DisplayName);

        var latest = own is null ? PresenceFace.Offline : LocalFace();
        foreach (var part in _parts)
        {
            if (part.Face.IsOnline && (!latest.IsOnline || IsLater(part.Face, latest)))
                latest = part.Face;
        }
        return latest.IsOnline ? new Face(IsOnline: true, latest.LoginId, latest.Status, latest.DisplayName) : Face.Offline;
    }

    // Two hubs may have said something at the very same moment; every hub decides alike then.
    private static bool IsLater(PresenceFace face, PresenceFace other) => face.SpokeAt != other.SpokeAt
        ? face.SpokeAt > other.SpokeAt
        : string.CompareOrdinal(face.LoginId, other.LoginId) > 0;

    private static bool IsLater((Opaque Value, Moment SetAt) set, (Opaque Value, Moment SetAt) other) => set.SetAt != other.SetAt
        ? set.SetAt > other.SetAt
        : set.Value.Span.SequenceCompareTo(other.Value.Span) > 0;

    private Dictionary<uint, (Opaque Value, Moment SetAt)>? MergeAttributes()
    {
        var merged = MergeLocalAttributes();
        foreach (var part in CollectionsMarshal.AsSpan(_parts))
        {
            foreach (var attribute in part.Attributes)
                Merge(ref merged, attribute.Key, (attribute.Value, attribute.SetAt));
        }
        return merged;
    }

    private Dictionary<uint, (Opaque Value, Moment SetAt)>? MergeLocalAttributes()
    {
        Dictionary<uint, (Opaque Value, Moment SetAt)>? merged = null;
        foreach (var login in _logins)
        {
            if (login.Attributes is null || login.Status.Status == StatusCode.Offline)
                continue;
            foreach (var (key, set) in login.Attributes)
                Merge(ref merged, key, set);
        }
        return merged;
    }

    private static void Merge(ref Dictionary<uint, (Opaque Value, Moment SetAt)>? merged, uint key, (Opaque Value, Moment SetAt) set)
    {
        merged ??= [];
        if (!merged.TryGetValue(key, out var known) || IsLater(set, known))
            merged[key] = set;
    }
}
