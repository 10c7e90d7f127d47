using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.Ldap;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Ldap;

/// <summary>S173, S177: a real directory answers as every directory does, and what is special about LDAP.</summary>
[Trait("Needs", "Servers")]
public sealed class LdapDirectoryTests : DirectoryContract, IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly LdapAccess _server = TestServices.Ldap;
    private LdapTree _tree = null!;
    private LdapDirectory _directory = null!;

    protected override IUserDirectory Users => _directory;

    public async ValueTask InitializeAsync()
    {
        _tree = await LdapTree.PlantAsync(_server, _stop);
        _directory = LdapSetup.Open(LdapSetup.Options(_server, _tree));
    }

    public override async ValueTask DisposeAsync()
    {
        _directory.Dispose();
        await _tree.DisposeAsync();
    }

    [Fact]
    public async Task S100_A_user_with_several_names_is_one_user()
    {
        await _tree.AddAsync([_tree.Person("alice", "Alice Example", mails: ["al", "a.example@x"], more: ["uid: ally"])], _stop);

        foreach (var name in new[] { "alice", "ally", "AL", "A.Example@X" })
            Assert.Equal(new UserId("alice"), (await _directory.FindByLoginNameAsync(name, _stop))!.Id);
    }

    [Fact]
    public async Task S093_A_renamed_user_keeps_his_id()
    {
        await _tree.AddAsync([_tree.Person("alice", "Alice Example", mails: ["alice@old"])], _stop);

        await _tree.ChangeAsync(
            _tree.NameOf("alice"), "replace: cn\ncn: Alice Married\n-\nreplace: sn\nsn: Married\n-\nreplace: mail\nmail: alice@new", _stop);

        var renamed = new UserRecord(new UserId("alice"), "Alice Married", ["alice@new"]);
        Assert.Equal(renamed, await _directory.FindUserAsync(new UserId("alice"), _stop));
        Assert.Equal(renamed, await _directory.FindByLoginNameAsync("alice@new", _stop));
        Assert.Null(await _directory.FindByLoginNameAsync("alice@old", _stop));
    }

    [Fact]
    public async Task A_user_has_the_home_that_his_entry_says()
    {
        await _tree.AddAsync([_tree.Person("alice", "Alice Example", more: "departmentNumber: north"), _tree.Person("bob", "Bob Example")], _stop);

        Assert.Equal("north", (await _directory.FindUserAsync(new UserId("alice"), _stop))!.HomeHub);
        Assert.Equal("", (await _directory.FindUserAsync(new UserId("bob"), _stop))!.HomeHub);
    }

    [Fact]
    public async Task Who_fits_the_filter_of_disabled_accounts_is_disabled()
    {
        await _tree.AddAsync([_tree.Person("alice", "Alice Example", more: "employeeType: disabled"), _tree.Person("bob", "Bob Example")], _stop);

        Assert.True((await _directory.FindByLoginNameAsync("alice", _stop))!.IsDisabled);
        Assert.False((await _directory.FindByLoginNameAsync("bob", _stop))!.IsDisabled);
        var standings = await _directory.LookAsync([new UserId("ALICE"), new UserId("bob"), new UserId("nobody")], _stop);
        Assert.Equal(["alice", "bob"], standings.Known.Select(user => user.Value).Order());
        Assert.Equal([new UserId("alice")], standings.Disabled);
    }

    [Fact]
    public async Task A_name_that_two_entries_have_is_nobodys()
    {
        await _tree.AddAsync([_tree.Person("alice", "Alice Example", mails: ["team@x"]), _tree.Person("bob", "Bob Example", mails: ["team@x"])], _stop);

        Assert.Null(await _directory.FindByLoginNameAsync("team@x", _stop));
        Assert.NotNull(await _directory.FindByLoginNameAsync("bob", _stop));
    }

    [Fact]
    public async Task Members_are_found_by_their_names_in_the_directory_by_their_ids_and_by_what_each_user_is_in()
    {
        const string odd = "cn=Odd\\, One";
        await _tree.AddAsync(
        [
            _tree.Person("alice", "Alice Example", more: $"manager: cn=staff,{_tree.BaseName}"),
            $"dn: {odd},{_tree.BaseName}\nobjectClass: inetOrgPerson\nuid: odd\ncn: Odd, One\nsn: One",
            _tree.Group("staff", "alice", "gone") + $"\nmember: {odd},{_tree.BaseName}",
            $"dn: cn=posix,{_tree.BaseName}\nobjectClass: groupOfNames\ncn: posix\nmember: cn=x\ndescription: alice\ndescription: odd",
        ], _stop);

        Assert.Equal(["alice", "gone", "odd"], await MembersAsync(_directory, "staff"));

        var byIds = LdapSetup.Options(_server, _tree);
        byIds.MemberAttribute = "description";
        using var posix = LdapSetup.Open(byIds);
        Assert.Equal(["alice", "odd"], await MembersAsync(posix, "posix"));

        var byUser = LdapSetup.Options(_server, _tree);
        byUser.MemberOfAttribute = "manager";
        using var kept = LdapSetup.Open(byUser);
        Assert.Equal(["alice"], await MembersAsync(kept, "staff"));

        async Task<string[]> MembersAsync(LdapDirectory directory, string group) =>
            [.. (await directory.FindGroupAsync(group, _stop))!.Members.Select(member => member.Value).Order()];
    }

    [Fact]
    public async Task S033_Ten_thousand_users_are_listed_and_paged_through()
    {
        const int count = 10_000;
        await _tree.AddAsync(Enumerable.Range(0, count).Select(i => _tree.Person($"user{i:d5}", $"Person {count - 1 - i:d5}")), _stop);
        using var directory = LdapSetup.Open(LdapSetup.Options(_server, _tree), new LdapOptions());

        var listed = await directory.ListUsersAsync(_stop);
        Assert.Equal(count, listed.Count);
        Assert.Equal("user00000", listed[0].Id.Value);

        var seen = 0;
        for (var page = await directory.BrowseAsync(BrowsePoint.Start, 97, _stop); page.Entries.Count > 0;
            page = await directory.BrowseAsync(BrowsePoint.After(page.Entries[^1]), 97, _stop))
        {
            Assert.Equal(seen, page.Offset);
            Assert.All(page.Entries, entry => Assert.Equal($"user{count - 1 - seen++:d5}", entry.Id));
        }
        Assert.Equal(count, seen);

        // The server tells this client 500 entries of one search and no more, so they came by pages.
        var one = await directory.FindAsync("Person", DirectoryKinds.Users, 100, _stop);
        Assert.Equal(100, one.Matches.Count);
        Assert.True(one.IsPartial);
    }

    [Fact]
    public async Task A_book_is_read_again_when_its_time_is_over()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var options = new LdapOptions();
        using var directory = LdapSetup.Open(LdapSetup.Options(_server, _tree), options, time);
        await _tree.AddAsync([_tree.Person("alice", "Alice Example")], _stop);
        Assert.Single((await directory.BrowseAsync(BrowsePoint.Start, 10, _stop)).Entries);

        await _tree.AddAsync([_tree.Person("bob", "Bob Example")], _stop);
        Assert.Single((await directory.BrowseAsync(BrowsePoint.Start, 10, _stop)).Entries);
        time.Advance(options.BookLifetime);
        Assert.Equal(2, (await directory.BrowseAsync(BrowsePoint.Start, 10, _stop)).Entries.Count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task As_many_entries_are_listed_as_may_be_and_who_is_beyond_is_left_out(int users)
    {
        await _tree.AddAsync([.. Enumerable.Range(1, users).Select(i => _tree.Person($"user{i}", $"Person {i}")), _tree.Group("staff", "user1")], _stop);
        using var few = LdapSetup.Open(LdapSetup.Options(_server, _tree), new LdapOptions { EntriesMax = 3, PageSize = 2 });

        Assert.Equal(3, (await few.ListUsersAsync(_stop)).Count);
        Assert.Equal(3, (await few.BrowseAsync(BrowsePoint.Start, 10, _stop)).Entries.Count);
        Assert.NotNull(await few.FindUserAsync(new UserId($"user{users}"), _stop)); // who is asked for is found all the same
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public async Task A_group_has_as_many_members_as_may_be_and_who_is_beyond_is_left_out(int members, int expected)
    {
        var names = Enumerable.Range(1, members).Select(i => $"user{i}").ToArray();
        await _tree.AddAsync(
            [.. names.Select(name => _tree.Person(name, name, more: $"manager: cn=staff,{_tree.BaseName}")), _tree.Group("staff", names)], _stop);
        var byUser = LdapSetup.Options(_server, _tree);
        byUser.MemberOfAttribute = "manager";
        foreach (var server in new[] { LdapSetup.Options(_server, _tree), byUser })
        {
            using var few = LdapSetup.Open(server, new LdapOptions { GroupMembersMax = 3 });
            Assert.Equal(expected, (await few.FindGroupAsync("staff", _stop))!.Members.Count);
        }
    }

    protected override Task FillAsync(IReadOnlyList<UserRecord> users, IReadOnlyList<GroupRecord> groups) => _tree.AddAsync(
        users.Select(user => _tree.Person(user.Id.Value, user.DisplayName, mails: user.LoginNames))
            .Concat(groups.Select(group => _tree.Group(group.Id, group.Members.Select(member => member.Value)))),
        _stop);
}
