using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Providing;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Applications that want to know where a user is, now and later: each is told at once, and once more at the end of each turn in which
/// that has become different.
/// </summary>
internal sealed class Locating : ITurnEnd
{
    private readonly ILoop _loop;
    private readonly OnlineDirectory _directory;
    private readonly CommunityEvents _community;
    private readonly HubLimits _limits;
    private readonly HubCounters _counters;
    private readonly Dictionary<UserId, Wanted> _wanted = [];
    private readonly HashSet<UserId> _changed = [];

    public Locating(ILoop loop, OnlineDirectory directory, CommunityEvents community, HubLimits limits, HubCounters counters)
    {
        (_loop, _directory, _community, _limits, _counters) = (loop, directory, community, limits, counters);
        directory.UserCame += OnChanged;
        directory.UserGone += OnChanged;
    }

    public void Locate(Application asker, Items<UserId> users)
    {
        foreach (var user in users)
        {
            var isNew = !asker.Located.Contains(user);
            if (user.IsEmpty || user.Value.Length > _limits.IdCharsMax || (isNew && asker.Located.Count >= _limits.LocatedPerApplication))
            {
                _counters.OverLimits++;
                continue;
            }

            // What has changed in this turn is told to the others first, so that nobody hears the same twice.
            if (_changed.Remove(user))
                TellAll(user);
            _counters.DirectoryQuestions++;
            if (!_wanted.TryGetValue(user, out var wanted))
                _wanted.Add(user, wanted = new Wanted { Told = Now(user) });
            if (asker.Located.Add(user))
                wanted.Askers.Add(asker);
            _community.TellOnly(asker, wanted.Told);
        }
    }

    public void Unlocate(Application asker, IEnumerable<UserId> users)
    {
        foreach (var user in users)
        {
            if (!asker.Located.Remove(user))
                continue;
            var wanted = _wanted[user];
            wanted.Askers.Remove(asker);
            if (wanted.Askers.Count == 0)
                _wanted.Remove(user);
        }
    }

    /// <summary>The link of an application is lost.</summary>
    public void OnLost(Application asker) => Unlocate(asker, [.. asker.Located]);

    void ITurnEnd.OnTurnEnd()
    {
        foreach (var user in _changed)
            TellAll(user);
        _changed.Clear();
    }

    private void OnChanged(UserId user)
    {
        if (!_wanted.ContainsKey(user))
            return;
        if (_changed.Count == 0)
            _loop.Defer(this);
        _changed.Add(user);
    }

    private void TellAll(UserId user)
    {
        if (!_wanted.TryGetValue(user, out var wanted))
            return;
        var now = Now(user);
        if (now == wanted.Told)
            return;
        wanted.Told = now;
        foreach (var asker in wanted.Askers)
            _community.TellOnly(asker, now);
    }

    private UserLocated Now(UserId user) => new(
        user, [.. _directory.LoginsOf(user).Select(login => new LocatedLogin(login.Login, _directory.NodeOf(login.Login.Hub)))]);

    private sealed class Wanted
    {
        public List<Application> Askers { get; } = [];

        public required UserLocated Told { get; set; }
    }
}
