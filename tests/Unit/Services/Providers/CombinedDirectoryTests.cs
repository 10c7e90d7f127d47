using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

/// <summary>S172: several directories behind one face, whichever they are.</summary>
public sealed class CombinedDirectoryTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly InMemoryDirectory _first = new();
    private readonly InMemoryDirectory _second = new();
    private readonly CombinedDirectory _both;

    public CombinedDirectoryTests() => _both = new CombinedDirectory([new Readable(_first), new Readable(_second)]);

    [Fact]
    public async Task Of_what_two_directories_know_the_first_decides()
    {
        await AddAsync(_first, "alice", "Alice First");
        await AddAsync(_second, "alice", "Alice Second");
        await AddAsync(_second, "bob", "Bob Second", "bo");

        Assert.Equal("Alice First", (await _both.FindUserAsync(new UserId("ALICE"), _stop))!.DisplayName);
        Assert.Equal("Bob Second", (await _both.FindByLoginNameAsync("bo", _stop))!.DisplayName);
        Assert.Null(await _both.FindUserAsync(new UserId("nobody"), _stop));
        Assert.Equal(["Alice First", "Bob Second"], (await _both.ListUsersAsync(_stop)).Select(user => user.DisplayName));
        Assert.Equal(["Bob Second"], (await _both.FindAsync("second", DirectoryKinds.Users, 10, _stop)).Matches.Select(match => match.Name).Except(["Alice Second"]));
    }

    [Fact]
    public async Task While_one_is_away_the_other_answers_for_its_own_and_nobody_else_is_said_not_to_be()
    {
        await AddAsync(_first, "alice", "Alice Example");
        await AddAsync(_second, "bob", "Bob Example");
        await _second.SaveGroupAsync(new GroupRecord("staff", [new UserId("bob")]), _stop);
        _first.IsBroken = true;

        Assert.NotNull(await _both.FindUserAsync(new UserId("bob"), _stop));
        Assert.NotNull(await _both.FindGroupAsync("staff", _stop));
        var found = await _both.FindAsync("example", DirectoryKinds.Users, 10, _stop);
        Assert.Equal("bob", Assert.Single(found.Matches).Id);
        Assert.True(found.IsPartial);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _both.FindUserAsync(new UserId("alice"), _stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _both.FindByLoginNameAsync("alice", _stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _both.FindGroupAsync("nothing", _stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _both.FindAsync("alice", DirectoryKinds.Users, 10, _stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _both.ListUsersAsync(_stop));
    }

    [Fact]
    public async Task Whoever_is_meant_by_his_whole_id_comes_first_then_who_is_called_so_then_the_others_each_directory_in_its_own_order()
    {
        await AddAsync(_first, "smithers", "Ann Smithers");
        await AddAsync(_first, "jones", "Zoe Smithson");
        await AddAsync(_second, "bob", "SMITH");
        await AddAsync(_second, "smith", "Carl Young");

        var found = await _both.FindAsync(" smith ", DirectoryKinds.Users, 9, _stop);

        Assert.Equal(["smith", "bob", "smithers", "jones"], found.Matches.Select(match => match.Id));
        Assert.False(found.IsPartial);
        Assert.Equal((3, true), await CountAsync("smith", 3));
        Assert.Equal((4, false), await CountAsync("smith", 4));
    }

    [Fact]
    public async Task What_one_of_them_has_left_out_is_left_out()
    {
        await AddAsync(_first, "ann", "Ann Smith");
        await AddAsync(_second, "bob", "Bob Smith");
        await AddAsync(_second, "ann", "Somebody Smith"); // who is the first one's

        Assert.Equal((1, true), await CountAsync("smith", 1));
        Assert.Equal((0, true), await CountAsync("sm", 9)); // too short for either
    }

    [Fact]
    public async Task Groups_are_listed_once_each_by_their_ids_and_only_when_both_have_answered()
    {
        await _first.SaveGroupAsync(new GroupRecord("staff", [], "of the first"), _stop);
        await _second.SaveGroupAsync(new GroupRecord("STAFF", [], "of the second"), _stop);
        await _second.SaveGroupAsync(new GroupRecord("board", [], "of the second"), _stop);

        Assert.Equal([("board", "of the second"), ("staff", "of the first")], (await _both.ListGroupsAsync(_stop)).Select(group => (group.Id, group.Description)));
        Assert.Equal("of the first", (await _both.FindGroupAsync("STAFF", _stop))!.Description);
        _second.IsBroken = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _both.ListGroupsAsync(_stop));
    }

    private async Task<(int Count, bool IsPartial)> CountAsync(string name, int matchesMax)
    {
        var found = await _both.FindAsync(name, DirectoryKinds.Users, matchesMax, _stop);
        return (found.Matches.Count, found.IsPartial);
    }

    private async Task AddAsync(InMemoryDirectory directory, string id, string name, params string[] loginNames) =>
        Assert.Equal(DirectoryChange.Done, await directory.AddUserAsync(new UserRecord(new UserId(id), name, [.. loginNames]), "h", _stop));

    private sealed class Readable(InMemoryDirectory directory) : IReadableDirectory
    {
        public string BookName => directory.BookName;

        public ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) => directory.FindUserAsync(id, stop);

        public ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) => directory.FindByLoginNameAsync(loginName, stop);

        public ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) => directory.ListUsersAsync(stop);

        public ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) => directory.FindGroupAsync(id, stop);

        public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => directory.ListGroupsAsync(stop);

        public ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop) =>
            directory.FindAsync(name, kinds, matchesMax, stop);

        public ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) => directory.BrowseAsync(point, entriesMax, stop);
    }
}
