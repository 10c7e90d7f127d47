using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Users' values in the embedded store.</summary>
internal sealed class SqliteUserStorage(SqliteEventStore store, UserStorageLimits limits) : IUserStorageProvider
{
    public ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return ValueTask.FromResult(store.Read(session => keys.Select(key => new StoredItem(key, Find(session, user, key) ?? Opaque.Empty)).ToItems()));
    }

    public async ValueTask<StorageSave> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop) =>
        items.Any(item => item.Value.Length > limits.ValueBytesMax)
            ? StorageSave.ValueTooLarge
            : await store.WriteAsync(write => Save(write, user, items), stop);

    private StorageSave Save(SqliteWrite write, UserId user, Items<StoredItem> items)
    {
        // The last of several values for one key counts; one that is stored already changes nothing and is no fact.
        var changed = items.GroupBy(item => item.Key).Select(same => same.Last())
            .Where(item => Find(write.Session, user, item.Key) != item.Value)
            .ToList();
        var sizes = write.Session
            .List("SELECT item_key, length(value) FROM stored_value WHERE user_key = $1",
                static row => (Key: (uint)row.GetInt64(0), Bytes: row.GetInt64(1)), SqliteFolding.Key(user))
            .ToDictionary(size => size.Key, size => size.Bytes);
        foreach (var item in changed)
            sizes[item.Key] = item.Value.Length;

        if (changed.Count > 0 && sizes.Count > limits.KeysMax)
            return StorageSave.TooManyKeys;
        if (changed.Count > 0 && sizes.Values.Sum() > limits.UserBytesMax)
            return StorageSave.QuotaExceeded;

        foreach (var item in changed)
            write.Append(EventStreamName.User(user), new UserStorageItemSaved(user, item.Key, item.Value));
        return StorageSave.Saved;
    }

    private static Opaque? Find(SqliteSession session, UserId user, uint key)
    {
        using var rows = session.Query("SELECT value FROM stored_value WHERE user_key = $1 AND item_key = $2", SqliteFolding.Key(user), (long)key);
        return rows.Read() ? Opaque.Wrap((byte[])rows.GetValue(0)) : null;
    }
}
