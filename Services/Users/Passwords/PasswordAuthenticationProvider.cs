using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Checks passwords at the directories of the community, behind one throttle. Of several directories the first that knows the name decides;
/// where the password is wrong or nobody has the name, each directory does its work, so that the two take equally long. While one that might
/// have the name does not answer, the login waits for it, and in the end is told to come back; never that its password is wrong.
/// </summary>
internal sealed partial class PasswordAuthenticationProvider(
    IReadOnlyList<IPasswordSource> sources,
    PasswordThrottle throttle,
    AddressTurns turns,
    IEventPublisher events,
    PasswordOptions options,
    TimeProvider time,
    ILogger<PasswordAuthenticationProvider> log) : IAuthenticationProvider, IEventSubscriber
{
    private enum Outcome
    {
        Right,
        Wrong,
        Busy,
        Away,
    }

    public bool Takes(CredentialKind kind) => kind == CredentialKind.Password;

    public async ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        foreach (var source in sources.OfType<IEventSubscriber>())
            await source.OnEventsAsync(batch, stop);
    }

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        if (!Takes(credential.Kind))
            return Authentication.TokenInvalid;

        var since = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            if (await TryAsync(loginName, credential.Secret, clientAddress ?? IPAddress.None, isFirst, stop) is { } authentication)
                return authentication;
            if (time.GetElapsedTime(since) >= options.AwayHold)
                return Authentication.Unavailable;
            await Task.Delay(options.AwayRetryDelay, time, stop);
        }
    }

    /// <summary>Null when a directory that would have to say something does not answer.</summary>
    private async ValueTask<Authentication?> TryAsync(
        string loginName, ReadOnlyMemory<byte> password, IPAddress address, bool isFirst, CancellationToken stop)
    {
        var found = await FindAsync(loginName, isFirst, stop);
        if (found.Account is null && found.IsAnyAway)
            return null;

        var name = found.Account?.User.Id.Value ?? loginName;
        using var turn = await turns.EnterAsync(address, stop);
        var verdict = throttle.Begin(name, address);
        if (verdict.Scope is { } scope)
            return await RefuseAsync(loginName, address, scope, verdict.IsFirst, stop);

        return await CountAsync(name, address, CheckAsync(found, password, isFirst, stop)) switch
        {
            // Only who has the password hears that he is disabled.
            Outcome.Right => found.Account!.User.IsDisabled ? Authentication.Restricted : Authentication.Verified(found.Account.User),
            Outcome.Wrong => found.IsAnyAway ? Authentication.Unavailable : Authentication.WrongCredentials,
            Outcome.Busy => Authentication.Unavailable,
            _ => null,
        };
    }

    private async ValueTask<Found> FindAsync(string loginName, bool isFirst, CancellationToken stop)
    {
        var isAnyAway = false;
        foreach (var source in sources)
        {
            try
            {
                if (await source.FindAsync(loginName, stop) is { } account)
                    return new Found(source, account, isAnyAway);
            }
            catch (StoreException failure)
            {
                isAnyAway = true;
                if (isFirst)
                    LogUnavailable(log, failure.Message);
            }
        }
        return new Found(null, null, isAnyAway);
    }

    private async ValueTask<Outcome> CheckAsync(Found found, ReadOnlyMemory<byte> password, bool isFirst, CancellationToken stop)
    {
        try
        {
            // Who has the password does not wait for the others.
            var verdict = found.Source is null ? PasswordVerdict.Wrong : await found.Source.CheckAsync(found.Account, password, stop);
            foreach (var other in sources.Where(other => other != found.Source))
            {
                if (verdict == PasswordVerdict.Wrong && await other.CheckAsync(null, password, stop) == PasswordVerdict.Busy)
                    verdict = PasswordVerdict.Busy;
            }
            return verdict switch
            {
                PasswordVerdict.Right => Outcome.Right,
                PasswordVerdict.Busy => Outcome.Busy,
                _ => Outcome.Wrong,
            };
        }
        catch (StoreException failure)
        {
            if (isFirst)
                LogUnavailable(log, failure.Message);
            return Outcome.Away;
        }
    }

    // Only a password that was checked and found wrong stays counted.
    private async ValueTask<Outcome> CountAsync(string account, IPAddress address, ValueTask<Outcome> check)
    {
        var outcome = Outcome.Away;
        try
        {
            return outcome = await check;
        }
        finally
        {
            if (outcome == Outcome.Right)
                throttle.Succeed(account, address);
            else if (outcome != Outcome.Wrong)
                throttle.TakeBack(account, address);
        }
    }

    private async ValueTask<Authentication> RefuseAsync(string loginName, IPAddress address, ThrottleScope scope, bool isFirst, CancellationToken stop)
    {
        if (isFirst)
            events.TryPublish(new AccountThrottled(loginName, address.ToString(), scope));
        await Task.Delay(options.ThrottledDelay, time, stop);
        return Authentication.Unavailable;
    }

    [LoggerMessage(EventId = 1534, EventName = "passwords.directory-unavailable", Level = LogLevel.Warning,
        Message = "A password could not be checked, and its login waits: {Why}")]
    private static partial void LogUnavailable(ILogger log, string why);

    private readonly record struct Found(IPasswordSource? Source, PasswordAccount? Account, bool IsAnyAway);
}
