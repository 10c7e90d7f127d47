using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;

namespace Sametime.Services.Users;

/// <summary>
/// Looks at the accounts of those who are online, where the directory does not tell by itself when one changes: who was disabled is logged out
/// at the next look; who is gone, when two looks in a row have not found him, since a directory that is being loaded anew is empty for a
/// moment. A directory that does not answer logs nobody out.
/// </summary>
/// <param name="asked">The directories that have to be asked, in the order in which they count.</param>
/// <param name="telling">Those that tell by themselves; whom they know, they answer for.</param>
/// <param name="interval">Between two looks.</param>
/// <param name="log">Its log.</param>
internal sealed partial class AccountWatch(
    IReadOnlyList<IAccountStanding> asked, IReadOnlyList<IUserDirectory> telling, TimeSpan interval, ILogger<AccountWatch> log) : IService
{
    private readonly Dictionary<UserId, HashSet<string>> _online = [];
    private HashSet<UserId> _missing = [];
    private ServerApplication? _application;
    private bool _isWatching;
    private bool _isAway;

    public void Describe(ServiceTable table)
    {
        _application = table.Application;
        table.Hears<LoggedIn>(OnLoggedIn).Hears<LoggedOut>(OnLoggedOut).Disconnects(_online.Clear);
    }

    private void OnLoggedIn(LoggedIn heard)
    {
        if (heard.ParticipantKind != ParticipantKind.User)
            return;
        var user = heard.Login.UserId;
        if (!_online.TryGetValue(user, out var logins))
            _online.Add(user, logins = []);
        logins.Add(heard.Login.LoginId);
        if (_isWatching)
            return;
        _isWatching = true;
        LookLater();
    }

    private void OnLoggedOut(LoggedOut heard)
    {
        var user = new UserId(heard.UserId);
        if (_online.TryGetValue(user, out var logins) && logins.Remove(heard.LoginId) && logins.Count == 0)
            _online.Remove(user);
    }

    private void LookLater() => _application!.Loop.Schedule(interval, () => _ = LookAsync());

    private async Task LookAsync()
    {
        try
        {
            var (disabled, missing) = await StandingsAsync([.. _online.Keys]);
            foreach (var user in disabled)
                await EndAsync(user, Reason.UserRestricted);
            foreach (var user in missing.Where(_missing.Contains))
                await EndAsync(user, Reason.Removed);
            _missing = missing;
        }
        catch (Exception bug)
        {
            LogFailed(log, bug); // the next look is as good as this one would have been
        }

        _isWatching = _online.Count > 0;
        if (_isWatching)
            LookLater();
    }

    private async Task<(List<UserId> Disabled, HashSet<UserId> Missing)> StandingsAsync(UserId[] users)
    {
        var disabled = new List<UserId>();
        var left = users.ToHashSet();
        var isAway = false;
        foreach (var directory in asked)
        {
            try
            {
                var standings = await directory.LookAsync(left, CancellationToken.None);
                disabled.AddRange(standings.Disabled.Where(left.Contains));
                left.ExceptWith(standings.Known);
            }
            catch (StoreException failure)
            {
                isAway = true;
                if (!_isAway)
                    LogAway(log, failure.Message);
            }
        }
        var missing = isAway ? [] : await UnknownAsync(left);
        disabled = [.. await UnknownAsync(disabled)];
        if (_isAway && !isAway)
            LogBack(log);
        _isAway = isAway;
        return (disabled, missing);
    }

    /// <summary>Those of whom no directory that tells by itself knows. One that does not answer may know them all.</summary>
    private async Task<HashSet<UserId>> UnknownAsync(IEnumerable<UserId> users)
    {
        var unknown = users.ToHashSet();
        try
        {
            foreach (var directory in telling)
            {
                foreach (var user in unknown.ToArray())
                {
                    if (await directory.FindUserAsync(user, CancellationToken.None) is not null)
                        unknown.Remove(user);
                }
            }
            return unknown;
        }
        catch (StoreException)
        {
            return [];
        }
    }

    private async Task EndAsync(UserId user, Reason reason)
    {
        if (!_online.ContainsKey(user))
            return;
        var answer = await _application!.AskAsync<DiscardUserRequest, Done>(new(user, reason));
        if (answer.IsOk)
            LogEnded(log, user, reason);
        else
            LogNotEnded(log, user, answer.Reason);
    }

    [LoggerMessage(EventId = 1641, EventName = "accounts.logins-ended", Level = LogLevel.Information,
        Message = "{User} is disabled in his directory or has left it; his logins were ended with {Reason}")]
    private static partial void LogEnded(ILogger log, UserId user, Reason reason);

    [LoggerMessage(EventId = 1642, EventName = "accounts.logins-not-ended", Level = LogLevel.Warning,
        Message = "{User} is disabled in his directory or has left it, but his logins could not be ended: {Why}")]
    private static partial void LogNotEnded(ILogger log, UserId user, Reason why);

    [LoggerMessage(EventId = 1643, EventName = "accounts.directory-away", Level = LogLevel.Warning,
        Message = "Accounts cannot be looked at, and nobody is logged out for that: {Why}")]
    private static partial void LogAway(ILogger log, string why);

    [LoggerMessage(EventId = 1644, EventName = "accounts.directory-back", Level = LogLevel.Information, Message = "Accounts are looked at again")]
    private static partial void LogBack(ILogger log);

    [LoggerMessage(EventId = 1645, EventName = "accounts.look-failed", Level = LogLevel.Error, Message = "A look at the accounts of those who are online failed")]
    private static partial void LogFailed(ILogger log, Exception bug);
}
