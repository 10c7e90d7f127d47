using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Browsing;

/// <summary>
/// The members of a public group as a book, as they were when it was opened. In the order of their ids, since the group has no names: those
/// are looked up for the page that is read.
/// </summary>
internal sealed class GroupBook(GroupRecord group, IUserDirectory users, IResolveProvider search) : IBrowseProvider, IResolveProvider
{
    private readonly string[] _members = [.. group.Members.Select(member => member.Value).Order(StringComparer.OrdinalIgnoreCase)];

    public string BookName => group.Id;

    public async ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop)
    {
        var place = CountBefore(point.Entry?.Id ?? point.Name, orEqual: point is { Entry: not null, IsBackwards: false });
        var first = point.IsBackwards ? Math.Max(0, place - entriesMax) : place;
        var last = point.IsBackwards ? place : Math.Min(place + entriesMax, _members.Length);
        if (first == last)
            return BrowsePage.Empty;

        var entries = new List<DirectoryMatch>(last - first);
        foreach (var id in _members[first..last])
        {
            // A member that the directory does not know (any more) is a name without a person.
            var user = await users.FindUserAsync(new UserId(id), stop);
            entries.Add(new DirectoryMatch(id, user?.DisplayName ?? id, user?.Description ?? "", DirectoryKinds.Users));
        }
        return new BrowsePage(entries.ToItems(), first);
    }

    public async ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop)
    {
        var found = await search.FindAsync(name, kinds & DirectoryKinds.Users, matchesMax, stop);
        return found with { Matches = found.Matches.Where(match => group.Members.Contains(new UserId(match.Id))).ToItems() };
    }

    private int CountBefore(string id, bool orEqual)
    {
        var at = Array.BinarySearch(_members, id, StringComparer.OrdinalIgnoreCase);
        return at < 0 ? ~at : orEqual ? at + 1 : at;
    }
}
