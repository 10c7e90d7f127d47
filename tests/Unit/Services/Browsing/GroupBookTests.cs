using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Browsing;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Unit.Services.Browsing;

public sealed class GroupBookTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly InMemoryDirectory _people = new();
    private readonly GroupBook _book;

    public GroupBookTests() =>
        _book = new GroupBook(new GroupRecord("staff", [new UserId("bob"), new UserId("ALICE"), new UserId("gone")]), _people, _people);

    [Fact]
    public async Task Members_are_in_the_order_of_their_ids_and_one_whom_the_directory_does_not_know_is_a_name_without_a_person()
    {
        await AddAsync("bob", "Bob Example", "at the desk");

        Assert.Equal("staff", _book.BookName);
        Assert.Equal(
            [
                new("ALICE", "ALICE", "", DirectoryKinds.Users), new("bob", "Bob Example", "at the desk", DirectoryKinds.Users),
                new DirectoryMatch("gone", "gone", "", DirectoryKinds.Users),
            ],
            (await _book.BrowseAsync(BrowsePoint.Start, 9, _stop)).Entries);
    }

    [Fact]
    public async Task Only_members_are_found_and_no_group_is()
    {
        await AddAsync("bob", "Bob Smith");
        await AddAsync("carol", "Carol Smith");
        await _people.SaveGroupAsync(new GroupRecord("smith", [new UserId("bob")]), _stop);

        var found = await _book.FindAsync("smith", DirectoryKinds.Users | DirectoryKinds.Groups, 9, _stop);

        Assert.Equal("bob", Assert.Single(found.Matches).Id);
        Assert.False(found.IsPartial);
        Assert.True((await _book.FindAsync("smith", DirectoryKinds.Users, 1, _stop)).IsPartial);
    }

    private async Task AddAsync(string id, string name, string description = "") =>
        Assert.Equal(DirectoryChange.Done, await _people.AddUserAsync(new UserRecord(new UserId(id), name, [], description), "h", _stop));
}
