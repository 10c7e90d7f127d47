using Microsoft.Extensions.Logging;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>
/// Users and public groups of one LDAP directory, which others keep: everything here reads, and nothing writes. Nothing is remembered but the
/// book that people page through, so a change made there counts at the next question.
/// </summary>
internal sealed partial class LdapDirectory : IReadableDirectory, IAccountStanding, IDisposable
{
    // So many ids make a question of some 10 KiB.
    private const int IdsPerQuestion = 200;

    private readonly LdapServerOptions _server;
    private readonly LdapOptions _options;
    private readonly DirectoryLimits _limits;
    private readonly LdapPool _pool;
    private readonly LdapSearcher _searcher;
    private readonly LdapBook _book;
    private readonly ILogger _log;

    public LdapDirectory(LdapServerOptions server, LdapOptions options, DirectoryLimits limits, TimeProvider time, ILogger<LdapDirectory> log)
    {
        (_server, _options, _limits, _log) = (server, options, limits, log);
        Schema = new LdapSchema(server, limits);
        _pool = new LdapPool(server, options, time, bindsItself: true);
        _searcher = new LdapSearcher(server, options, _pool);
        _book = new LdapBook(_searcher, Schema, options, time);
    }

    public string BookName => _server.Title;

    public LdapSchema Schema { get; }

