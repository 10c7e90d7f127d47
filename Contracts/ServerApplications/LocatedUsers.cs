using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>The users that the services of an application want to have located, each for as long as any service does.</summary>
internal sealed class LocatedUsers
{
    // So many ids of any length fit in a frame.
    private const int UsersPerFrame = 1_000;

    private readonly Dictionary<UserId, int> _wishes = [];

    /// <summary>Everything is asked anew of a hub that knows nothing yet.</summary>
    public void Connected(ILink link) => Ask(link, _wishes.Keys);

    public void Locate(ILink? link, IReadOnlyCollection<UserId> users)
    {
        foreach (var user in users)
            _wishes[user] = _wishes.GetValueOrDefault(user) + 1;
        if (link is not null)
            Ask(link, users);
    }

    public void Unlocate(ILink? link, IReadOnlyCollection<UserId> users)
    {
        var over = new List<UserId>();
        foreach (var user in users)
        {
            if (!_wishes.TryGetValue(user, out var count))
                continue;
            if (count > 1)
                _wishes[user] = count - 1;
            else if (_wishes.Remove(user))
                over.Add(user);
        }
        foreach (var some in over.Chunk(UsersPerFrame))
            link?.Send(handle: 0, new Unlocate([.. some]));
    }

    private static void Ask(ILink link, IEnumerable<UserId> users)
    {
        foreach (var some in users.Chunk(UsersPerFrame))
            link.Send(handle: 0, new Locate([.. some]));
    }
}
