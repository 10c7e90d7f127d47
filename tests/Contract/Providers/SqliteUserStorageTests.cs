using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.Sqlite;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

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

    private SqlitePrivacy Privacy { get; }

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

public sealed class SqlitePrivacyTests : PrivacyContract
{
    private readonly TemporaryStore _temporary = new();

    public SqlitePrivacyTests() => Privacy = new SqlitePrivacy(_temporary.Open());

    protected override IPrivacyProvider Privacy { get; }

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();
}
