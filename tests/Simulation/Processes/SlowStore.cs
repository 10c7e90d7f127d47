using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>
/// The shared store as one process reaches it: each call takes a while on the way there and on the way back, and fails while the store is
/// down. What was done there stays done, whether or not the answer finds anybody.
/// </summary>
internal sealed class SlowStore(Universe universe, SimLoop loop, InMemoryUserStorage shared) : IUserStorageProvider, IPrivacyProvider
{
    public ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop) =>
        Through(() => shared.LoadAsync(user, keys, CancellationToken.None));

    public ValueTask<StorageSave> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop) =>
        Through(() => shared.SaveAsync(user, items, CancellationToken.None));

    public ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop) =>
        Through(() => ((IPrivacyProvider)shared).LoadAsync(user, CancellationToken.None));

    public async ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop) => await Through(async () =>
    {
        await shared.SaveAsync(user, privacy, CancellationToken.None);
        return true;
    });

    private ValueTask<T> Through<T>(Func<ValueTask<T>> call)
    {
        var done = new TaskCompletionSource<T>();
        universe.After(universe.Between(0.1, 4), () =>
        {
            // The store in memory answers at once, with a result or an exception.
            Task<T> result;
            try
            {
                result = call().AsTask();
            }
            catch (StoreException error)
            {
                result = Task.FromException<T>(error);
            }
            universe.After(universe.Between(0.1, 4), () => loop.Enter(() =>
            {
                if (result.IsCompletedSuccessfully)
                    done.TrySetResult(result.Result);
                else
                    done.TrySetException(result.Exception!.InnerExceptions);
            }));
        });
        return new ValueTask<T>(done.Task);
    }
}
