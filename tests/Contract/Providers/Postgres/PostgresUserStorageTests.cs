using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresUserStorageTests(PostgresSchema schema) : UserStorageContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private MartenEventStore _store = null!;
    private MartenUserStorage _storage = null!;
    private MartenPrivacy _privacy = null!;

    protected override IUserStorageProvider Storage => _storage;

    public async ValueTask InitializeAsync()
    {
        _store = await schema.OpenEmptyAsync();
        (_storage, _privacy) = (new MartenUserStorage(_store, Limits), new MartenPrivacy(_store));
    }

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    [Fact]
    public async Task A_value_that_is_stored_already_is_no_new_fact()
    {
        for (var i = 0; i < 3; i++)
        {
            await Storage.SaveAsync(new UserId("alice"), [new StoredItem(1, [1, 2, 3])], _stop);
            await _privacy.SaveAsync(new UserId("alice"), PrivacyInfo.Nobody, _stop);
        }

        Assert.Equal(2, await _store.ReadAllAsync(0, _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task A_closed_store_fails_and_never_answers_empty()
    {
        await _store.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Storage.LoadAsync(new UserId("alice"), [0], _stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Storage.SaveAsync(new UserId("alice"), [new StoredItem(0, [1])], _stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _privacy.LoadAsync(new UserId("alice"), _stop));
    }

    [Fact]
    public async Task Two_processes_that_write_for_one_user_at_once_lose_nothing_and_keep_his_bounds()
    {
        var other = new MartenUserStorage(await schema.OpenAsync(), Limits);
        var alice = new UserId("alice");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? _storage : other).SaveAsync(alice, [new StoredItem((uint)(i % 4), [(byte)i])], _stop).AsTask()));

        Assert.Equal(3, Limits.KeysMax);
        var loaded = await other.LoadAsync(alice, [0, 1, 2, 3], _stop);
        Assert.Equal(3, loaded.Count(item => item.Value.Length == 1));
        Assert.Equal(30, outcomes.Count(outcome => outcome == StorageSave.Saved));
        var sequences = (await _store.ReadAllAsync(0, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Sequence);
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), sequences);
        Assert.Equal(loaded, await _storage.LoadAsync(alice, [0, 1, 2, 3], _stop));
    }
}

[Trait("Needs", "Servers")]
public sealed class PostgresPrivacyTests(PostgresSchema schema) : PrivacyContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private MartenEventStore _store = null!;
    private MartenPrivacy _privacy = null!;

    protected override IPrivacyProvider Privacy => _privacy;

    public async ValueTask InitializeAsync()
    {
        _store = await schema.OpenEmptyAsync();
        _privacy = new MartenPrivacy(_store);
    }

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    [Fact]
    public async Task The_fact_of_a_list_holds_names_with_any_character()
    {
        var stop = TestContext.Current.CancellationToken;
        var list = new PrivacyInfo(true, [new UserItem(new UserId("bob"), "x\\u0000", "a\0b \\ \"\u2028 \U0001F600 \\u0000")]);

        await Privacy.SaveAsync(new UserId("alice"), list, stop);

        var fact = Assert.IsType<Contracts.Events.PrivacyListSaved>(Assert.Single(await _store.ReadAllAsync(0, stop).ToListAsync(stop)).Envelope.Payload);
        Assert.Equal(list.Users[0].Name, fact.Listed[0].Name);
        Assert.Equal(list.Users[0].Community, fact.Listed[0].Community);
    }
}
