using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>
/// What every directory answers, also one that only others can change. A provider that is no group provider, resolves no names, or is no
/// book to page through, overrides what it has in another place.
/// </summary>
public abstract class DirectoryContract : IAsyncDisposable
{
    private const DirectoryKinds Both = DirectoryKinds.Users | DirectoryKinds.Groups;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>The directory under test, with nobody in it; it searches for the beginning of names from three letters on.</summary>
    protected abstract IUserDirectory Users { get; }

    /// <summary>Its groups.</summary>
    protected virtual IGroupProvider Groups => (IGroupProvider)Users;

    /// <summary>Its search.</summary>
    protected virtual IResolveProvider Resolve => (IResolveProvider)Users;

    /// <summary>Its book.</summary>
    protected virtual IBrowseProvider Book => (IBrowseProvider)Users;

    public abstract ValueTask DisposeAsync();

    /// <summary>Puts users and groups into the directory, by whatever way that is done. Done when the next question finds them.</summary>
    /// <param name="users">Each with an id, a display name, and up to two further names to log in with.</param>
    /// <param name="groups">Each with an id and some of the users.</param>
    protected abstract Task FillAsync(IReadOnlyList<UserRecord> users, IReadOnlyList<GroupRecord> groups);

    [Fact]
    public async Task A_user_is_found_by_his_id_and_by_each_login_name_whatever_the_case()
    {
        var alice = User("alice", "Alice Example", "al", "a.example@x");
        await FillAsync([alice], []);

        Assert.Equal(alice, await Users.FindUserAsync(new UserId("ALICE"), _stop));
        foreach (var name in new[] { "Alice", "AL", "A.Example@X" })
            Assert.Equal(alice, await Users.FindByLoginNameAsync(name, _stop));
        Assert.Null(await Users.FindByLoginNameAsync("Alice Example", _stop));
        Assert.Null(await Users.FindUserAsync(new UserId("al"), _stop));
    }

    [Fact]
    public async Task Users_and_groups_are_listed_by_their_ids()
    {
        await FillAsync([User("carol", "Carol"), User("alice", "Alice"), User("Bob", "Bob")], [Group("two", "Bob"), Group("One", "alice")]);

        Assert.Equal(["alice", "Bob", "carol"], (await Users.ListUsersAsync(_stop)).Select(user => user.Id.Value));
        Assert.Equal(["One", "two"], (await Groups.ListGroupsAsync(_stop)).Select(group => group.Id));
    }

    [Fact]
    public async Task A_group_is_found_whatever_the_case_with_all_its_members()
    {
        await FillAsync([User("alice", "Alice"), User("bob", "Bob")], [Group("staff", "alice", "bob")]);

        var staff = await Groups.FindGroupAsync("STAFF", _stop);
        Assert.Equal("staff", staff!.Id);
        Assert.Equal(["alice", "bob"], staff.Members.Select(member => member.Value).Order());
        Assert.Null(await Groups.FindGroupAsync("alice", _stop));
    }

    [Fact]
    public async Task The_exact_id_comes_first_then_whole_names_then_beginnings()
    {
        await FillAsync(
        [
            User("sam", "Zoe Sam"), User("u1", "Samantha First"), User("u2", "Bea Second", "SAM.2"), User("u3", "Carl Sam"), User("other", "Nobody Else"),
        ], []);

        var found = await FindAsync("Sam");

        Assert.Equal(["sam", "u3", "u2", "u1"], found.Matches.Select(match => match.Id));
        Assert.Equal(new DirectoryMatch("sam", "Zoe Sam", "", DirectoryKinds.Users), found.Matches[0]);
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
        await FillAsync([User("alice", "Alice Example", "ally-the-admin")], []);

        Assert.Equal("alice", Assert.Single((await FindAsync(typed)).Matches).Id);
    }

    [Fact]
    public async Task Fewer_than_three_letters_find_whole_names_only_and_say_that_there_may_be_more()
    {
        await FillAsync([User("al", "Al Short"), User("alice", "Alice Example")], []);

        var found = await FindAsync("al");
        Assert.Equal("al", Assert.Single(found.Matches).Id);
        Assert.True(found.IsPartial);
        Assert.Equal(DirectoryMatches.None, await FindAsync(""));
        Assert.Equal(DirectoryMatches.None, await FindAsync("nobody"));
    }