    public async ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) =>
        id.IsEmpty ? null : (await FindOneAsync(Schema.ById(id), id.Value, stop).ConfigureAwait(false))?.User;

    public async ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) =>
        (await FindEntryAsync(loginName, stop).ConfigureAwait(false))?.User;

    /// <summary>The user who logs in with a name, and what the directory calls his entry.</summary>
    public async ValueTask<(UserRecord User, string EntryName)?> FindEntryAsync(string loginName, CancellationToken stop) =>
        loginName.Length == 0 ? null : await FindOneAsync(Schema.ByLoginName(loginName), loginName, stop).ConfigureAwait(false);

    public async ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop)
    {
        var (entries, isCut) = await _searcher.ReadAllAsync(Schema.AllUsers, _options.EntriesMax, stop).ConfigureAwait(false);
        if (isCut)
            LogCut(_log, _server.Title, _options.EntriesMax);
        return entries.Select(Schema.ToUser).OfType<UserRecord>().OrderBy(user => user.Id.Value, StringComparer.OrdinalIgnoreCase).ToItems();
    }

    public async ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop)
    {
        if (id.Length == 0)
            return null;
        var found = await _searcher.FindAsync(Schema.GroupById(id), stop).ConfigureAwait(false);
        if (found is not [var entry])
        {
            if (found.Count > 1)
                LogAmbiguous(_log, _server.Title, id);
            return null;
        }
        return Schema.ToMatch(entry, DirectoryKinds.Groups) is { } group
            ? new GroupRecord(group.Id, await MembersAsync(entry, stop).ConfigureAwait(false), group.Description)
            : null;
    }

    public async ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop)
    {
        var (entries, _) = await _searcher.ReadAllAsync(Schema.AllGroups, _options.EntriesMax, stop).ConfigureAwait(false);
        var groups = new List<GroupRecord>();
        foreach (var id in entries.Select(entry => Schema.ToMatch(entry, DirectoryKinds.Groups)).OfType<DirectoryMatch>().Select(match => match.Id))
        {
            if (await FindGroupAsync(id, stop).ConfigureAwait(false) is { } group)
                groups.Add(group);
        }
        return groups.OrderBy(group => group.Id, StringComparer.OrdinalIgnoreCase).ToItems();
    }

    public async ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop)
    {
        var wanted = name.Trim();
        if (wanted.Length == 0)
            return DirectoryMatches.None;
        var takesBeginnings = wanted.Length >= _limits.PrefixLettersMin;
        var ranked = new Dictionary<(DirectoryKinds, string), (DirectoryMatch Match, int Rank)>();

        // Whole names are asked for by themselves: of the many that only begin so, the server gives any.
        foreach (var isWhole in takesBeginnings ? [true, false] : new[] { true })
        {
            foreach (var kind in new[] { DirectoryKinds.Users, DirectoryKinds.Groups }.Where(kind => (kinds & kind) != 0))
            {
                var search = kind == DirectoryKinds.Users ? Schema.NamedUsers(wanted, isWhole) : Schema.NamedGroups(wanted, isWhole);
                var found = await _searcher.FindAsync(search with { EntriesMax = matchesMax + 1 }, stop).ConfigureAwait(false);
                foreach (var match in found.Select(entry => Schema.ToMatch(entry, kind)).OfType<DirectoryMatch>())
                    ranked.TryAdd((kind, match.Id), (match, match.Id.Equals(wanted, StringComparison.OrdinalIgnoreCase) ? 0 : isWhole ? 1 : 2));
            }
        }

        var best = ranked.Values.OrderBy(entry => entry.Rank)
            .ThenBy(entry => entry.Match.Name, StringComparer.OrdinalIgnoreCase).ThenBy(entry => entry.Match.Id, StringComparer.Ordinal)
            .Select(entry => entry.Match);
        return new DirectoryMatches(best.Take(matchesMax).ToItems(), IsPartial: ranked.Count > matchesMax || !takesBeginnings);
    }

    public ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) => _book.ReadAsync(point, entriesMax, stop);

    public async ValueTask<AccountStandings> LookAsync(IReadOnlyCollection<UserId> users, CancellationToken stop)
    {
        var known = new HashSet<UserId>();
        var disabled = new HashSet<UserId>();
        foreach (var some in users.Chunk(IdsPerQuestion))
        {
            var question = Schema.ByIds(some);
            known.UnionWith(await IdsAsync(question, stop).ConfigureAwait(false));
            if (Schema.KnowsDisabled)
                disabled.UnionWith(await IdsAsync(Schema.DisabledOf(question), stop).ConfigureAwait(false));
        }
        return new AccountStandings(known, disabled);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _book.Dispose();
    }

    private async ValueTask<(UserRecord User, string EntryName)?> FindOneAsync(LdapSearch search, string name, CancellationToken stop)
    {
        var found = await _searcher.FindAsync(search, stop).ConfigureAwait(false);
        if (found is not [var entry])
        {
            // Which of the two it is nobody can say, so it is neither.
            if (found.Count > 1)
                LogAmbiguous(_log, _server.Title, name);
            return null;
        }
        if (Schema.ToUser(entry) is not { } user)
            return null;
        var isDisabled = Schema.KnowsDisabled && (await _searcher.FindAsync(Schema.DisabledAt(entry.Name), stop).ConfigureAwait(false)).Count > 0;
        return (user with { IsDisabled = isDisabled }, entry.Name);
    }

    private async ValueTask<Items<UserId>> MembersAsync(LdapEntry group, CancellationToken stop)
    {
        if (_server.MemberOfAttribute.Length > 0)
            return (await IdsAsync(Schema.MembersOf(group.Name), stop).ConfigureAwait(false)).Distinct().Take(_options.GroupMembersMax).ToItems();

        var members = new List<UserId>();
        foreach (var value in Schema.Members(group).Take(_options.GroupMembersMax))
        {
            if (await MemberAsync(value, stop).ConfigureAwait(false) is { } member)
                members.Add(member);
        }
        return members.Distinct().ToItems();
    }

    // An id as it stands; or the name of an entry, which most often has the id in it.
    private async ValueTask<UserId?> MemberAsync(string value, CancellationToken stop)
    {
        var id = value.Contains('=', StringComparison.Ordinal) ? LdapEntry.FirstPart(value, _server.IdAttribute) : value;
        if (id is not null)
            return DirectoryNames.IsId(id, _limits) ? new UserId(id) : null;
        return await _searcher.FindAsync(Schema.UserAt(value), stop).ConfigureAwait(false) is [var entry] ? Schema.ToId(entry) : null;
    }

    private async ValueTask<IEnumerable<UserId>> IdsAsync(LdapSearch search, CancellationToken stop) =>
        (await _searcher.ReadAllAsync(search, int.MaxValue, stop).ConfigureAwait(false)).Entries.Select(Schema.ToId).OfType<UserId>();

    [LoggerMessage(EventId = 1631, EventName = "ldap.ambiguous", Level = LogLevel.Warning,
        Message = "{Name} stands for more than one entry of directory {Directory}, so it is nobody's")]
    private static partial void LogAmbiguous(ILogger log, string directory, string name);

    [LoggerMessage(EventId = 1632, EventName = "ldap.cut", Level = LogLevel.Warning,
        Message = "Directory {Directory} has more than {EntriesMax} users; the others are not listed (Ldap:EntriesMax)")]
    private static partial void LogCut(ILogger log, string directory, int entriesMax);
}
