using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers;

/// <summary>
/// Several directories as one, in the order in which they count: of an id or a name that two of them know, the first decides. While one does
/// not answer the others go on, and what they do not know is "no answer", never "nobody".
/// </summary>
internal sealed class CombinedDirectory(IReadOnlyList<IReadableDirectory> directories) : IUserDirectory, IGroupProvider, IResolveProvider
{
    public ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) =>
        FirstAsync(directory => directory.FindUserAsync(id, stop));

    public ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) =>
        FirstAsync(directory => directory.FindByLoginNameAsync(loginName, stop));

    public ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) => FirstAsync(directory => directory.FindGroupAsync(id, stop));

    // A list with a hole in it would be taken for the whole, so here all must answer.
    public async ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop)
    {
        var lists = await AllAsync(directory => directory.ListUsersAsync(stop));
        return lists.SelectMany(list => list).DistinctBy(user => user.Id).OrderBy(user => user.Id.Value, StringComparer.OrdinalIgnoreCase).ToItems();
    }

    public async ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop)
    {
        var lists = await AllAsync(directory => directory.ListGroupsAsync(stop));
        return lists.SelectMany(list => list).DistinctBy(group => group.Id, StringComparer.OrdinalIgnoreCase)
            .OrderBy(group => group.Id, StringComparer.OrdinalIgnoreCase).ToItems();
    }

    /// <summary>What all together have found; partial when one did not answer.</summary>
    public async ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop)
    {
        var answers = await AskAsync(directory => directory.FindAsync(name, kinds, matchesMax, stop));
        var found = answers.Where(answer => answer.Failure is null).Select(answer => answer.Value!).ToArray();
        var failure = answers.Select(answer => answer.Failure).FirstOrDefault(failure => failure is not null);
        var matches = found.SelectMany(matches => matches.Matches).DistinctBy(match => (match.Kind, match.Id.ToUpperInvariant()))
            .OrderBy(match => Rank(match, name.Trim())).ToArray();
        if (failure is not null && matches.Length == 0)
            throw failure;
        return new DirectoryMatches(
            matches.Take(matchesMax).ToItems(),
            IsPartial: failure is not null || matches.Length > matchesMax || found.Any(answer => answer.IsPartial));
    }

    // Within a rank each directory's own order stays. Which of his names was typed whole only his directory knows.
    private static int Rank(DirectoryMatch match, string name) =>
        match.Id.Equals(name, StringComparison.OrdinalIgnoreCase) ? 0 : match.Name.Equals(name, StringComparison.OrdinalIgnoreCase) ? 1 : 2;

    private async ValueTask<T?> FirstAsync<T>(Func<IReadableDirectory, ValueTask<T?>> ask)
        where T : class
    {
        StoreException? failure = null;
        foreach (var (value, failed) in await AskAsync(ask))
        {
            if (value is not null)
                return value;
            failure ??= failed;
        }
        return failure is null ? null : throw failure;
    }

    private async ValueTask<IEnumerable<T>> AllAsync<T>(Func<IReadableDirectory, ValueTask<T>> ask)
    {
        var answers = await AskAsync(ask);
        return answers.Select(answer => answer.Failure is null ? answer.Value! : throw answer.Failure).ToArray();
    }

    // Side by side, so that one that does not answer takes its own time only.
    private Task<(T? Value, StoreException? Failure)[]> AskAsync<T>(Func<IReadableDirectory, ValueTask<T>> ask) =>
        Task.WhenAll(directories.Select(async directory =>
        {
            try
            {
                return (await ask(directory), (StoreException?)null);
            }
            catch (StoreException failure)
            {
                return (default(T), failure);
            }
        }));
}
