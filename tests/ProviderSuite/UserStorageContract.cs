using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Sqlite;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What every user storage and privacy provider does.</summary>
public abstract class UserStorageContract : IAsyncDisposable
{
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    protected static UserStorageLimits Limits { get; } = new() { ValueBytesMax = 100, KeysMax = 3, UserBytesMax = 150 };

    protected abstract IUserStorageProvider Storage { get; }

    protected abstract IPrivacyProvider Privacy { get; }

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

    [Fact]
    public async Task A_privacy_list_never_saved_is_none_and_a_saved_one_comes_back()
    {
        Assert.Null(await Privacy.LoadAsync(Alice, _stop));
        var list = new PrivacyInfo(Deny: false, [new UserItem(Bob), new UserItem(new UserId("dan"), "other", "Dan")]);

        await Privacy.SaveAsync(Alice, list, _stop);
        Assert.Equal(list, await Privacy.LoadAsync(new UserId("Alice"), _stop));
        await Privacy.SaveAsync(Alice, PrivacyInfo.Everybody, _stop);
        Assert.Equal(PrivacyInfo.Everybody, await Privacy.LoadAsync(Alice, _stop));
        Assert.Null(await Privacy.LoadAsync(Bob, _stop));
    }

    private static StoredItem Item(uint key, int bytes) => new(key, new Opaque(Enumerable.Repeat((byte)key, bytes).ToArray()));

    private async Task SaveAsync(UserId user, params (uint Key, int Bytes)[] items) =>
        Assert.Equal(StorageSave.Saved, await Storage.SaveAsync(user, items.Select(item => Item(item.Key, item.Bytes)).ToItems(), _stop));
}

public sealed class SqliteUserStorageTests : UserStorageContract
{
    private readonly TemporaryStore _temporary = new();
    private readonly SqliteEventStore _store;

    public SqliteUserStorageTests()
    {
        _store = _temporary.Open();
        Storage = new SqliteUserStorage(_store, Limits);
        Privacy = new SqlitePrivacy(_store);
    }

    protected override IUserStorageProvider Storage { get; }

    protected override IPrivacyProvider Privacy { get; }

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    [Fact]
    public async Task A_value_that_is_stored_already_is_no_new_fact()
    {
        var stop = TestContext.Current.CancellationToken;
        for (var i = 0; i < 3; i++)
        {
            await Storage.SaveAsync(new UserId("alice"), [new StoredItem(1, [1, 2, 3])], stop);
            await Privacy.SaveAsync(new UserId("alice"), PrivacyInfo.Nobody, stop);
        }

        Assert.Equal(2, await _store.ReadAllAsync(0, stop).CountAsync(stop));
    }

    [Fact]
    public async Task A_closed_store_fails_and_never_answers_empty()
    {
        var stop = TestContext.Current.CancellationToken;
        await _store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Storage.LoadAsync(new UserId("alice"), [0], stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Storage.SaveAsync(new UserId("alice"), [new StoredItem(0, [1])], stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Privacy.LoadAsync(new UserId("alice"), stop));
    }
}

public sealed class InMemoryUserStorageTests : UserStorageContract
{
    private readonly InMemoryUserStorage _storage = new(Limits);

    protected override IUserStorageProvider Storage => _storage;

    protected override IPrivacyProvider Privacy => _storage;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
