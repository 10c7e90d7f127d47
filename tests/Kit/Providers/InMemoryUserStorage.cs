using System.Collections.Concurrent;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Providers;

/// <summary>User storage and privacy lists in memory, for tests of services; passes the same contract suite as the real ones.</summary>
public sealed class InMemoryUserStorage(UserStorageLimits limits) : IUserStorageProvider, IPrivacyProvider
{
    private readonly Lock _guard = new();
    private readonly Dictionary<UserId, Dictionary<uint, Opaque>> _values = [];
    private readonly ConcurrentDictionary<UserId, PrivacyInfo> _privacy = [];

    /// <summary>When set, every call fails as an unavailable store does.</summary>
    public bool IsBroken { get; set; }

    public ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop)
    {
        FailIfBroken();
        lock (_guard)
            return ValueTask.FromResult(keys.Select(key => new StoredItem(key, Of(user).GetValueOrDefault(key))).ToItems());
    }

    public ValueTask<StorageSave> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop)
    {
        FailIfBroken();
        lock (_guard)
        {
            var after = new Dictionary<uint, Opaque>(Of(user));
            foreach (var item in items)
                after[item.Key] = item.Value;
            var result = items.Any(item => item.Value.Length > limits.ValueBytesMax) ? StorageSave.ValueTooLarge
                : after.Count > limits.KeysMax ? StorageSave.TooManyKeys
                : after.Values.Sum(value => value.Length) > limits.UserBytesMax ? StorageSave.QuotaExceeded
                : StorageSave.Saved;
            if (result == StorageSave.Saved)
                _values[user] = after;
            return ValueTask.FromResult(result);
        }
    }

    public ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop)
    {
        FailIfBroken();
        return ValueTask.FromResult(_privacy.GetValueOrDefault(user));
    }

    public ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop)
    {
        FailIfBroken();
        _privacy[user] = privacy;
        return ValueTask.CompletedTask;
    }

    private Dictionary<uint, Opaque> Of(UserId user) => _values.GetValueOrDefault(user) ?? [];

    private void FailIfBroken()
    {
        if (IsBroken)
            throw new StoreUnavailableException("The store is broken, as the test said.");
    }
}
