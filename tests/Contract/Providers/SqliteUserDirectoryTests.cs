using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.Sqlite;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteUserDirectoryTests : UserDirectoryContract
{
    private readonly TemporaryStore _temporary = new();

    public SqliteUserDirectoryTests() => Users = _temporary.OpenDirectory(_temporary.Open(), limits: Limits);

    protected override IUserDirectory Users { get; }

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    [Fact]
    public async Task A_directory_opened_again_knows_everybody()
    {
        var stop = TestContext.Current.CancellationToken;
        var alice = new UserRecord(new UserId("alice"), "Alice Example", ["al", "ally"], "CN=Alice");
        await ((IDirectoryAdministration)Users).AddUserAsync(alice, "hash", stop);
        await ((IDirectoryAdministration)Users).SaveGroupAsync(new GroupRecord("staff", [alice.Id], "all of us"), stop);

        var again = _temporary.OpenDirectory(_temporary.Open());

        Assert.Equal(alice, await again.FindByLoginNameAsync("ally", stop));
        Assert.Equal("hash", await again.FindPasswordHashAsync(alice.Id, stop));
        Assert.Equal(new GroupRecord("staff", [alice.Id], "all of us"), await again.FindGroupAsync("staff", stop));
    }

    [Fact]
    public async Task A_change_made_by_another_process_is_noticed_at_the_next_poll()
    {
        var stop = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var server = _temporary.OpenDirectory(_temporary.Open(), time);
        var command = (IDirectoryAdministration)Users;
        await command.AddUserAsync(new UserRecord(new UserId("dora"), "Dora Example", ["do"]), "hash", stop);
        Assert.Null(await server.FindByLoginNameAsync("do", stop));

        await PollUntilAsync(async () => await server.FindByLoginNameAsync("do", stop) is not null);
        await command.RemoveUserAsync(new UserId("dora"), stop);
        await PollUntilAsync(async () => await server.FindByLoginNameAsync("do", stop) is null);

        async Task PollUntilAsync(Func<Task<bool>> isSeen)
        {
            while (!await isSeen())
            {
                stop.ThrowIfCancellationRequested();
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task A_poll_that_fails_is_said_and_the_next_one_sees_what_was_changed()
    {
        var stop = TestContext.Current.CancellationToken;
        var (time, log) = (new FakeTimeProvider(), new LogLines<SqliteUserDirectory>());
        await using var server = SqliteUserDirectory.Open(_temporary.Open(), Limits, time, log);
        await ((IDirectoryAdministration)Users).AddUserAsync(new UserRecord(new UserId("dora"), "Dora Example", []), "hash", stop);
        await ExecuteAsync("ALTER TABLE account RENAME TO hidden");
        await Waits.UntilAsync(() => log.Lines.Count >= 2, Poll, "two polls fail", stop);
        Assert.Null(await server.FindUserAsync(new UserId("dora"), stop));

        await ExecuteAsync("ALTER TABLE hidden RENAME TO account");

        // It answers from memory, so at once.
        await Waits.UntilAsync(() => server.FindUserAsync(new UserId("dora"), stop).AsTask().Result is not null, Poll, "a poll sees Dora", stop);
        Assert.DoesNotContain(log.Lines, line => !line.Text.Contains("cannot be seen now", StringComparison.Ordinal));

        void Poll() => time.Advance(Limits.PollInterval);

        async Task ExecuteAsync(string sql)
        {
            await using var connection = new SqliteConnection($"Data Source={_temporary.Options.FilePath};Pooling=False");
            await connection.OpenAsync(stop);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(stop);
        }
    }

    [Fact]
    public async Task Who_hears_of_a_change_by_another_process_finds_it_in_the_directory()
    {
        var stop = TestContext.Current.CancellationToken;
        var store = _temporary.Open();
        var server = _temporary.OpenDirectory(store, new FakeTimeProvider());
        await ((IDirectoryAdministration)Users).AddUserAsync(new UserRecord(new UserId("dora"), "Dora Example", []), "hash", stop);
        Assert.Null(await server.FindUserAsync(new UserId("dora"), stop));

        server.Notice((await store.ReadAllAsync(0, stop).SingleAsync(stop)).Envelope);

        Assert.NotNull(await server.FindUserAsync(new UserId("dora"), stop));
    }

    [Fact]
    public async Task Who_was_removed_and_erased_before_this_process_looked_is_gone_when_it_does()
    {
        var stop = TestContext.Current.CancellationToken;
        var command = (IDirectoryAdministration)Users;
        foreach (var user in (string[])["dora", "emil"])
            await command.AddUserAsync(new UserRecord(new UserId(user), user, []), "hash", stop);
        var (store, other) = (_temporary.Open(), _temporary.Open());
        var server = _temporary.OpenDirectory(store, new FakeTimeProvider());
        await command.RemoveUserAsync(new UserId("dora"), stop);
        await other.Keys.EraseAsync([other.Keys.Find("dora")!.Id], stop);

        server.Notice((await store.ReadAllAsync(0, stop).LastAsync(stop)).Envelope);

        Assert.Equal(["emil"], (await server.ListUsersAsync(stop)).Select(user => user.Id.Value));
    }

    [Fact]
    public async Task Two_processes_cannot_give_one_name_twice()
    {
        var stop = TestContext.Current.CancellationToken;
        var other = _temporary.OpenDirectory(_temporary.Open());

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 5).SelectMany(_ => new[] { (IDirectoryAdministration)Users, other })
                .Select(directory => directory.AddUserAsync(new UserRecord(new UserId("dora"), "Dora", []), "hash", stop).AsTask()));

        Assert.Single(outcomes, DirectoryChange.Done);
        Assert.All(outcomes.Where(outcome => outcome != DirectoryChange.Done), outcome => Assert.Equal(DirectoryChange.NameTaken, outcome));
    }
}
