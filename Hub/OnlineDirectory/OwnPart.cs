using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// This hub's part of the Online Directory: its logins, which <see cref="OnlineUsers"/> has anyway, and the places active here. What
/// changes waits until it is taken to be told; digest and sequence count what was taken.
/// </summary>
internal sealed class OwnPart(OnlineUsers online, ushort hub, uint incarnation)
{
    private readonly Dictionary<string, Application> _places = [];
    private List<DirectoryChange> _changes = [];

    public ushort Hub => hub;

    public uint Incarnation => incarnation;

    /// <summary>Login id of the hub itself.</summary>
    public LoginId Node { get; set; }

    /// <summary>Number of the last delta.</summary>
    public ulong Sequence { get; private set; }

    public ulong Digest { get; private set; }

    public int LoginCount => online.LoginCount;

    /// <summary>The active places, each with the application that has opened it.</summary>
    public IReadOnlyDictionary<string, Application> Places => _places;

    public void Came(Login login) => _changes.Add(DirectoryChange.Came(EntryOf(login)));

    public void Gone(Login login) => _changes.Add(DirectoryChange.Gone(EntryOf(login)));

    /// <summary>A place that is not active yet.</summary>
    public void Open(string place, Application application)
    {
        _places.Add(place, application);
        _changes.Add(DirectoryChange.Opened(place));
    }

    /// <summary>A place that is active.</summary>
    public void Close(string place)
    {
        _places.Remove(place);
        _changes.Add(DirectoryChange.Closed(place));
    }

    /// <summary>What has changed since the last time, in deltas that fit in a frame.</summary>
    public IEnumerable<DirectoryDelta> TakeChanges()
    {
        if (_changes.Count == 0)
            return [];

        var changes = _changes;
        _changes = [];
        return [.. EntryFrames.Cut(changes).Select(some =>
        {
            foreach (var change in some)
                Digest += PartDigest.Of(change);
            return new DirectoryDelta(Incarnation, ++Sequence, Digest, some);
        })];
    }

    /// <summary>Everything, as it is after the changes that were taken; none may wait.</summary>
    public IEnumerable<DirectorySnapshot> Snapshot()
    {
        var entries = online.Logins.Select(login => DirectoryChange.Came(EntryOf(login))).Concat(_places.Keys.Select(DirectoryChange.Opened));
        Items<DirectoryChange>[] frames = [.. EntryFrames.Cut(entries)];
        if (frames.Length == 0)
            frames = [default];
        return frames.Select((some, number) => new DirectorySnapshot(Incarnation, Sequence, (uint)number, number == frames.Length - 1, Digest, some));
    }

    /// <summary>The logins of a user here.</summary>
    public IEnumerable<OnlineLogin> LoginsOf(UserId user) =>
        online.TryGetUser(user, out var found) ? found.Logins.Select(login => new OnlineLogin(login.LoginId, login.Kind, Milliseconds(login), user)) : [];

    private static DirectoryLogin EntryOf(Login login) => new(login.LoginId.Sequence, login.Kind, Milliseconds(login), login.User.Id);

    private static ulong Milliseconds(Login login) => (ulong)login.Since.ToUnixTimeMilliseconds();
}
