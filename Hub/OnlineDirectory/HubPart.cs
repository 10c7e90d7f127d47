using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Replica of another hub's part of the Online Directory. It is live from a complete snapshot until the link of that hub is lost; then it
/// is stale, and stays as it was until the hub is back or its lease is over.
/// </summary>
internal sealed class HubPart(ushort hub)
{
    private readonly HashSet<string> _places = [];
    private Dictionary<uint, OnlineLogin> _logins = [];
    private Dictionary<UserId, List<OnlineLogin>> _users = [];

    public ushort Hub => hub;

    /// <summary>Its hub as long as there is a link to it.</summary>
    public HubPeer? Peer { get; set; }

    /// <summary>Login id of the hub itself, kept while the link is lost.</summary>
    public LoginId Node { get; set; }

    /// <summary>Which start of the hub the entries are of.</summary>
    public uint Incarnation { get; private set; }

    /// <summary>Number of the last delta that is in it.</summary>
    public ulong Sequence { get; set; }

    public ulong Digest { get; private set; }

    /// <summary>It was complete once, and since then its link is not lost.</summary>
    public bool IsLive { get; set; }

    /// <summary>A snapshot was asked for and has not come yet.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Digests that came since then.</summary>
    public int DigestsSinceAsked { get; set; }

    /// <summary>A snapshot of which the last frame is still to come.</summary>
    public IncomingSnapshot? Incoming { get; set; }

    /// <summary>Runs at the end of the lease; null while the part is live.</summary>
    public IDisposable? Lease { get; set; }

    public IReadOnlyCollection<OnlineLogin> Logins => _logins.Values;

    public IReadOnlyCollection<UserId> Users => _users.Keys;

    public IReadOnlyCollection<string> Places => _places;

    public bool TryGetUser(UserId user, [NotNullWhen(true)] out IReadOnlyList<OnlineLogin>? logins)
    {
        logins = _users.GetValueOrDefault(user);
        return logins is not null;
    }

    public bool HasPlace(string place) => _places.Contains(place);

    /// <summary>Takes a change over. False when there is nothing to change, so that the replica cannot have been what it should.</summary>
    public bool Apply(in DirectoryChange change, out UserId user)
    {
        user = change.Login.User;
        switch (change.Kind)
        {
            case DirectoryChangeKind.LoginCame:
                return Add(change.Login);
            case DirectoryChangeKind.LoginGone:
                return Remove(change.Login.Sequence, out user);
            case DirectoryChangeKind.PlaceOpened:
                Digest += PartDigest.Of(change.Place);
                return _places.Add(change.Place);
            default:
                Digest -= PartDigest.Of(change.Place);
                return _places.Remove(change.Place);
        }
    }

    /// <summary>Puts a snapshot in the place of everything, and says what is new in it and what is not in it any more.</summary>
    public PartDifference Replace(IncomingSnapshot snapshot)
    {
        var (oldLogins, oldPlaces) = (_logins, _places.ToArray());
        var isSameStart = Incarnation == snapshot.Incarnation;
        (_logins, _users) = (new Dictionary<uint, OnlineLogin>(snapshot.Entries.Count), new Dictionary<UserId, List<OnlineLogin>>(snapshot.Entries.Count));
        _places.Clear();
        (Incarnation, Sequence, Digest) = (snapshot.Incarnation, snapshot.Sequence, 0);
        foreach (var entry in snapshot.Entries)
            Apply(entry, out _);

        return new PartDifference(
            Came: [.. _logins.Where(entry => !isSameStart || !oldLogins.ContainsKey(entry.Key)).Select(entry => entry.Value.User)],
            Gone: [.. oldLogins.Where(entry => !isSameStart || !_logins.ContainsKey(entry.Key)).Select(entry => entry.Value.User)],
            Opened: [.. _places.Except(oldPlaces)],
            Closed: [.. oldPlaces.Except(_places)]);
    }

    /// <summary>Nothing is known of the hub any more.</summary>
    public PartDifference Clear()
    {
        var difference = new PartDifference([], [.. _logins.Values.Select(login => login.User)], [], [.. _places]);
        _logins.Clear();
        _users.Clear();
        _places.Clear();
        Digest = 0;
        return difference;
    }

    private bool Add(in DirectoryLogin login)
    {
        Digest += PartDigest.Of(login);
        var entry = new OnlineLogin(new LoginId(hub, Incarnation, login.Sequence), login.Kind, login.Since, login.User);
        if (!_logins.TryAdd(login.Sequence, entry))
            return false;
        if (!_users.TryGetValue(login.User, out var logins))
            _users.Add(login.User, logins = new List<OnlineLogin>(1));
        logins.Add(entry);
        return true;
    }

    private bool Remove(uint sequence, out UserId user)
    {
        user = default;
        if (!_logins.Remove(sequence, out var entry))
            return false;
        user = entry.User;
        Digest -= PartDigest.Of(new DirectoryLogin(sequence, entry.Kind, entry.Since, user));
        var logins = _users[user];
        logins.Remove(entry);
        if (logins.Count == 0)
            _users.Remove(user);
        return true;
    }
}

/// <summary>What a snapshot has changed: users with a login that is new or gone, places that are.</summary>
internal sealed record PartDifference(
    IReadOnlyCollection<UserId> Came, IReadOnlyCollection<UserId> Gone, IReadOnlyCollection<string> Opened, IReadOnlyCollection<string> Closed);
