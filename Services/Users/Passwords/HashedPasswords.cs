using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Passwords of a directory that keeps their hashes: first the cache of recent verifications, then Argon2id behind the gate. For an unknown
/// name a hash of nobody's is checked.
/// </summary>
internal sealed partial class HashedPasswords(
    IUserDirectory directory,
    IPasswordStore passwords,
    PasswordHasher hasher,
    HashGate gate,
    VerifierCache verifiers,
    ILogger<HashedPasswords> log) : IPasswordSource, IEventSubscriber
{
    /// <summary>
    /// Forgets what it knows of a user whose password changed, who left or was disabled, wherever that was done. A verifier fits only the
    /// hash it was made for, so this frees memory and shortens the time in which a copy of the directory that is behind lets an old password in.
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
                case UserDisabled disabled:
                    verifiers.Drop(disabled.User);
                    break;
            }
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop) =>
        await directory.FindByLoginNameAsync(loginName, stop) is { } user ? new PasswordAccount(user) : null;

    public async ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        var user = account?.User;
        var hash = user is null ? null : await passwords.FindPasswordHashAsync(user.Id, stop);
        if (user is not null && hash is not null && verifiers.Knows(user.Id, hash, password.Span))
            return PasswordVerdict.Right;

        using var place = await gate.EnterAsync(stop);
        if (place is null)
            return PasswordVerdict.Busy;

        // On a thread of the pool: tens of milliseconds would stall whatever loop asks.
        var isRight = await Task.Run(() => PasswordHasher.Verify(password.Span, hash ?? hasher.Decoy), stop);
        if (!isRight || user is null || hash is null || password.IsEmpty)
            return PasswordVerdict.Wrong;

        verifiers.Remember(user.Id, await RaiseCostAsync(user, hash, password, stop), password.Span);
        return PasswordVerdict.Right;
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

    [LoggerMessage(EventId = 1535, EventName = "passwords.rehash-failed", Level = LogLevel.Warning,
        Message = "A password hash could not be raised to today's cost: {Why}")]
    private static partial void LogRehashFailed(ILogger log, string why);
}
