using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// Users, groups and password hashes of the embedded store. Questions are answered from memory; changes are decided in the store's
/// transaction and seen by the next question. Changes that another process made (<c>sametime user add</c>) are noticed within
/// <see cref="DirectoryLimits.PollInterval"/>, and before the event plane hears of them.
/// </summary>
internal sealed partial class SqliteUserDirectory : ICommunityDirectory
{
    private readonly SqliteEventStore _store;
    private readonly DirectoryLimits _limits;
    private readonly ILogger _log;
    private readonly PeriodicTimer _poll;
    private readonly Task _polling;
    private readonly Lock _refreshing = new();
    private volatile DirectoryIndex _index;

    private SqliteUserDirectory(SqliteEventStore store, DirectoryLimits limits, TimeProvider time, ILogger log)
    {
        (_store, _limits, _log) = (store, limits, log);
        _index = store.Read(session => DirectoryTables.Refresh(session, DirectoryIndex.Empty, store.ToFact));
        _poll = new PeriodicTimer(limits.PollInterval, time);
        _polling = PollAsync();
    }

    /// <summary>Reads the directory and watches it until it is disposed. The store stays the caller's.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static SqliteUserDirectory Open(SqliteEventStore store, DirectoryLimits limits, TimeProvider time, ILogger<SqliteUserDirectory> log) =>
        new(store, limits, time, log);

    public ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) =>
        ValueTask.FromResult(_index.Accounts.GetValueOrDefault(id)?.User);

    public ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) =>
        ValueTask.FromResult(_index.FindByLoginName(loginName)?.User);

    public ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) => ValueTask.FromResult(
        _index.Accounts.Values.Select(account => account.User).OrderBy(user => user.Id.Value, StringComparer.OrdinalIgnoreCase).ToItems());

    public ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) => ValueTask.FromResult(_index.Groups.GetValueOrDefault(id));

    public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => ValueTask.FromResult(
        _index.Groups.Values.OrderBy(group => group.Id, StringComparer.OrdinalIgnoreCase).ToItems());

    public ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop) =>
        ValueTask.FromResult(_index.Find(name, kinds, matchesMax, _limits.PrefixLettersMin));

    public string BookName => _limits.Book;

    public ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) =>
        ValueTask.FromResult(_index.Book.Read(point, entriesMax));

    public ValueTask<string?> FindPasswordHashAsync(UserId id, CancellationToken stop) =>
        ValueTask.FromResult(_index.Accounts.GetValueOrDefault(id)?.PasswordHash);

    public async ValueTask<bool> SavePasswordHashAsync(UserId id, string hash, string? replacing, CancellationToken stop) =>
        await ChangeAsync(
            write => DirectoryRules.HasHash(write, id, replacing) ? null : DirectoryChange.NotFound,
            _ => [new UserPasswordChanged(id, hash)],
            stop) == DirectoryChange.Done;

    public ValueTask<DirectoryChange> AddUserAsync(UserRecord user, string passwordHash, CancellationToken stop)
    {
        user = DirectoryNames.Normalize(user);
        return ChangeAsync(
            write => DirectoryRules.Judge(write, user, _limits),
            _ => user.HomeHub.Length == 0 ? [Added()] : [Added(), new UserHomeSet(user.Id, user.HomeHub)],
            stop);

        UserAdded Added() => new(user.Id, user.DisplayName, user.LoginNames, user.Description, passwordHash);
    }

    public ValueTask<DirectoryChange> RemoveUserAsync(UserId id, CancellationToken stop) =>
        ChangeAsync(write => DirectoryRules.Exists(write, id) ? null : DirectoryChange.NotFound, _ => [new UserRemoved(id)], stop);

    public ValueTask<DirectoryChange> SetHomeAsync(UserId id, string homeHub, CancellationToken stop) => ChangeAsync(
        write => DirectoryRules.JudgeHome(write, id, homeHub, _limits), _ => [new UserHomeSet(id, homeHub)], stop);

    public ValueTask<DirectoryChange> RenameUserAsync(
        UserId id, string displayName, Items<string> loginNames, string description, CancellationToken stop)
    {
        var renamed = DirectoryNames.Normalize(new UserRecord(id, displayName, loginNames, description));
        return ChangeAsync(
            write => DirectoryRules.JudgeRename(write, renamed, _limits),
            _ => [new UserRenamed(id, displayName, renamed.LoginNames, description)],
            stop);
    }

    public ValueTask<DirectoryChange> SetDisabledAsync(UserId id, bool isDisabled, CancellationToken stop) => ChangeAsync(
        write => DirectoryRules.JudgeDisabled(write, id, isDisabled), _ => [isDisabled ? new UserDisabled(id) : new UserEnabled(id)], stop);

    public ValueTask<DirectoryChange> SaveGroupAsync(GroupRecord group, CancellationToken stop) => ChangeAsync(
        write => DirectoryRules.Judge(write, group with { Members = group.Members.Distinct().ToItems() }, _limits),
        write => [new GroupSaved(group.Id, group.Description, group.Members.Distinct().Select(id => DirectoryRules.Spelling(write, id)).ToItems())],
        stop);

    public ValueTask<DirectoryChange> RemoveGroupAsync(string id, CancellationToken stop) => ChangeAsync(
        write => DirectoryRules.GroupExists(write, id) ? null : DirectoryChange.NotFound,
        _ => [new GroupRemoved(id)],
        stop);

    /// <summary>Sees to it that a stored fact is known here before anybody acts on it and asks.</summary>
    public void Notice(EventEnvelope stored)
    {
        if (stored.Stream == EventStreamName.Directory && stored.Sequence > _index.Version)
            Refresh();
    }

    public async ValueTask DisposeAsync()
    {
        _poll.Dispose();
        await _polling;
    }

    private async ValueTask<DirectoryChange> ChangeAsync(
        Func<SqliteWrite, DirectoryChange?> refuse, Func<SqliteWrite, IEvent[]> change, CancellationToken stop)
    {
        var outcome = await _store.WriteAsync(
            write =>
            {
                if (refuse(write) is { } refused)
                    return refused;
                foreach (var fact in change(write))
                    write.Append(EventStreamName.Directory, fact);
                return DirectoryChange.Done;
            },
            stop);
        Refresh();
        return outcome;
    }

    private void Refresh()
    {
        lock (_refreshing)
        {
            var known = _index;
            _index = _store.Read(session => DirectoryTables.Refresh(session, known, _store.ToFact));
        }
    }

    private async Task PollAsync()
    {
        while (await _poll.WaitForNextTickAsync())
        {
            try
            {
                Refresh();
            }
            catch (StoreException failure)
            {
                // What is in memory stays true but for changes by others; the next tick tries again.
                LogPollFailed(_log, failure.Message);
            }
        }
    }

    [LoggerMessage(EventId = 1601, EventName = "directory.poll-failed", Level = LogLevel.Warning,
        Message = "Changes of the directory by other processes cannot be seen now: {Why}")]
    private static partial void LogPollFailed(ILogger log, string why);
}
