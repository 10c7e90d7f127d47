using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every user storage provider does.</summary>
public abstract class UserStorageContract : IAsyncDisposable
{
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>Small ones, so that each can be reached.</summary>
    protected static UserStorageLimits Limits { get; } = new() { ValueBytesMax = 100, KeysMax = 3, UserBytesMax = 150 };

    /// <summary>The provider under test, with nothing in it and these limits.</summary>
    protected abstract IUserStorageProvider Storage { get; }

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task A_key_never_saved_loads_as_empty() =>
        Assert.Equal([new StoredItem(0, Opaque.Empty), new StoredItem(7, Opaque.Empty)], await Storage.LoadAsync(Alice, [0, 7], _stop));

    [Fact]
    public async Task Values_load_as_they_were_saved_in_the_order_asked_whatever_the_case_of_the_user()
    {
        await SaveAsync(Alice, (5, 1), (uint.MaxValue, 2));

        Assert.Equal([Item(uint.MaxValue, 2), Item(5, 1)], await Storage.LoadAsync(new UserId("ALICE"), [uint.MaxValue, 5], _stop));
        Assert.Equal([new StoredItem(5, Opaque.Empty)], await Storage.LoadAsync(Bob, [5], _stop));
    }

    [Fact]
    public async Task A_later_value_takes_the_place_of_the_earlier()
    {
        await SaveAsync(Alice, (5, 10));
        await SaveAsync(Alice, (5, 20));
        await SaveAsync(Alice, (5, 0));

        Assert.Equal([new StoredItem(5, Opaque.Empty)], await Storage.LoadAsync(Alice, [5], _stop));
    }

    [Fact]
    public async Task Of_several_values_for_one_key_in_one_save_the_last_counts()
    {
        await SaveAsync(Alice, (5, 10), (6, 1), (5, 20));

        Assert.Equal([Item(5, 20), Item(6, 1)], await Storage.LoadAsync(Alice, [5, 6], _stop));
    }

    [Fact]
    public async Task What_exceeds_a_limit_is_refused_whole_and_changes_nothing()
    {
        await SaveAsync(Alice, (1, 60), (2, 60));

        Assert.Equal(StorageSave.ValueTooLarge, await Storage.SaveAsync(Alice, [Item(1, 5), Item(3, 101)], _stop));
        Assert.Equal(StorageSave.TooManyKeys, await Storage.SaveAsync(Alice, [Item(1, 5), Item(3, 1), Item(4, 1)], _stop));
        Assert.Equal(StorageSave.QuotaExceeded, await Storage.SaveAsync(Alice, [Item(3, 31)], _stop));

        Assert.Equal([Item(1, 60), Item(2, 60), new StoredItem(3, Opaque.Empty)], await Storage.LoadAsync(Alice, [1, 2, 3], _stop));
        Assert.Equal(StorageSave.Saved, await Storage.SaveAsync(Alice, [Item(3, 30)], _stop));
        Assert.Equal(StorageSave.Saved, await Storage.SaveAsync(Alice, [Item(2, 1), Item(1, 100)], _stop));
    }

    [Fact]
    public async Task Another_users_values_count_for_himself()
    {
        await SaveAsync(Alice, (1, 100), (2, 50));

        Assert.Equal(StorageSave.Saved, await Storage.SaveAsync(Bob, [Item(1, 100)], _stop));
    }

    private static StoredItem Item(uint key, int bytes) => new(key, new Opaque(Enumerable.Repeat((byte)key, bytes).ToArray()));

    private async Task SaveAsync(UserId user, params (uint Key, int Bytes)[] items) =>
        Assert.Equal(StorageSave.Saved, await Storage.SaveAsync(user, items.Select(item => Item(item.Key, item.Bytes)).ToItems(), _stop));
}
