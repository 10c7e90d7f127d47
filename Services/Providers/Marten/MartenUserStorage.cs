using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>Users' values on PostgreSQL. Each question goes to the database, so every member of a cluster reads the same.</summary>
internal sealed class MartenUserStorage(MartenEventStore store, UserStorageLimits limits) : IUserStorageProvider
{
    private const string Find = "SELECT item_key, value FROM stored_value WHERE user_key = $1 AND item_key = ANY($2)";

    public async ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop)
    {
        var found = await store.QueryAsync(
            Find, static row => (Key: (uint)row.GetInt64(0), Value: Opaque.Wrap(row.GetFieldValue<byte[]>(1))), stop,
            MartenFolding.Key(user), keys.Select(key => (long)key).Distinct().ToArray()).ConfigureAwait(false);
        var values = found.ToDictionary(item => item.Key, item => item.Value);
        return keys.Select(key => new StoredItem(key, values.TryGetValue(key, out var value) ? value : Opaque.Empty)).ToItems();
    }

    public async ValueTask<StorageSave> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop) =>
        items.Any(item => item.Value.Length > limits.ValueBytesMax)
            ? StorageSave.ValueTooLarge
            : await store.WriteAsync(user, commit => Save(commit, user, items), stop).ConfigureAwait(false);

    private StorageSave Save(MartenCommit commit, UserId user, Items<StoredItem> items)
    {
        // The last of several values for one key counts; one that is stored already changes nothing and is no fact.
        var stored = commit.ValuesOf(user);
        var changed = items.GroupBy(item => item.Key).Select(same => same.Last()).Where(item => !stored.Holds(item.Key, item.Value)).ToList();
        if (changed.Count == 0)
            return StorageSave.Saved;
        var (keys, bytes) = stored.With(changed.Select(item => (item.Key, item.Value.Length)));
        if (keys > limits.KeysMax)
            return StorageSave.TooManyKeys;
        if (bytes > limits.UserBytesMax)
            return StorageSave.QuotaExceeded;
        foreach (var item in changed)
            commit.Append(EventStreamName.User(user), new UserStorageItemSaved(user, item.Key, item.Value));
        return StorageSave.Saved;
    }
}
