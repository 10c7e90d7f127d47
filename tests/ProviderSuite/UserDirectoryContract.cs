using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every directory that can be changed does.</summary>
public abstract class UserDirectoryContract : DirectoryContract
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>Small ones, so that each can be reached.</summary>
    protected static DirectoryLimits Limits { get; } = new() { EntriesMax = 12, LoginNamesMax = 4, GroupMembersMax = 5 };

    private IDirectoryAdministration Administration => (IDirectoryAdministration)Users;

    private IPasswordStore Passwords => (IPasswordStore)Users;

    protected override async Task FillAsync(IReadOnlyList<UserRecord> users, IReadOnlyList<GroupRecord> groups)
    {
        foreach (var user in users)
            Assert.Equal(DirectoryChange.Done, await Administration.AddUserAsync(user, $"hash of {user.Id.Value}", _stop));
        foreach (var group in groups)
            Assert.Equal(DirectoryChange.Done, await Administration.SaveGroupAsync(group, _stop));
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

    [Theory]
    [InlineData("id")]
    [InlineData("login name")]
    [InlineData("display name")]
    [InlineData("description")]
    [InlineData("home")]
    [InlineData("group")]
    [InlineData("description of a group")]
    public async Task A_text_of_256_characters_is_taken_and_of_one_more_is_refused(string which)
    {
        Assert.Equal(DirectoryChange.Done, await AddAsync(new string('x', Limits.NameCharsMax)));
        Assert.Equal(DirectoryChange.NameInvalid, await AddAsync(new string('y', Limits.NameCharsMax + 1)));

        async Task<DirectoryChange> AddAsync(string text) => which switch
        {
            "group" => await Administration.SaveGroupAsync(new GroupRecord(text, []), _stop),
            "description of a group" => await Administration.SaveGroupAsync(new GroupRecord("staff", [], text), _stop),
            _ => await Administration.AddUserAsync(
                new UserRecord(
                    new UserId(which == "id" ? text : text[..9]), which == "display name" ? text : "Name", which == "login name" ? [text] : [],
                    which == "description" ? text : "", which == "home" ? text : ""),
                "h", _stop),
        };
    }

    [Theory]
    [InlineData("login name")]
    [InlineData("display name")]
    [InlineData("description")]
    [InlineData("home")]
    public async Task Nor_is_anybody_given_a_longer_one_later(string which)
    {
        var alice = (await AddAsync("alice", "Alice Example")).Id;
        Assert.Equal(DirectoryChange.Done, await ChangeAsync(new string('x', Limits.NameCharsMax)));
        Assert.Equal(DirectoryChange.NameInvalid, await ChangeAsync(new string('y', Limits.NameCharsMax + 1)));

        async Task<DirectoryChange> ChangeAsync(string text) => which == "home"
            ? await Administration.SetHomeAsync(alice, text, _stop)
            : await Administration.RenameUserAsync(
                alice, which == "display name" ? text : "Alice", which == "login name" ? [text] : [], which == "description" ? text : "", _stop);
    }

    [Fact]
    public async Task A_user_has_as_many_login_names_as_he_may_have_and_not_one_more()
    {
        Assert.Equal(DirectoryChange.Done, await Administration.AddUserAsync(User("alice", "Alice", Names("a", Limits.LoginNamesMax)), "h", _stop));
        Assert.Equal(DirectoryChange.NameInvalid, await Administration.AddUserAsync(User("bob", "Bob", Names("b", Limits.LoginNamesMax + 1)), "h", _stop));

        Assert.Equal(DirectoryChange.Done, await Administration.RenameUserAsync(new UserId("alice"), "Alice", [.. Names("c", Limits.LoginNamesMax)], "", _stop));
        Assert.Equal(
            DirectoryChange.NameInvalid, await Administration.RenameUserAsync(new UserId("alice"), "Alice", [.. Names("d", Limits.LoginNamesMax + 1)], "", _stop));

        static string[] Names(string first, int count) => [.. Enumerable.Range(0, count).Select(i => $"{first}{i}")];
    }

    [Fact]
    public async Task A_group_has_as_many_members_as_it_may_have_and_not_one_more()
    {
        var members = new List<UserId>();
        for (var i = 0; i <= Limits.GroupMembersMax; i++)
            members.Add((await AddAsync($"user{i}", "Name")).Id);

        Assert.Equal(DirectoryChange.Done, await Administration.SaveGroupAsync(new GroupRecord("staff", members[1..].ToItems()), _stop));
        Assert.Equal(DirectoryChange.Full, await Administration.SaveGroupAsync(new GroupRecord("staff", members.ToItems()), _stop));
        Assert.Equal(DirectoryChange.Full, await Administration.SaveGroupAsync(new GroupRecord("more", members.ToItems()), _stop));
        Assert.Equal(Limits.GroupMembersMax, (await Groups.FindGroupAsync("staff", _stop))!.Members.Count);
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
    public async Task S093_A_renamed_user_keeps_his_id_and_all_that_hangs_on_it()
    {
        await AddAsync("alice", "Alice Example", "al", "ally");
        await SaveGroupAsync("staff", "alice");
        await Administration.SetHomeAsync(new UserId("alice"), "north", _stop);

        Assert.Equal(DirectoryChange.Done, await Administration.RenameUserAsync(new UserId("ALICE"), "Alice Married", ["ally", "a.married"], "new", _stop));

        var renamed = new UserRecord(new UserId("alice"), "Alice Married", ["ally", "a.married"], "new", "north");
        Assert.Equal(renamed, await Users.FindUserAsync(new UserId("alice"), _stop));
        Assert.Equal("alice", (await Users.FindUserAsync(new UserId("ALICE"), _stop))!.Id.Value);
        Assert.Equal(renamed, await Users.FindByLoginNameAsync("A.MARRIED", _stop));
        Assert.Null(await Users.FindByLoginNameAsync("al", _stop));
        Assert.Equal("alice", Assert.Single((await FindAsync("married")).Matches).Id);
        Assert.Empty((await FindAsync("example")).Matches);
        Assert.Equal("hash of alice", await Passwords.FindPasswordHashAsync(new UserId("alice"), _stop));
        Assert.Equal([new UserId("alice")], (await Groups.FindGroupAsync("staff", _stop))!.Members);
        await AddAsync("al", "Somebody with the name that is free again");
    }

    [Fact]
    public async Task S093_Nobody_is_renamed_to_a_name_of_somebody_else()
    {
        await AddAsync("alice", "Alice Example", "al");
        await AddAsync("bob", "Bob Example", "bo");

        foreach (var taken in new[] { "alice", "AL" })
            Assert.Equal(DirectoryChange.NameTaken, await Administration.RenameUserAsync(new UserId("bob"), "Bob", [taken], "", _stop));
        Assert.Equal(DirectoryChange.NameInvalid, await Administration.RenameUserAsync(new UserId("bob"), "", [], "", _stop));
        Assert.Equal(DirectoryChange.NotFound, await Administration.RenameUserAsync(new UserId("nobody"), "Name", [], "", _stop));
        Assert.Equal(DirectoryChange.Done, await Administration.RenameUserAsync(new UserId("bob"), "Bob Example", ["BO"], "", _stop));
        Assert.Equal("bob", (await Users.FindByLoginNameAsync("bo", _stop))!.Id.Value);
    }

    [Fact]
    public async Task A_disabled_user_is_known_as_such_until_he_is_enabled()
    {
        var alice = await AddAsync("alice", "Alice Example", "al");

        Assert.Equal(DirectoryChange.Done, await Administration.SetDisabledAsync(new UserId("ALICE"), isDisabled: true, _stop));
        Assert.Equal(DirectoryChange.Done, await Administration.SetDisabledAsync(alice.Id, isDisabled: true, _stop));
        Assert.Equal(alice with { IsDisabled = true }, await Users.FindByLoginNameAsync("al", _stop));
        Assert.Single((await FindAsync("alice")).Matches);

        Assert.Equal(DirectoryChange.Done, await Administration.SetDisabledAsync(alice.Id, isDisabled: false, _stop));
        Assert.Equal(alice, await Users.FindUserAsync(alice.Id, _stop));
        Assert.Equal(DirectoryChange.NotFound, await Administration.SetDisabledAsync(new UserId("nobody"), isDisabled: true, _stop));
        await Administration.SetDisabledAsync(alice.Id, isDisabled: true, _stop);
        await Administration.RemoveUserAsync(alice.Id, _stop);
        Assert.False((await AddAsync("alice", "Another Alice")).IsDisabled);
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
    public async Task A_full_directory_takes_changes_of_what_is_in_it_and_a_new_entry_in_the_place_of_one_that_left()
    {
        await AddAsync("user1", "Name");
        await SaveGroupAsync("staff", "user1");
        for (var i = 2; i < Limits.EntriesMax; i++)
            await AddAsync($"user{i}", "Name");

        await SaveGroupAsync("STAFF", "user2");
        Assert.Equal([new UserId("user2")], (await Groups.FindGroupAsync("staff", _stop))!.Members);
        Assert.Equal(DirectoryChange.Done, await Administration.RenameUserAsync(new UserId("user1"), "Other", ["other"], "", _stop));
        Assert.Equal(DirectoryChange.Full, await Administration.AddUserAsync(User("more", "Name"), "h", _stop));

        await Administration.RemoveUserAsync(new UserId("user1"), _stop);
        await AddAsync("more", "Name");
        Assert.Equal(DirectoryChange.Full, await Administration.AddUserAsync(User("still", "Name"), "h", _stop));
    }

    private async Task<UserRecord> AddAsync(string id, string displayName, params string[] loginNames)
    {
        var user = User(id, displayName, loginNames);
        await FillAsync([user], []);
        return user;
    }

    private Task SaveGroupAsync(string id, params string[] members) => FillAsync([], [Group(id, members)]);
}