    [Fact]
    public async Task Users_and_groups_are_found_as_asked_and_no_more_than_asked()
    {
        await FillAsync([User("staffan", "Staffan Example"), User("bob", "Bob Staffer")], [Group("staff", "bob")]);

        Assert.Equal(["staff", "bob", "staffan"], (await FindAsync("staff", Both)).Matches.Select(match => match.Id));
        Assert.Equal(["staff"], (await FindAsync("staff", DirectoryKinds.Groups)).Matches.Select(match => match.Id));
        Assert.Equal(["bob", "staffan"], (await FindAsync("staff")).Matches.Select(match => match.Id));
        var capped = await Resolve.FindAsync("staff", Both, 2, _stop);
        Assert.Equal(["staff", "bob"], capped.Matches.Select(match => match.Id));
        Assert.True(capped.IsPartial);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("al*")]
    [InlineData("ali%")]
    [InlineData("ali_e")]
    [InlineData("alice)(uid=*")]
    [InlineData("alice' OR 'a'='a")]
    [InlineData("ali\\63e")]
    [InlineData("al\0ice")]
    public async Task What_a_query_language_would_read_as_more_than_a_name_is_a_name_that_nobody_has(string typed)
    {
        await FillAsync([User("alice", "Alice Example")], [Group("alicia", "alice")]);

        Assert.Empty((await FindAsync(typed, Both)).Matches);
        Assert.Null(await Users.FindByLoginNameAsync(typed, _stop));
        Assert.Null(await Users.FindUserAsync(new UserId(typed), _stop));
        Assert.Null(await Groups.FindGroupAsync(typed, _stop));
    }

    [Fact]
    public async Task S033_A_book_is_paged_through_in_the_order_of_names_there_and_back()
    {
        await FillAsync(
            [User("u1", "Dora Example"), User("u2", "alice example"), User("u3", "Bob Example"), User("u5", "Bob Example"), User("u4", "Carl Example")],
            [Group("Bob Example", "u1")]);

        var first = await PageAsync(BrowsePoint.Start);
        var second = await PageAsync(BrowsePoint.After(first.Entries[^1]));
        var third = await PageAsync(BrowsePoint.After(second.Entries[^1]));

        Assert.Equal(["u2", "u3"], Ids(first));
        Assert.Equal(["u5", "Bob Example"], Ids(second));
        Assert.Equal(["u4", "u1"], Ids(third));
        Assert.Equal([0, 2, 4], new[] { first, second, third }.Select(page => page.Offset));
        Assert.Equal(new DirectoryMatch("u2", "alice example", "", DirectoryKinds.Users), first.Entries[0]);
        Assert.Equal(DirectoryKinds.Groups, second.Entries[1].Kind);
        Assert.Empty((await PageAsync(BrowsePoint.After(third.Entries[^1]))).Entries);

        var back = await PageAsync(BrowsePoint.Before(third.Entries[0]));
        Assert.Equal(Ids(second), Ids(back));
        Assert.Equal(2, back.Offset);
        Assert.Equal(["u2"], Ids(await PageAsync(BrowsePoint.Before(first.Entries[1]))));
        Assert.Empty((await PageAsync(BrowsePoint.Before(first.Entries[0]))).Entries);
    }

    [Theory]
    [InlineData("bob", "u3", 1)]
    [InlineData("BOB EXAMPLE", "u3", 1)]
    [InlineData("bobby", "u4", 2)]
    [InlineData("", "u2", 0)]
    [InlineData("zzz", null, 0)]
    public async Task S033_A_book_is_opened_at_the_first_name_that_is_not_before_the_one_asked_for(string name, string? expected, int offset)
    {
        await FillAsync([User("u2", "Alice Example"), User("u3", "Bob Example"), User("u4", "Carl Example")], []);

        var page = await PageAsync(BrowsePoint.From(name));

        Assert.Equal(expected, page.Entries is [var entry, ..] ? entry.Id : null);
        Assert.Equal(offset, page.Offset);
    }

    /// <summary>A user without a description and a home.</summary>
    protected static UserRecord User(string id, string displayName, params string[] loginNames) => new(new UserId(id), displayName, [.. loginNames]);

    /// <summary>A group of these users.</summary>
    protected static GroupRecord Group(string id, params string[] members) => new(id, members.Select(member => new UserId(member)).ToItems());

    /// <summary>What fits a name, as many as there are.</summary>
    protected ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds = DirectoryKinds.Users) => Resolve.FindAsync(name, kinds, 100, _stop);

    private static string[] Ids(BrowsePage page) => [.. page.Entries.Select(entry => entry.Id)];

    private ValueTask<BrowsePage> PageAsync(BrowsePoint point) => Book.BrowseAsync(point, 2, _stop);
}
