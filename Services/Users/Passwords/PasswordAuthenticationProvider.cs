using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Checks passwords against the hashes of a directory: throttle, then the cache of recent verifications, then Argon2id behind the gate.
/// An unknown name takes the same way with a hash of nobody's.
/// </summary>
internal sealed partial class PasswordAuthenticationProvider(
    IUserDirectory directory,
    IPasswordStore passwords,
    PasswordHasher hasher,
    HashGate gate,
    VerifierCache verifiers,
    PasswordThrottle throttle,
    AddressTurns turns,
    IEventPublisher events,
    PasswordOptions options,
    TimeProvider time,
    ILogger<PasswordAuthenticationProvider> log) : IAuthenticationProvider, IEventSubscriber
{
    public bool Takes(CredentialKind kind) => kind == CredentialKind.Password;

    /// <summary>
    /// Forgets what it knows of a user whose password changed or who left, wherever that was done. A verifier fits only the hash it was made
    /// for, so this frees memory and shortens the time in which a copy of the directory that is behind lets an old password in.
    /// </summary>
    public ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        foreach (var fact in batch)
        {
            switch (fact.Payload)
            {
                case UserPasswordChanged changed:
                    verifiers.Drop(changed.User);
                    break;
                case UserRemoved removed:
                    verifiers.Drop(removed.User);
                    break;
            }
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        if (!Takes(credential.Kind))
            return Authentication.TokenInvalid;

        try
        {
            var user = await directory.FindByLoginNameAsync(loginName, stop);
            var hash = user is null ? null : await passwords.FindPasswordHashAsync(user.Id, stop);
            var account = user?.Id.Value ?? loginName;
            var address = clientAddress ?? IPAddress.None;
            using var turn = await turns.EnterAsync(address, stop);
            var verdict = throttle.Begin(account, address);
            if (verdict.Scope is { } scope)
                return await RefuseAsync(loginName, address, scope, verdict.IsFirst, stop);

            return await CountAsync(account, address, CheckAsync(user, hash, credential.Secret, stop));
        }
        catch (StoreException failure)
        {
            LogUnavailable(log, failure.Message);
            return Authentication.Unavailable;
        }
    }

    // Only a password that was checked and found wrong stays counted.
    private async ValueTask<Authentication> CountAsync(string account, IPAddress address, ValueTask<Authentication> check)
    {
        var authentication = Authentication.Unavailable;
        try
        {
            return authentication = await check;
        }
        finally
        {
            if (authentication.User is not null)
                throttle.Succeed(account, address);
            else if (authentication == Authentication.Unavailable)
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

    private async ValueTask<Authentication> CheckAsync(UserRecord? user, string? hash, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        if (user is not null && hash is not null && verifiers.Knows(user.Id, hash, password.Span))
            return Authentication.Verified(user);

        using var place = await gate.EnterAsync(stop);
        if (place is null)
            return Authentication.Unavailable;

        // On a thread of the pool: tens of milliseconds would stall whatever loop asks.
        var isRight = await Task.Run(() => PasswordHasher.Verify(password.Span, hash ?? hasher.Decoy), stop);
        if (!isRight || user is null || hash is null || password.IsEmpty)
            return Authentication.WrongCredentials;

        verifiers.Remember(user.Id, await RaiseCostAsync(user, hash, password, stop), password.Span);
        return Authentication.Verified(user);
    }

    /// <summary>Replaces a hash made at a lower cost, now that the password is at hand. Answers the hash that counts from now on.</summary>
    private async ValueTask<string> RaiseCostAsync(UserRecord user, string hash, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        if (!hasher.NeedsRehash(hash))
            return hash;

        try
        {
            var raised = await Task.Run(() => hasher.Hash(password.Span), stop);
            return await passwords.SavePasswordHashAsync(user.Id, raised, replacing: hash, stop) ? raised : hash;
        }
        catch (StoreException failure)
        {
            // The password is right all the same; the next login tries again.
            LogRehashFailed(log, failure.Message);
            return hash;
        }
    }

    [LoggerMessage(EventId = 1701, EventName = "passwords.directory-unavailable", Level = LogLevel.Warning,
        Message = "A password could not be checked: {Why}")]
    private static partial void LogUnavailable(ILogger log, string why);

    [LoggerMessage(EventId = 1702, EventName = "passwords.rehash-failed", Level = LogLevel.Warning,
        Message = "A password hash could not be raised to today's cost: {Why}")]
    private static partial void LogRehashFailed(ILogger log, string why);
}
