using System.Security.Cryptography;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;

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

    /// <summary>The store key of those that share a database, in the hexadecimal digits of its file.</summary>
    public static string SharedKey { get; } = RandomNumberGenerator.GetHexString(2 * StoreKey.BytesMin);

    public static OpenedStore Embedded(string folder) => new(SqliteEventStore.Open(
        new SqliteStoreOptions { DataDirectory = folder }, Key(File.ReadAllText(Path.Combine(folder, "store.key"))), new SubjectOptions(), Source, TimeProvider.System));

    public static async Task<OpenedStore> PostgresAsync(string connection, CancellationToken stop) =>
        new(await MartenEventStore.OpenAsync(new PostgresOptions { Connection = connection }, Key(SharedKey), new SubjectOptions(), Source, TimeProvider.System, stop));

    /// <summary>Folds the current values anew from all events.</summary>
    public Task RebuildAsync(CancellationToken stop) => _rebuild(stop);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static StoreKey Key(string digits) => StoreKey.From(Convert.FromHexString(digits));
}
