using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace FileDirectory;

/// <summary>A person of the file.</summary>
internal sealed record Person(UserRecord User, string[] Groups, string BadgeDigest);

/// <summary>The people of a text file, which is read anew for each question: the simplest thing that is right.</summary>
internal sealed class PeopleFile(string file) : IUserDirectory, IGroupProvider, IResolveProvider
{
    public ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) =>
        new(Read().FirstOrDefault(person => person.User.Id == id)?.User);

    // In this directory nobody has another login name than his id.
    public ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) => FindUserAsync(new UserId(loginName), stop);

    public ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) =>
        new(Read().Select(person => person.User).OrderBy(user => user.Id.Value, StringComparer.OrdinalIgnoreCase).ToItems());

    public async ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) =>
        (await ListGroupsAsync(stop)).FirstOrDefault(group => group.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => new(Read()
        .SelectMany(person => person.Groups, (person, group) => (Group: group, person.User.Id))
        .GroupBy(member => member.Group, member => member.Id, StringComparer.OrdinalIgnoreCase)
        .OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase)
        .Select(group => new GroupRecord(group.Key, group.ToItems())).ToItems());

    public ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop)
    {
        if (name.Length == 0 || (kinds & DirectoryKinds.Users) == 0)
            return new(DirectoryMatches.None);
        var found = Read().Select(person => person.User)
            .Where(user => user.Id.Value.StartsWith(name, StringComparison.OrdinalIgnoreCase) || user.DisplayName.Contains(name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(user => user.Id == new UserId(name) ? 0 : 1).ThenBy(user => user.DisplayName, StringComparer.OrdinalIgnoreCase)
            .Select(user => new DirectoryMatch(user.Id.Value, user.DisplayName, user.Description, DirectoryKinds.Users)).ToList();
        return new(new DirectoryMatches(found.Take(matchesMax).ToItems(), found.Count > matchesMax));
    }

    /// <summary>Everybody in the file.</summary>
    /// <exception cref="StoreException">It cannot be read; who asks must not take that for an empty directory.</exception>
    public List<Person> Read()
    {
        try
        {
            return [.. File.ReadLines(file).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(words => words.Length == 4).Select(words =>
                new Person(new UserRecord(new UserId(words[0]), words[1], []), words[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), words[3]))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The people of {file} cannot be read: {failure.Message}", failure);
        }
    }
}
