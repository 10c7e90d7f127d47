using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.ChatLog;

/// <summary>
/// Legal holds as the stream of policies tells them. It is short and is read on from where the last question left it, so that each answer
/// is that of the store, whichever process changed it.
/// </summary>
internal sealed class LegalHolds(IEventStore store, TimeProvider time) : ILegalHoldAdministration, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<UserId, LegalHold> _holds = [];
    private long _version;

    public async ValueTask<bool> IsHeldAsync(UserId user, CancellationToken stop) =>
        await AskAsync(() => _holds.ContainsKey(user), stop).ConfigureAwait(false);

    public async ValueTask<Items<LegalHold>> ListAsync(CancellationToken stop) =>
        await AskAsync(() => _holds.Values.OrderBy(hold => hold.Since).ToItems(), stop).ConfigureAwait(false);

    public ValueTask<bool> PlaceAsync(UserId user, string why, string actor, CancellationToken stop) =>
        ChangeAsync(() => _holds.ContainsKey(user) ? null : new LegalHoldPlaced(user, why, actor), stop);

    public ValueTask<bool> ReleaseAsync(UserId user, string actor, CancellationToken stop) =>
        ChangeAsync(() => _holds.ContainsKey(user) ? new LegalHoldReleased(user, actor) : null, stop);

    public void Dispose() => _oneAtATime.Dispose();

    private async ValueTask<bool> ChangeAsync(Func<IEvent?> decide, CancellationToken stop)
    {
        while (true)
        {
            var (change, version) = await AskAsync(() => (decide(), _version), stop).ConfigureAwait(false);
            if (change is null)
                return false;
            try
            {
                await store.AppendAsync(EventStreamName.ChatPolicy, version, [new NewEvent(change, time.GetUtcNow())], stop).ConfigureAwait(false);
                return true;
            }
            catch (StreamVersionException)
            {
                // Somebody else changed something first: decide again.
            }
        }
    }

    private async ValueTask<T> AskAsync<T>(Func<T> answer, CancellationToken stop)
    {
        await _oneAtATime.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await foreach (var stored in store.ReadStreamAsync(EventStreamName.ChatPolicy, _version, stop).ConfigureAwait(false))
            {
                Apply(stored.Envelope);
                _version = stored.Envelope.Sequence;
            }

            return answer();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private void Apply(EventEnvelope envelope)
    {
        if (envelope.Payload is LegalHoldPlaced placed)
            _holds.TryAdd(placed.User, new LegalHold(placed.User, envelope.Occurred, placed.Why, placed.Actor));
        else if (envelope.Payload is LegalHoldReleased released)
            _holds.Remove(released.User);
    }
}
