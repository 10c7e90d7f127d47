using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Providers;

/// <summary>A directory in memory, for tests of services; searches by looking at everybody, and passes the contract suite.</summary>
public sealed class InMemoryDirectory(DirectoryLimits limits)
    : IUserDirectory, IGroupProvider, IResolveProvider, IBrowseProvider, IPasswordStore, IDirectoryAdministration
{
    private readonly Lock _guard = new();
    private readonly Dictionary<UserId, (UserRecord User, string Hash)> _users = [];
    private readonly Dictionary<string, GroupRecord> _groups = new(StringComparer.OrdinalIgnoreCase);

    public InMemoryDirectory()
        : this(new DirectoryLimits())
    {
    }

    /// <summary>When set, every call fails as an unavailable directory does.</summary>
    public bool IsBroken { get; set; }

    public ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) =>
        Answer(() => _users.TryGetValue(id, out var found) ? found.User : null);

    public ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) =>
        Answer(() => _users.Values.Select(entry => entry.User).FirstOrDefault(user => LogsInAs(user, loginName)));

    public ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) =>
        Answer(() => _users.Values.Select(entry => entry.User).OrderBy(user => user.Id.Value, StringComparer.OrdinalIgnoreCase).ToItems());

    public ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) => Answer(() => _groups.GetValueOrDefault(id));

    public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) =>
        Answer(() => _groups.Values.OrderBy(group => group.Id, StringComparer.OrdinalIgnoreCase).ToItems());

    public ValueTask<string?> FindPasswordHashAsync(UserId id, CancellationToken stop) =>
        Answer(() => _users.TryGetValue(id, out var found) ? found.Hash : null);

    public ValueTask<bool> SavePasswordHashAsync(UserId id, string hash, string? replacing, CancellationToken stop) => Answer(() =>
    {
        if (!_users.TryGetValue(id, out var known) || (replacing is not null && known.Hash != replacing))
            return false;
        _users[id] = (known.User, hash);
        return true;
    });

    public ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop) => Answer(() =>
    {
        var wanted = name.Trim();
        var takesPrefixes = wanted.Length >= limits.PrefixLettersMin;
        var users = _users.Values.Select(entry => (
            Match: new DirectoryMatch(entry.User.Id.Value, entry.User.DisplayName, entry.User.Description, DirectoryKinds.Users),
            Names: (string[])[entry.User.DisplayName, entry.User.DisplayName.Split(' ')[^1], .. entry.User.LoginNames.AsEnumerable()]));
        var groups = _groups.Values.Select(group => (
            Match: new DirectoryMatch(group.Id, group.Id, group.Description, DirectoryKinds.Groups), Names: Array.Empty<string>()));
        var fitting = users.Concat(groups)
            .Where(entry => (entry.Match.Kind & kinds) != 0 && wanted.Length > 0)
            .Select(entry => (entry.Match, Rank: Rank(wanted, entry.Match.Id, entry.Names, takesPrefixes)))
            .Where(entry => entry.Rank is not null)
            .OrderBy(entry => entry.Rank).ThenBy(entry => entry.Match.Name, StringComparer.OrdinalIgnoreCase)
            .Select(entry => entry.Match)
            .ToList();
        return new DirectoryMatches(
            fitting.Take(matchesMax).ToItems(), fitting.Count > matchesMax || (!takesPrefixes && wanted.Length > 0));
    });

    public string BookName => limits.Book;

    public ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) => Answer(() =>
    {
        var all = _users.Values.Select(entry => entry.User)
            .Select(user => new DirectoryMatch(user.Id.Value, user.DisplayName, user.Description, DirectoryKinds.Users))
            .Concat(_groups.Values.Select(group => new DirectoryMatch(group.Id, group.Id, group.Description, DirectoryKinds.Groups)))
            .OrderBy(entry => entry.Name.ToUpperInvariant(), StringComparer.Ordinal).ThenBy(entry => entry.Kind)
            .ThenBy(entry => entry.Id.ToUpperInvariant(), StringComparer.Ordinal).ToList();
        var at = point.Entry is { } beside
            ? all.FindIndex(entry => entry == beside)
            : all.FindIndex(entry => string.CompareOrdinal(entry.Name.ToUpperInvariant(), point.Name.ToUpperInvariant()) >= 0);
        var first = at < 0 ? all.Count : point.Entry is null ? at : point.IsBackwards ? Math.Max(0, at - entriesMax) : at + 1;
        var last = point.IsBackwards ? at : Math.Min(all.Count, first + entriesMax);
        return first >= last ? BrowsePage.Empty : new BrowsePage(all[first..last].ToItems(), first);
    });

    public ValueTask<DirectoryChange> AddUserAsync(UserRecord user, string passwordHash, CancellationToken stop) => Answer(() =>
    {
        if (!IsId(user.Id.Value) || !user.LoginNames.All(IsId) || user.DisplayName.Length == 0 || !IsText(user.DisplayName)
            || user.LoginNames.Count > limits.LoginNamesMax || !IsText(user.Description) || !IsHome(user.HomeHub))
        {
            return DirectoryChange.NameInvalid;
        }

        if (user.LoginNames.Append(user.Id.Value).Any(name => _users.Values.Any(entry => LogsInAs(entry.User, name))))
            return DirectoryChange.NameTaken;
        return IsFull ? DirectoryChange.Full : Done(() => _users.Add(user.Id, (user, passwordHash)));
    });

    public ValueTask<DirectoryChange> RemoveUserAsync(UserId id, CancellationToken stop) => Answer(() =>
    {
        if (!_users.Remove(id))
            return DirectoryChange.NotFound;
        foreach (var group in _groups.Values.ToList())
            _groups[group.Id] = group with { Members = group.Members.Where(member => member != id).ToItems() };
        return DirectoryChange.Done;
    });

    public ValueTask<DirectoryChange> SetHomeAsync(UserId id, string homeHub, CancellationToken stop) => Answer(() =>
    {
        if (!IsHome(homeHub))
            return DirectoryChange.NameInvalid;
        return _users.TryGetValue(id, out var known)
            ? Done(() => _users[id] = (known.User with { HomeHub = homeHub }, known.Hash))
            : DirectoryChange.NotFound;
    });

    public ValueTask<DirectoryChange> RenameUserAsync(
        UserId id, string displayName, Items<string> loginNames, string description, CancellationToken stop) => Answer(() =>
    {
        if (!IsId(id.Value) || !loginNames.All(IsId) || displayName.Length == 0 || !IsText(displayName) || !IsText(description) || loginNames.Count > limits.LoginNamesMax)
            return DirectoryChange.NameInvalid;
        if (!_users.TryGetValue(id, out var known))
            return DirectoryChange.NotFound;
        if (loginNames.Any(name => _users.Values.Any(entry => entry.User.Id != id && LogsInAs(entry.User, name))))
            return DirectoryChange.NameTaken;
        var renamed = known.User with
        {
            DisplayName = displayName,
            LoginNames = loginNames.Where(name => new UserId(name) != id).Distinct(StringComparer.OrdinalIgnoreCase).ToItems(),
            Description = description,
        };
        return Done(() => _users[id] = (renamed, known.Hash));
    });

    public ValueTask<DirectoryChange> SetDisabledAsync(UserId id, bool isDisabled, CancellationToken stop) => Answer(() =>
        _users.TryGetValue(id, out var known)
            ? Done(() => _users[id] = (known.User with { IsDisabled = isDisabled }, known.Hash))
            : DirectoryChange.NotFound);

    public ValueTask<DirectoryChange> SaveGroupAsync(GroupRecord group, CancellationToken stop) => Answer(() =>
    {
        if (!IsId(group.Id) || !IsText(group.Description))
            return DirectoryChange.NameInvalid;
        if (!group.Members.All(_users.ContainsKey))
            return DirectoryChange.MemberUnknown;
        if (group.Members.Distinct().Count() > limits.GroupMembersMax || (!_groups.ContainsKey(group.Id) && IsFull))
            return DirectoryChange.Full;
        _groups.Remove(group.Id);
        return Done(() => _groups.Add(group.Id, group with { Members = group.Members.Distinct().Select(id => _users[id].User.Id).ToItems() }));
    });

    public ValueTask<DirectoryChange> RemoveGroupAsync(string id, CancellationToken stop) =>
        Answer(() => _groups.Remove(id) ? DirectoryChange.Done : DirectoryChange.NotFound);

    private bool IsFull => _users.Count + _groups.Count >= limits.EntriesMax;

    private static DirectoryChange Done(Action change)
    {
        change();
        return DirectoryChange.Done;
    }

    private static bool LogsInAs(UserRecord user, string name) =>
        user.Id == new UserId(name) || user.LoginNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static int? Rank(string wanted, string id, string[] names, bool takesPrefixes) =>
        id.Equals(wanted, StringComparison.OrdinalIgnoreCase) ? 0
        : names.Contains(wanted, StringComparer.OrdinalIgnoreCase) ? 1
        : takesPrefixes && names.Append(id).Any(name => name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)) ? 2
        : null;

    private bool IsId(string id) => id.Length > 0 && id[0] != '@' && id.Trim() == id && IsText(id);

    private bool IsHome(string name) => name.Length == 0 || IsId(name);

    private bool IsText(string text) => text.Length <= limits.NameCharsMax && !text.Any(char.IsControl);

    private ValueTask<T> Answer<T>(Func<T> answer)
    {
        if (IsBroken)
            return ValueTask.FromException<T>(new StoreUnavailableException("The directory is broken, as the test said."));
        lock (_guard)
            return ValueTask.FromResult(answer());
    }
}
