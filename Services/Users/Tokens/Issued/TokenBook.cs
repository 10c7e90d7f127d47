using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>
/// What the store knows of our tokens: which were issued, which are spent, whose were revoked. The store is the one truth for all
/// processes that share it: the order in which it took things, not anybody's clock, says whether a token was issued before its user's
/// tokens were revoked, and of two who spend a token at once its stream lets one through.
/// </summary>
internal sealed class TokenBook(IEventStore store, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _following = new(1);
    private readonly Dictionary<UserId, (long Position, DateTimeOffset Occurred)> _revoked = [];
    private long _lastRevocation;

    /// <summary>Notes a token before it is handed out; durable when the task ends.</summary>
    public async ValueTask NoteAsync(SametimeToken token, string issuedFor, CancellationToken stop) => await store.AppendAsync(
        EventStreamName.Token(token.Digest), ExpectedVersion.None,
        [New(new TokenIssued(token.User, token.Digest, token.Expires, token.OneTime, issuedFor))], stop);

    /// <summary>Whether the token was issued here, and its user's tokens were not revoked since; spends it if it is good once only.</summary>
    /// <param name="token">A token that is good in every other respect.</param>
    /// <param name="attempt">The attempt to log in that it came in.</param>
    /// <param name="stop">Gives up as long as nothing was written.</param>
    public async ValueTask<bool> TakeAsync(SametimeToken token, Opaque attempt, CancellationToken stop)
    {
        var stream = EventStreamName.Token(token.Digest);
        var life = await store.ReadStreamAsync(stream, afterSequence: 0, stop).ToListAsync(stop);
        if (life.Count == 0 || !IsIssuedTo(life[0], token.User) || life[0].Position <= (await RevokedAtAsync(token.User, stop)).Position)
            return false;
        if (!token.OneTime)
            return true;
        var spentBy = Convert.ToHexStringLower(attempt.Span);
        if (life.Count > 1)
            return IsSpentBy(life, spentBy);
        try
        {
            await store.AppendAsync(stream, expectedVersion: 1, [New(new TokenSpent(token.User, token.Digest, token.Expires, spentBy))], stop);
            return true;
        }
        catch (StreamVersionException)
        {
            // Somebody was first: perhaps another hub that was asked about the very same attempt.
            return IsSpentBy(await store.ReadStreamAsync(stream, afterSequence: 0, stop).ToListAsync(stop), spentBy);
        }
    }

    /// <summary>Makes everything that was issued for a user so far worthless; durable when the task ends.</summary>
    public async ValueTask RevokeAsync(UserId user, string actor, CancellationToken stop) =>
        await store.AppendAsync(EventStreamName.RevokedTokens, ExpectedVersion.Any, [New(new TokensRevoked(user, actor))], stop);

    /// <summary>Whether a user's tokens were revoked at this time or later; for tokens of others, which the store does not know.</summary>
    public async ValueTask<bool> IsRevokedAsync(UserId user, DateTimeOffset issued, CancellationToken stop) =>
        issued <= (await RevokedAtAsync(user, stop)).Occurred;

    public void Dispose() => _following.Dispose();

    private NewEvent New(IEvent fact) => new(fact, time.GetUtcNow());

    // Of somebody who was erased the store no longer says who he was: whoever gets his id one day is not let in by his tokens.
    private static bool IsIssuedTo(StoredEvent first, UserId user) => first.Envelope.Payload is TokenIssued issued && issued.User == user;

    // Who said nothing of his attempt cannot prove that it is the same one.
    private static bool IsSpentBy(List<StoredEvent> life, string attempt) =>
        attempt.Length > 0 && life.Select(static stored => stored.Envelope.Payload).OfType<TokenSpent>().Any(spent => spent.Attempt == attempt);

    /// <summary>Reads on in the revocations, from where it was: they are few, and all that was committed before the question counts.</summary>
    private async ValueTask<(long Position, DateTimeOffset Occurred)> RevokedAtAsync(UserId user, CancellationToken stop)
    {
        await _following.WaitAsync(stop);
        try
        {
            await foreach (var stored in store.ReadStreamAsync(EventStreamName.RevokedTokens, _lastRevocation, stop))
            {
                if (stored.Envelope.Payload is TokensRevoked revoked)
                    _revoked[revoked.User] = (stored.Position, stored.Envelope.Occurred);
                _lastRevocation = stored.Envelope.Sequence;
            }

            return _revoked.GetValueOrDefault(user);
        }
        finally
        {
            _following.Release();
        }
    }
}
