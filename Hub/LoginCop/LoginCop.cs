using Microsoft.Extensions.Logging;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Logins;
using Sametime.Hub.OnlineDirectory;

namespace Sametime.Hub.LoginCop;

/// <summary>
/// Watches that each user is at one hub only. He can be at two after a partition, or when two hubs let him in at the same moment. Each of
/// the two finds it by the same two parts of the Online Directory, decides by the same rule, and ends its own logins: there is nothing to
/// agree on. A hub that is lost does not count, and a login that was taken to another hub is at that one only.
/// <para>Newest and oldest go by the clocks of the hubs that let the logins in, as wrong as these may be, and by login id among equals:
/// both hubs compare the same numbers, so a wrong clock can choose the wrong one, but never both or none.</para>
/// </summary>
internal sealed class LoginCop : ITurnEnd
{
    private readonly ILoop _loop;
    private readonly OnlineDirectory.OnlineDirectory _directory;
    private readonly OnlineUsers _online;
    private readonly LoginEnding _ending;
    private readonly HubFacts _facts;
    private readonly HubOptions _options;
    private readonly HubCounters _counters;
    private readonly ILogger _log;

    // Users who are found and still at two hubs, so that each double is told once.
    private readonly HashSet<UserId> _doubles = [];
    private readonly HashSet<Login> _doomed = [];

    public LoginCop(
        ILoop loop, OnlineDirectory.OnlineDirectory directory, OnlineUsers online, LoginEnding ending, HubFacts facts, HubOptions options,
        HubCounters counters, ILogger log)
    {
        (_loop, _directory, _online, _ending, _facts, _options, _counters, _log) = (loop, directory, online, ending, facts, options, counters, log);
        directory.UserCame += Check;
        directory.UserGone += OnGone;
        directory.PartLive += part =>
        {
            foreach (var user in part.Users)
                Check(user);
        };
    }

    // At the end of the turn: who has just been let in hears that first.
    void ITurnEnd.OnTurnEnd()
    {
        Login[] doomed = [.. _doomed];
        _doomed.Clear();
        foreach (var login in doomed)
            _ending.End(login, ReasonOf(_options.DoubleLogin));
    }

    // Decided when it is seen and not later: the other hub may have ended its own by the end of this turn.
    private void Check(UserId user)
    {
        if (!_online.TryGetUser(user, out var mine) || LoginsElsewhere(user) is not { Count: > 0 } elsewhere)
            return;

        OnlineLogin[] all = [.. _directory.Own.LoginsOf(user).Concat(elsewhere).OrderBy(login => login.Since).ThenBy(login => login.Login, Order)];
        if (_doubles.Add(user))
            Tell(user, all);
        if (WinnerOf(all)?.Login.Hub == _directory.Own.Hub)
            return;
        if (_doomed.Count == 0)
            _loop.Defer(this);
        _doomed.UnionWith(mine.Logins);
    }

    private void Tell(UserId user, OnlineLogin[] all)
    {
        _counters.DoubleLogins++;
        var (first, second) = (all[0], all.Last(login => login.Login.Hub != all[0].Login.Hub));
        HubLog.DoubleLogin(_log, first.Login, second.Login, _options.DoubleLogin);

        // Both hubs find it, one states it.
        if (all.Min(login => login.Login.Hub) == _directory.Own.Hub)
            _facts.DoubleLogin(user, first.Login, second.Login, _options.DoubleLogin);
    }

    private void OnGone(UserId user)
    {
        if (_doubles.Contains(user) && (!_online.TryGetUser(user, out _) || LoginsElsewhere(user).Count == 0))
            _doubles.Remove(user);
    }

    private List<OnlineLogin> LoginsElsewhere(UserId user)
    {
        var found = new List<OnlineLogin>();
        foreach (var part in _directory.Parts)
        {
            if (part.IsLive && part.TryGetUser(user, out var logins))
                found.AddRange(logins);
        }
        return found;
    }

    private OnlineLogin? WinnerOf(OnlineLogin[] byAge) => _options.DoubleLogin switch
    {
        DoubleLoginRule.NewestWins => byAge[^1],
        DoubleLoginRule.OldestWins => byAge[0],
        _ => null,
    };

    private static Reason ReasonOf(DoubleLoginRule rule) => rule == DoubleLoginRule.Both ? Reason.ConnectionBroken : Reason.MultiServerLogin;

    private static readonly Comparer<LoginId> Order = Comparer<LoginId>.Create((left, right) =>
        (left.Hub, left.Incarnation, left.Sequence).CompareTo((right.Hub, right.Incarnation, right.Sequence)));
}
