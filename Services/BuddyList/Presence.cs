using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;

namespace Sametime.Services.BuddyList;

/// <summary>
/// One user: his logins, who watches him, and what those who may see him have been told. Several logins make one presence: online if
/// any of them is; status and name of the login that spoke last; of each attribute the value set last. A login that says it is
/// offline does not count.
/// </summary>
internal sealed class Presence(string userId)
{
    private readonly List<PresenceLogin> _logins = [];
    private readonly List<Spelling> _spellings = [];

    public string UserId { get; } = userId;

    public PrivacyRule Privacy { get; set; } = PrivacyRule.Everybody;

    public IReadOnlyList<Spelling> Spellings => _spellings;

    public bool IsWatched => _spellings.Count > 0;

    /// <summary>Nobody is logged in as this user and nobody asks for him.</summary>
    public bool IsNeedless => _logins.Count == 0 && _spellings.Count == 0;

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

    public Spelling SpellAs(AwareId id)
    {
        foreach (var known in _spellings)
        {
            if (known.Id == id)
                return known;
        }
        var spelling = new Spelling(id, this);
        _spellings.Add(spelling);
        return spelling;
    }

    public void Forget(Spelling spelling) => _spellings.Remove(spelling);

    /// <summary>His own clients see him always: a list is about others.</summary>
    public bool MayBeSeenBy(string watcherUserId) =>
        Privacy.Allows(watcherUserId) || string.Equals(watcherUserId, UserId, StringComparison.OrdinalIgnoreCase);

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
        var now = MergeAttributes();
        if (now.Count == 0 && ToldAttributes.Count == 0)
            return [];
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

    private Face Merge()
    {
        PresenceLogin? latest = null;
        foreach (var login in _logins)
        {
            if (login.Status.Status != StatusCode.Offline && (latest is null || login.SpokeAt > latest.SpokeAt))
                latest = login;
        }
        return latest is null ? Face.Offline : new Face(IsOnline: true, latest.Id, latest.Status, latest.DisplayName);
    }

    private Dictionary<uint, (Opaque Value, long SetAt)> MergeAttributes()
    {
        Dictionary<uint, (Opaque Value, long SetAt)> merged = [];
        foreach (var login in _logins)
        {
            if (login.Attributes is null || login.Status.Status == StatusCode.Offline)
                continue;
            foreach (var (key, set) in login.Attributes)
            {
                if (!merged.TryGetValue(key, out var known) || set.SetAt > known.SetAt)
                    merged[key] = set;
            }
        }
        return merged;
    }
}
