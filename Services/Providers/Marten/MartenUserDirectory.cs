using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Users, groups and password hashes on PostgreSQL. Nothing is remembered: each question goes to the database by an index, so a change that
/// any process made is seen by the next question of every other.
/// </summary>
internal sealed class MartenUserDirectory(MartenEventStore store, DirectoryLimits limits) : ICommunityDirectory
{
    public async ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) =>
        (await AskAsync(DirectoryQueries.ById, DirectoryQueries.ToUser, id.Value, stop).ConfigureAwait(false)).SingleOrDefault();

    public async ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) =>
        (await AskAsync(DirectoryQueries.ByLoginName, DirectoryQueries.ToUser, loginName, stop).ConfigureAwait(false)).SingleOrDefault();

    public async ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) =>
        (await store.QueryAsync(DirectoryQueries.AllUsers, DirectoryQueries.ToUser, stop).ConfigureAwait(false))
        .OrderBy(user => user.Id.Value, StringComparer.OrdinalIgnoreCase).ToItems();

    public async ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) =>
        (await AskAsync(DirectoryQueries.GroupById, DirectoryQueries.ToGroup, id, stop).ConfigureAwait(false)).SingleOrDefault();

    public async ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) =>
        (await store.QueryAsync(DirectoryQueries.AllGroups, DirectoryQueries.ToGroup, stop).ConfigureAwait(false))
        .OrderBy(group => group.Id, StringComparer.OrdinalIgnoreCase).ToItems();

    public async ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop)
    {
        var wanted = MartenFolding.Key(name.Trim());
        if (wanted.Length == 0 || !CanBeStored(wanted))
            return DirectoryMatches.None;
        int[] asked = [.. new[] { DirectoryKinds.Users, DirectoryKinds.Groups }.Where(kind => (kinds & kind) != 0).Select(kind => (int)kind)];
        var takesBeginnings = wanted.Length >= limits.PrefixLettersMin;
        var found = takesBeginnings
            ? await store.QueryAsync(DirectoryQueries.Beginning, DirectoryQueries.ToMatch, stop, wanted, asked, matchesMax + 1, DirectoryQueries.LastOf(wanted))
                .ConfigureAwait(false)
            : await store.QueryAsync(DirectoryQueries.WholeName, DirectoryQueries.ToMatch, stop, wanted, asked, matchesMax + 1).ConfigureAwait(false);
        return new DirectoryMatches(found.Take(matchesMax).ToItems(), IsPartial: found.Count > matchesMax || !takesBeginnings);
    }

    public string BookName => limits.Book;

    public async ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop)
    {
        if (!CanBeStored(point.Name))
            return BrowsePage.Empty;
        var question = point switch
        {
            { Entry: null } => DirectoryQueries.PageFrom,
            { IsBackwards: false } => DirectoryQueries.PageAfter,
            _ => DirectoryQueries.PageBefore,
        };
        var found = await store.QueryAsync(question, DirectoryQueries.ToMatch, stop, [.. Place(point.Name, point.Entry), entriesMax]).ConfigureAwait(false);
        if (point.IsBackwards)
            found.Reverse();
        if (found.Count == 0)
            return BrowsePage.Empty;
        var before = await store.QueryAsync(DirectoryQueries.CountBefore, static row => row.GetInt64(0), stop, Place(found[0].Name, found[0])).ConfigureAwait(false);
        return new BrowsePage(found.ToItems(), (int)before.Single());

        static object[] Place(string name, DirectoryMatch? entry) =>
            [MartenFolding.Key(name), (int)(entry?.Kind ?? 0), MartenFolding.Key(entry?.Id ?? "")];
    }

    public async ValueTask<string?> FindPasswordHashAsync(UserId id, CancellationToken stop) =>
        (await AskAsync(DirectoryQueries.PasswordHash, static row => row.GetString(0), id.Value, stop).ConfigureAwait(false)).SingleOrDefault();

    public async ValueTask<bool> SavePasswordHashAsync(UserId id, string hash, string? replacing, CancellationToken stop) => await ChangeAsync(
        async decisions => await decisions.HasHashAsync(id, replacing, stop) ? null : DirectoryChange.NotFound,
        _ => [new UserPasswordChanged(id, hash)], stop).ConfigureAwait(false) == DirectoryChange.Done;

    public async ValueTask<DirectoryChange> AddUserAsync(UserRecord user, string passwordHash, CancellationToken stop)
    {
        user = DirectoryNames.Normalize(user);
        if (!DirectoryNames.AreGood(user, limits))
            return DirectoryChange.NameInvalid;
        var added = new UserAdded(user.Id, user.DisplayName, user.LoginNames, user.Description, passwordHash);
        return await ChangeAsync(
            async decisions => await decisions.IsAnyTakenAsync([user.Id.Value, .. user.LoginNames.AsEnumerable()], stop) ? DirectoryChange.NameTaken
                : await decisions.IsFullAsync(limits, stop) ? DirectoryChange.Full : null,
            _ => user.HomeHub.Length == 0 ? [added] : [added, new UserHomeSet(user.Id, user.HomeHub)], stop).ConfigureAwait(false);
    }

    public async ValueTask<DirectoryChange> RemoveUserAsync(UserId id, CancellationToken stop) => await ChangeAsync(
        async decisions => await decisions.ExistsAsync(id, stop) ? null : DirectoryChange.NotFound,
        _ => [new UserRemoved(id)], stop, EventStreamName.User(id)).ConfigureAwait(false);

    public async ValueTask<DirectoryChange> SetHomeAsync(UserId id, string homeHub, CancellationToken stop) =>
        !DirectoryNames.IsHome(homeHub, limits)
            ? DirectoryChange.NameInvalid
            : await ChangeAsync(
                async decisions => await decisions.ExistsAsync(id, stop) ? null : DirectoryChange.NotFound,
                _ => [new UserHomeSet(id, homeHub)], stop).ConfigureAwait(false);

    public async ValueTask<DirectoryChange> RenameUserAsync(
        UserId id, string displayName, Items<string> loginNames, string description, CancellationToken stop)
    {
        var renamed = DirectoryNames.Normalize(new UserRecord(id, displayName, loginNames, description));
        return !DirectoryNames.AreGood(renamed, limits)
            ? DirectoryChange.NameInvalid
            : await ChangeAsync(
                async decisions => !await decisions.ExistsAsync(id, stop) ? DirectoryChange.NotFound
                    : await decisions.IsAnyTakenAsync(renamed.LoginNames, except: id, stop) ? DirectoryChange.NameTaken : null,
                _ => [new UserRenamed(id, displayName, renamed.LoginNames, description)], stop).ConfigureAwait(false);
    }

    public async ValueTask<DirectoryChange> SetDisabledAsync(UserId id, bool isDisabled, CancellationToken stop) => await ChangeAsync(
        async decisions => !await decisions.ExistsAsync(id, stop) ? DirectoryChange.NotFound
            : await decisions.IsDisabledAsync(id, stop) == isDisabled ? DirectoryChange.Done : null,
        _ => [isDisabled ? new UserDisabled(id) : new UserEnabled(id)], stop).ConfigureAwait(false);

    public async ValueTask<DirectoryChange> SaveGroupAsync(GroupRecord group, CancellationToken stop)
    {
        if (!DirectoryNames.AreGood(group, limits))
            return DirectoryChange.NameInvalid;
        var members = group.Members.Distinct().ToList();
        var spelled = new Dictionary<UserId, UserId>();
        return await ChangeAsync(
            async decisions =>
            {
                spelled = await decisions.SpellingsAsync(members, stop);
                return spelled.Count < members.Count ? DirectoryChange.MemberUnknown
                    : members.Count > limits.GroupMembersMax ? DirectoryChange.Full
                    : !await decisions.GroupExistsAsync(group.Id, stop) && await decisions.IsFullAsync(limits, stop) ? DirectoryChange.Full : null;
            },
            _ => [new GroupSaved(group.Id, group.Description, members.Select(member => spelled[member]).ToItems())], stop).ConfigureAwait(false);
    }

    public async ValueTask<DirectoryChange> RemoveGroupAsync(string id, CancellationToken stop) => await ChangeAsync(
        async decisions => await decisions.GroupExistsAsync(id, stop) ? null : DirectoryChange.NotFound,
        _ => [new GroupRemoved(id)], stop).ConfigureAwait(false);

    // The store is the caller's.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // PostgreSQL knows no character 0, so no stored name has one, and asking for it would be an error instead of an answer.
    private static bool CanBeStored(string name) => !name.Contains('\0', StringComparison.Ordinal);

    private async Task<List<T>> AskAsync<T>(string question, Func<NpgsqlDataReader, T> read, string name, CancellationToken stop) =>
        CanBeStored(name) ? await store.QueryAsync(question, read, stop, MartenFolding.Key(name)).ConfigureAwait(false) : [];

    private Task<DirectoryChange> ChangeAsync(
        Func<DirectoryDecisions, Task<DirectoryChange?>> refuse, Func<DirectoryDecisions, IEvent[]> change, CancellationToken stop,
        params EventStreamName[] alsoLocked) => store.WriteAloneAsync(
        [EventStreamName.Directory, .. alsoLocked],
        async commit =>
        {
            var decisions = new DirectoryDecisions(commit);
            if (await refuse(decisions).ConfigureAwait(false) is { } refused)
                return refused;
            foreach (var fact in change(decisions))
                commit.Append(EventStreamName.Directory, fact);
            return DirectoryChange.Done;
        },
        stop);
}
