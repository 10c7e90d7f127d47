using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>A value under its key.</summary>
public readonly record struct StoredItem(uint Key, Opaque Value);

/// <summary>How a save went.</summary>
public enum StorageSave
{
    /// <summary>Durable.</summary>
    Saved,

    /// <summary>A value is larger than <see cref="UserStorageLimits.ValueBytesMax"/>.</summary>
    ValueTooLarge,

    /// <summary>The user would have more than <see cref="UserStorageLimits.KeysMax"/> keys.</summary>
    TooManyKeys,

    /// <summary>The user's values would exceed <see cref="UserStorageLimits.UserBytesMax"/> together.</summary>
    QuotaExceeded,
}

/// <summary>Bounds of user storage. Bound from the section <c>UserStorage</c>.</summary>
public sealed class UserStorageLimits
{
    /// <summary>Bytes of one value. Default 192 KiB.</summary>
    public int ValueBytesMax { get; set; } = 192 * 1024;

    /// <summary>Keys of one user. Default 500.</summary>
    public int KeysMax { get; set; } = 500;

    /// <summary>Bytes of all values of one user. Default 4 MiB.</summary>
    public int UserBytesMax { get; set; } = 4 * 1024 * 1024;
}

/// <summary>
/// What a user keeps on the server, by key. A failure is a <see cref="StoreException"/> and never an empty value: a client that loads an
/// empty buddy list believes it and deletes the user's buddies.
/// </summary>
public interface IUserStorageProvider
{
    /// <summary>The values of the keys, in the order asked; empty for a key that was never saved.</summary>
    ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop);

    /// <summary>Stores all items or none. An empty value takes a key's place all the same.</summary>
    ValueTask<StorageSave> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop);
}

/// <summary>The stored privacy lists. Failures are <see cref="StoreException"/>: the caller must not show a user whose list it cannot read.</summary>
public interface IPrivacyProvider
{
    /// <summary>A user's list; null if he never saved one.</summary>
    ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop);

    /// <summary>Stores a list in place of the one before; durable when the task ends.</summary>
    ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop);
}
