using System.Collections.Immutable;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>A user with the hash that never leaves the directory but for verification.</summary>
internal sealed record DirectoryAccount(UserRecord User, string PasswordHash);

/// <summary>
/// The directory in memory, as of one version of its stream. Immutable: readers hold one while the next is made.
/// </summary>
internal sealed class DirectoryIndex(
    long version,
    ImmutableDictionary<UserId, DirectoryAccount> accounts,
    ImmutableDictionary<string, UserId> loginNames,
    ImmutableDictionary<string, GroupRecord> groups)
{
    private readonly Lock _sorting = new();
    private SearchEntry[]? _sorted;
    private SortedBook? _book;

    public static DirectoryIndex Empty { get; } = new(
        0, ImmutableDictionary<UserId, DirectoryAccount>.Empty, Names<UserId>(), Names<GroupRecord>());

    public static ImmutableDictionary<string, T> Names<T>() => ImmutableDictionary.Create<string, T>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sequence of the last event of the directory's stream that is in here.</summary>
    public long Version => version;

    public ImmutableDictionary<UserId, DirectoryAccount> Accounts => accounts;

    public ImmutableDictionary<string, UserId> LoginNames => loginNames;

    public ImmutableDictionary<string, GroupRecord> Groups => groups;

    /// <summary>Everybody and every group, to page through.</summary>
    public SortedBook Book
    {
        get
        {
            lock (_sorting)
                return _book ??= new SortedBook([.. Accounts.Values.Select(account => ToMatch(account.User)), .. Groups.Values.Select(ToMatch)]);
        }
    }

    /// <summary>The account of who logs in with a name.</summary>
    public DirectoryAccount? FindByLoginName(string name) =>
        Accounts.TryGetValue(new UserId(name), out var byId) ? byId
        : LoginNames.TryGetValue(name, out var id) ? Accounts.GetValueOrDefault(id)
        : null;

    /// <summary>What fits a name, best first; see <see cref="IResolveProvider"/>.</summary>
    public DirectoryMatches Find(string name, DirectoryKinds kinds, int matchesMax, int prefixLettersMin)
    {
        var wanted = name.Trim().ToUpperInvariant();
        var takesPrefixes = wanted.Length >= prefixLettersMin;
        var sorted = Sorted();
        var found = new Dictionary<DirectoryMatch, MatchRank>(ReferenceEqualityComparer.Instance);
        for (var i = LowerBound(sorted, wanted); wanted.Length > 0 && i < sorted.Length; i++)
        {
            var entry = sorted[i];
            if (!entry.Key.StartsWith(wanted, StringComparison.Ordinal))
                break;
            var isWhole = entry.Key.Length == wanted.Length;
            if (!isWhole && !takesPrefixes)
                break; // whole names sort before longer ones
            if ((entry.Match.Kind & kinds) == 0)
                continue;

            var rank = !isWhole ? MatchRank.Prefix : entry.IsId ? MatchRank.WholeId : MatchRank.WholeName;
            if (!found.TryGetValue(entry.Match, out var known) || rank < known)
                found[entry.Match] = rank;
        }

        var best = found.OrderBy(pair => pair.Value)
            .ThenBy(pair => pair.Key.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(pair => pair.Key.Id, StringComparer.Ordinal)
            .Select(pair => pair.Key);
        return new DirectoryMatches(best.Take(matchesMax).ToItems(), IsPartial: found.Count > matchesMax || (!takesPrefixes && wanted.Length > 0));
    }

    // Sorted at the first question after a change: a load of a thousand users then costs one sort.
    private SearchEntry[] Sorted()
    {
        lock (_sorting)
            return _sorted ??= Sort();
    }

    private SearchEntry[] Sort()
    {
        var entries = new List<SearchEntry>();
        foreach (var user in Accounts.Values.Select(account => account.User))
        {
            var match = ToMatch(user);
            entries.Add(SearchEntry.Of(user.Id.Value, match, isId: true));
            entries.Add(SearchEntry.Of(user.DisplayName, match));
            entries.Add(SearchEntry.Of(FamilyName(user.DisplayName), match));
            entries.AddRange(user.LoginNames.Select(name => SearchEntry.Of(name, match)));
        }

        foreach (var group in Groups.Values)
            entries.Add(SearchEntry.Of(group.Id, ToMatch(group), isId: true));

        var sorted = entries.ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return sorted;
    }

    private static DirectoryMatch ToMatch(UserRecord user) => new(user.Id.Value, user.DisplayName, user.Description, DirectoryKinds.Users);

    private static DirectoryMatch ToMatch(GroupRecord group) => new(group.Id, group.Id, group.Description, DirectoryKinds.Groups);

    private static string FamilyName(string displayName) => displayName[(displayName.LastIndexOf(' ') + 1)..];

    private static int LowerBound(SearchEntry[] sorted, string key)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (string.CompareOrdinal(sorted[middle].Key, key) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private enum MatchRank
    {
        WholeId,
        WholeName,
        Prefix,
    }

    private readonly record struct SearchEntry(string Key, DirectoryMatch Match, bool IsId)
    {
        public static SearchEntry Of(string name, DirectoryMatch match, bool isId = false) => new(name.ToUpperInvariant(), match, isId);
    }
}
