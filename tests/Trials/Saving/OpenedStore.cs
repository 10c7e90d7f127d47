using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Sqlite;

namespace Sametime.Tests.Trials.Saving;

/// <summary>A store that is opened to be looked at, as the program itself would open it.</summary>
internal sealed class OpenedStore : IAsyncDisposable
{
    private static readonly EventSource Source = new(1, 1);

    private readonly IAsyncDisposable _store;
    private readonly Func<CancellationToken, Task> _rebuild;

    private OpenedStore(SqliteEventStore store)
    {
        (Events, _store, _rebuild) = (store, store, stop => store.RebuildAsync(stop));
        Values = new SqliteUserStorage(store, new UserStorageLimits());
    }

    private OpenedStore(MartenEventStore store)
    {
        (Events, _store, _rebuild) = (store, store, stop => store.RebuildAsync(stop));
        Values = new MartenUserStorage(store, new UserStorageLimits());
    }

    public IEventStore Events { get; }

    public IUserStorageProvider Values { get; }

    public static OpenedStore Embedded(string folder) => new(SqliteEventStore.Open(new SqliteStoreOptions { DataDirectory = folder }, Source, TimeProvider.System));

    public static async Task<OpenedStore> PostgresAsync(string connection, CancellationToken stop) =>
        new(await MartenEventStore.OpenAsync(new PostgresOptions { Connection = connection }, Source, TimeProvider.System, stop));

    /// <summary>Folds the current values anew from all events.</summary>
    public Task RebuildAsync(CancellationToken stop) => _rebuild(stop);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
