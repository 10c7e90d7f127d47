using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Sqlite;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What every directory that can be changed does.</summary>
public abstract class UserDirectoryContract : IAsyncDisposable
{
    private const DirectoryKinds Both = DirectoryKinds.Users | DirectoryKinds.Groups;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    protected static DirectoryLimits Limits { get; } = new() { EntriesMax = 12, LoginNamesMax = 4, GroupMembersMax = 5 };

    protected abstract IUserDirectory Users { get; }

    private IDirectoryAdministration Administration => (IDirectoryAdministration)Users;

    private IGroupProvider Groups => (IGroupProvider)Users;

    private IResolveProvider Resolve => (IResolveProvider)Users;

    private IPasswordStore Passwords => (IPasswordStore)Users;

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task A_user_is_found_by_his_id_and_by_each_login_name_whatever_the_case()
    {
        var added = await AddAsync("alice", "Alice Example", "al", "a.example@x");

        Assert.Equal(added, await Users.FindUserAsync(new UserId("ALICE"), _stop));
        foreach (var name in new[] { "Alice", "AL", "A.Example@X" })
            Assert.Equal(added, await Users.FindByLoginNameAsync(name, _stop));
        Assert.Null(await Users.FindByLoginNameAsync("Alice Example", _stop));
        Assert.Null(await Users.FindUserAsync(new UserId("al"), _stop));
    }

    [Theory]
    [InlineData("alice", "")]
    [InlineData("ALICE", "")]
    [InlineData("al", "")]
    [InlineData("new", "Alice")]
    [InlineData("new", "AL")]
    public async Task A_name_is_given_once_only(string id, string loginName)
    {
        await AddAsync("alice", "Alice Example", "al");
        var second = new UserRecord(new UserId(id), "Another", loginName.Length == 0 ? [] : [loginName]);

        Assert.Equal(DirectoryChange.NameTaken, await Administration.AddUserAsync(second, "h", _stop));
        Assert.Equal("Alice Example", Assert.Single(await Users.ListUsersAsync(_stop)).DisplayName);
    }

    [Theory]
    [InlineData("", "Name")]
    [InlineData(" bob", "Name")]
    [InlineData("bo\u0007b", "Name")]
    [InlineData("@U bob", "Name")]
    [InlineData("bob", "")]
    [InlineData("bob", "Bo\nb")]
    public async Task A_name_that_nobody_can_have_is_refused(string id, string displayName) =>
        Assert.Equal(DirectoryChange.NameInvalid, await Administration.AddUserAsync(new UserRecord(new UserId(id), displayName, []), "h", _stop));

    [Fact]
    public async Task A_name_over_256_characters_is_refused()
    {
        Assert.Equal(DirectoryChange.Done, await Administration.AddUserAsync(new UserRecord(new UserId(new string('x', 256)), "X", []), "h", _stop));
        Assert.Equal(DirectoryChange.NameInvalid, await Administration.AddUserAsync(new UserRecord(new UserId(new string('y', 257)), "Y", []), "h", _stop));
    }

    [Fact]
    public async Task A_removed_user_is_gone_with_his_names_and_memberships()
    {
        await AddAsync("alice", "Alice Example", "al");
        var bob = await AddAsync("bob", "Bob Example");
        await SaveGroupAsync("staff", "alice", "bob");

        Assert.Equal(DirectoryChange.Done, await Administration.RemoveUserAsync(new UserId("Alice"), _stop));
        Assert.Equal(DirectoryChange.NotFound, await Administration.RemoveUserAsync(new UserId("alice"), _stop));
        Assert.Null(await Users.FindByLoginNameAsync("al", _stop));
        Assert.Null(await Passwords.FindPasswordHashAsync(new UserId("alice"), _stop));
        Assert.Equal([bob], await Users.ListUsersAsync(_stop));
        Assert.Equal([new UserId("bob")], (await Groups.FindGroupAsync("STAFF", _stop))!.Members);
        Assert.Empty((await FindAsync("alice")).Matches);
        await AddAsync("al", "Another Al");
    }

