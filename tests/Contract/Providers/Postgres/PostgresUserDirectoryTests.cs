using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresUserDirectoryTests(PostgresSchema schema) : UserDirectoryContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private MartenUserDirectory _directory = null!;

    protected override IUserDirectory Users => _directory;

    public async ValueTask InitializeAsync() => _directory = new MartenUserDirectory(await schema.OpenEmptyAsync(), Limits);

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    [Fact]
    public async Task A_change_made_by_another_process_is_seen_by_the_next_question()
    {
        var stop = TestContext.Current.CancellationToken;
        var other = new MartenUserDirectory(await schema.OpenAsync(), Limits);
        Assert.Null(await other.FindByLoginNameAsync("do", stop));

        await _directory.AddUserAsync(new UserRecord(new UserId("dora"), "Dora Example", ["do"]), "hash", stop);
        Assert.Equal("Dora Example", (await other.FindByLoginNameAsync("DO", stop))!.DisplayName);
        Assert.Equal("hash", await other.FindPasswordHashAsync(new UserId("dora"), stop));
        await other.RemoveUserAsync(new UserId("dora"), stop);
        Assert.Null(await _directory.FindUserAsync(new UserId("dora"), stop));
    }

    [Fact]
    public async Task Two_processes_cannot_give_one_name_twice()
    {
        var stop = TestContext.Current.CancellationToken;
        var other = new MartenUserDirectory(await schema.OpenAsync(), Limits);

        // The id of one is the alias of the other, so no table of ids alone would notice.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).SelectMany(i => new[]
        {
            _directory.AddUserAsync(new UserRecord(new UserId("dora"), "Dora", []), "hash", stop).AsTask(),
            other.AddUserAsync(new UserRecord(new UserId($"dora-{i}"), "Dora", ["Dora"]), "hash", stop).AsTask(),
        }));

        Assert.Single(outcomes, DirectoryChange.Done);
        Assert.All(outcomes.Where(outcome => outcome != DirectoryChange.Done), outcome => Assert.Equal(DirectoryChange.NameTaken, outcome));
    }

    [Fact]
    public async Task A_removed_users_values_are_gone_for_who_is_given_his_id()
    {
        var stop = TestContext.Current.CancellationToken;
        var store = await schema.OpenAsync();
        var (storage, privacy) = (new MartenUserStorage(store, new UserStorageLimits()), new MartenPrivacy(store));
        var dora = new UserId("dora");
        await _directory.AddUserAsync(new UserRecord(dora, "Dora", []), "hash", stop);
        await storage.SaveAsync(dora, [new StoredItem(1, [1])], stop);
        await privacy.SaveAsync(dora, PrivacyInfo.Nobody, stop);

        await _directory.RemoveUserAsync(dora, stop);
        await _directory.AddUserAsync(new UserRecord(dora, "Another Dora", []), "hash", stop);

        Assert.Equal([new StoredItem(1, Opaque.Empty)], await storage.LoadAsync(dora, [1], stop));
        Assert.Null(await privacy.LoadAsync(dora, stop));
    }

    [Fact]
    public async Task A_name_that_cannot_be_stored_belongs_to_nobody()
    {
        var stop = TestContext.Current.CancellationToken;

        Assert.Null(await _directory.FindByLoginNameAsync("al\0ice", stop));
        Assert.Null(await _directory.FindUserAsync(new UserId("al\0ice"), stop));
        Assert.Empty((await _directory.FindAsync("al\0ice", DirectoryKinds.Users, 10, stop)).Matches);
    }

    [Theory]
    [InlineData(DirectoryQueries.ById, "'USER777'")]
    [InlineData(DirectoryQueries.ByLoginName, "'ALIAS777'")]
    [InlineData(DirectoryQueries.GroupById, "'GROUP777'")]
    [InlineData(DirectoryQueries.PasswordHash, "'USER777'")]
    [InlineData(DirectoryQueries.WholeName, "'EXAMPLE777'", "'{1,2}'", "10")]
    [InlineData(DirectoryQueries.Beginning, "'EXAMPLE77'", "'{1,2}'", "10", "'EXAMPLE77\U0010FFFF'")]
    public async Task Every_question_goes_by_an_index(string question, params string[] values)
    {
        await schema.ExecuteAsync("""
            INSERT INTO account SELECT 'USER' || i, 'user' || i, 'User Example' || i, '', 'hash', '' FROM generate_series(1, 5000) i;
            INSERT INTO login_name SELECT 'ALIAS' || i, 'USER' || i, 0, 'alias' || i FROM generate_series(1, 5000) i;
            INSERT INTO public_group SELECT 'GROUP' || i, 'group' || i, '' FROM generate_series(1, 5000) i;
            INSERT INTO group_member SELECT 'GROUP' || i, 0, 'USER' || i, 'user' || i FROM generate_series(1, 5000) i;
            INSERT INTO searched_name SELECT 'EXAMPLE' || i, 1, 'USER' || i, false, 'USER EXAMPLE' || i FROM generate_series(1, 5000) i;
            ANALYZE account; ANALYZE login_name; ANALYZE public_group; ANALYZE group_member; ANALYZE searched_name
            """);

        // Highest number first, or $1 would be found in $10.
        for (var i = values.Length; i > 0; i--)
            question = question.Replace($"${i}", values[i - 1], StringComparison.Ordinal);
        var plan = await schema.QueryAsync($"EXPLAIN {question}");

        Assert.Contains(plan, step => step.Contains("Index", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("Seq Scan", StringComparison.Ordinal));
    }
}