    [Fact]
    public async Task A_password_hash_is_replaced_only_if_it_is_still_the_expected_one()
    {
        await AddAsync("alice", "Alice Example");
        var alice = new UserId("Alice");

        Assert.Equal("hash of alice", await Passwords.FindPasswordHashAsync(alice, _stop));
        Assert.True(await Passwords.SavePasswordHashAsync(alice, "second", null, _stop));
        Assert.False(await Passwords.SavePasswordHashAsync(alice, "third", replacing: "hash of alice", _stop));
        Assert.Equal("second", await Passwords.FindPasswordHashAsync(alice, _stop));
        Assert.True(await Passwords.SavePasswordHashAsync(alice, "third", replacing: "second", _stop));
        Assert.Equal("third", await Passwords.FindPasswordHashAsync(alice, _stop));
        Assert.False(await Passwords.SavePasswordHashAsync(new UserId("nobody"), "h", null, _stop));
    }

    [Fact]
    public async Task A_user_has_the_home_last_given_and_none_at_first()
    {
        await AddAsync("alice", "Alice Example");
        Assert.Equal(DirectoryChange.Done,
            await Administration.AddUserAsync(new UserRecord(new UserId("bob"), "Bob", ["b"], HomeHub: "north"), "h", _stop));
        Assert.Equal(["", "north"], await HomesAsync());

        Assert.Equal(DirectoryChange.Done, await Administration.SetHomeAsync(new UserId("ALICE"), "Cluster 2", _stop));
        Assert.Equal(DirectoryChange.Done, await Administration.SetHomeAsync(new UserId("bob"), "", _stop));
        Assert.Equal(["Cluster 2", ""], await HomesAsync());
        Assert.Equal("Cluster 2", (await Users.FindByLoginNameAsync("alice", _stop))!.HomeHub);

        Assert.Equal(DirectoryChange.NotFound, await Administration.SetHomeAsync(new UserId("nobody"), "north", _stop));
        Assert.Equal(DirectoryChange.NameInvalid, await Administration.SetHomeAsync(new UserId("alice"), "no\nrth", _stop));
        Assert.Equal(DirectoryChange.NameInvalid,
            await Administration.AddUserAsync(new UserRecord(new UserId("carol"), "Carol", [], HomeHub: " "), "h", _stop));

        await Administration.RemoveUserAsync(new UserId("alice"), _stop);
        await AddAsync("alice", "Another Alice");
        Assert.Equal(["", ""], await HomesAsync());

        async Task<string[]> HomesAsync() => [.. (await Users.ListUsersAsync(_stop)).Select(user => user.HomeHub)];
    }

    [Fact]
    public async Task A_group_has_the_members_last_given_each_once_in_the_directorys_spelling()
    {
        await AddAsync("alice", "Alice Example");
        await AddAsync("bob", "Bob Example");
        await SaveGroupAsync("staff", "alice");
        await SaveGroupAsync("Staff", "BOB", "Alice", "bob");
        await SaveGroupAsync("empty");

        var staff = await Groups.FindGroupAsync("staff", _stop);
        Assert.Equal("Staff", staff!.Id);
        Assert.Equal(["bob", "alice"], staff.Members.Select(member => member.Value));
        Assert.Equal(["empty", "Staff"], (await Groups.ListGroupsAsync(_stop)).Select(group => group.Id));
        Assert.Equal(DirectoryChange.MemberUnknown, await Administration.SaveGroupAsync(new GroupRecord("staff", [new UserId("nobody")]), _stop));
        Assert.Equal(DirectoryChange.NameInvalid, await Administration.SaveGroupAsync(new GroupRecord("", []), _stop));
        Assert.Equal(DirectoryChange.Done, await Administration.RemoveGroupAsync("STAFF", _stop));
        Assert.Equal(DirectoryChange.NotFound, await Administration.RemoveGroupAsync("staff", _stop));
        Assert.Null(await Groups.FindGroupAsync("staff", _stop));
    }

    [Fact]
    public async Task The_directory_takes_as_many_entries_as_it_may()
    {
        for (var i = 0; i < Limits.EntriesMax; i++)
            await AddAsync($"user{i}", "Name");

        Assert.Equal(DirectoryChange.Full, await Administration.AddUserAsync(new UserRecord(new UserId("more"), "Name", []), "h", _stop));
        Assert.Equal(DirectoryChange.Full, await Administration.SaveGroupAsync(new GroupRecord("group", []), _stop));
    }

    [Fact]
    public async Task The_exact_id_comes_first_then_whole_names_then_beginnings()
    {
        await AddAsync("sam", "Zoe Last");
        await AddAsync("u1", "Samantha First");
        await AddAsync("u2", "Bea Second", "SAM.2");
        await AddAsync("u3", "Carl Sam");
        await AddAsync("other", "Nobody Else");

        var found = await FindAsync("Sam");

        Assert.Equal(["sam", "u3", "u2", "u1"], found.Matches.Select(match => match.Id));
        Assert.Equal(new DirectoryMatch("sam", "Zoe Last", "", DirectoryKinds.Users), found.Matches[0]);
        Assert.False(found.IsPartial);
    }

    [Theory]
    [InlineData("alice e")]
    [InlineData("ALICE EXAMPLE")]
    [InlineData("exa")]
    [InlineData("ally")]
    [InlineData(" alice ")]
    public async Task A_user_is_found_by_the_beginning_of_each_of_his_names(string typed)
    {
        await AddAsync("alice", "Alice Example", "ally-the-admin");

        Assert.Equal("alice", Assert.Single((await FindAsync(typed)).Matches).Id);
    }

    [Fact]
    public async Task Fewer_than_three_letters_find_whole_names_only_and_say_that_there_may_be_more()
    {
        await AddAsync("al", "Al Short");
        await AddAsync("alice", "Alice Example");

        var found = await FindAsync("al");
        Assert.Equal("al", Assert.Single(found.Matches).Id);
        Assert.True(found.IsPartial);
        Assert.Equal(DirectoryMatches.None, await FindAsync(""));
        Assert.Equal(DirectoryMatches.None, await FindAsync("nobody"));
    }

    [Fact]
    public async Task Users_and_groups_are_found_as_asked_and_no_more_than_asked()
    {
        await AddAsync("staffan", "Staffan Example");
        await AddAsync("bob", "Bob Staffer");
        await SaveGroupAsync("staff");

        Assert.Equal(["staff", "bob", "staffan"], (await FindAsync("staff", Both)).Matches.Select(match => match.Id));
        Assert.Equal(["staff"], (await FindAsync("staff", DirectoryKinds.Groups)).Matches.Select(match => match.Id));
        Assert.Equal(["bob", "staffan"], (await FindAsync("staff")).Matches.Select(match => match.Id));
        var capped = await Resolve.FindAsync("staff", Both, 2, _stop);
        Assert.Equal(["staff", "bob"], capped.Matches.Select(match => match.Id));
        Assert.True(capped.IsPartial);
    }

    private async Task<UserRecord> AddAsync(string id, string displayName, params string[] loginNames)
    {
        var user = new UserRecord(new UserId(id), displayName, [.. loginNames]);
        Assert.Equal(DirectoryChange.Done, await Administration.AddUserAsync(user, $"hash of {id}", _stop));
        return user;
    }

    private async Task SaveGroupAsync(string id, params string[] members) => Assert.Equal(
        DirectoryChange.Done,
        await Administration.SaveGroupAsync(new GroupRecord(id, members.Select(member => new UserId(member)).ToItems()), _stop));

    private ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds = DirectoryKinds.Users) => Resolve.FindAsync(name, kinds, 100, _stop);
}

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

public sealed class InMemoryDirectoryTests : UserDirectoryContract
{
    protected override IUserDirectory Users { get; } = new InMemoryDirectory(Limits);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
