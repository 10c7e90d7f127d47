using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Directory;
using Sametime.Services.Browsing;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.Browsing;

/// <summary>S032, S033, S127: what a client sees of directories and public groups.</summary>
public sealed class DirectoryServiceTests : IAsyncLifetime
{
    private readonly InMemoryDirectory _people = new();
    private readonly ApplicationFixture _it;
    private ChannelId _channel;
    private uint _lastRequest;

    public DirectoryServiceTests() => _it = ApplicationFixture.Of(
        new DirectoryService([_people], _people, _people, _people, new BrowsingOptions(), NullLogger<DirectoryService>.Instance));

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        for (var i = 0; i < 250; i++)
            await _people.AddUserAsync(new UserRecord(new UserId($"u{249 - i:d3}"), $"Person {i:d3}", []), "h", stop);
        await _people.AddUserAsync(new UserRecord(new UserId("zoe"), "Zoe Smith", []), "h", stop);
        await _people.SaveGroupAsync(new GroupRecord("staff", [new UserId("zoe"), new UserId("u000")]), stop);
        _channel = _it.Hub.Open(ServiceTypes.Directory, ProtocolTypes.Directory, ProtocolVersions.Directory, Logins.Of("alice"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void S033_The_directories_are_listed_opened_and_paged_through()
    {
        _it.Hub.Send(_channel, new DirectoryListRequest(7));
        var list = Assert.Single(_it.Hub.Payloads<DirectoryList>(_channel));
        Assert.Equal((7u, Reason.Success, new DirectoryBook(1, "Community")), (list.RequestId, list.Code, Assert.Single(list.Books)));
        var book = Open(1, "Community").DirectoryId;

        var first = Search(book, DirectorySearchOperation.NextPage, pageSize: 0xffff);
        Assert.Equal((100, 0u), (first.Entries.Count, first.Offset));
        Assert.Equal(new DirectoryEntry(DirectoryEntryKind.User, "u249", "Person 000", ""), first.Entries[0]);
        Assert.Equal(100u, Search(book, DirectorySearchOperation.NextPage).Offset);
        var third = Search(book, DirectorySearchOperation.NextPage);
        Assert.Equal((52, 200u), (third.Entries.Count, third.Offset));
        Assert.Equal(new DirectoryEntry(DirectoryEntryKind.Group, "staff", "", "staff"), third.Entries[50]);
        Assert.Empty(Search(book, DirectorySearchOperation.NextPage).Entries);
        Assert.Equal(100u, Search(book, DirectorySearchOperation.PreviousPage).Offset);
        Assert.Equal(0u, Search(book, DirectorySearchOperation.PreviousPage).Offset);
        Assert.Empty(Search(book, DirectorySearchOperation.PreviousPage).Entries);
    }

    [Fact]
    public void S033_A_person_is_found_by_a_part_of_his_name()
    {
        var book = Open(1, "Community").DirectoryId;

        Assert.Equal("u150", Search(book, DirectorySearchOperation.Seek, "person 099").Entries[0].Id);
        var found = Search(book, DirectorySearchOperation.Seek, "smi*");
        Assert.Equal((Reason.Success, "zoe"), (found.Code, Assert.Single(found.Entries).Id));
        Assert.Equal((Reason.ResolvePartial, 100), Counted(Search(book, DirectorySearchOperation.Seek, "per*")));
        Assert.Equal((Reason.ResolveBadForm, 0), Counted(Search(book, DirectorySearchOperation.Seek, "pe*")));
        Assert.Equal((Reason.ResolveBadForm, 0), Counted(Search(book, DirectorySearchOperation.Seek, "*")));
        Assert.Equal((Reason.RequestInvalid, 0), Counted(Search(book, DirectorySearchOperation.Seek, new string('x', 257))));

        // Looking somebody up leaves the reader where he was.
        Assert.Equal("Person 199", Search(book, DirectorySearchOperation.NextPage).Entries[0].LongName);
    }

    [Fact]
    public void A_part_of_a_name_is_looked_for_where_one_seeks_and_blanks_around_it_say_nothing()
    {
        var book = Open(1, "Community").DirectoryId;

        Assert.Equal("Person 000", Search(book, DirectorySearchOperation.NextPage, "smi*").Entries[0].LongName);
        Assert.Equal("u150", Search(book, DirectorySearchOperation.Seek, "  person 099 ").Entries[0].Id);
        Assert.Equal("zoe", Assert.Single(Search(book, DirectorySearchOperation.Seek, " smith **").Entries).Id);
        Assert.Equal((Reason.ResolveBadForm, 0), Counted(Search(book, DirectorySearchOperation.Seek, " *")));
        Assert.Equal(100, Search(book, DirectorySearchOperation.Seek, "", pageSize: 0).Entries.Count);
    }

    [Fact]
    public void Of_several_directories_each_is_opened_by_its_number()
    {
        var other = new InMemoryDirectory(new DirectoryLimits { Book = "Elsewhere" });
        var it = ApplicationFixture.Of(
            new DirectoryService([_people, other, new Closed()], _people, _people, _people, new BrowsingOptions(), NullLogger<DirectoryService>.Instance));
        var channel = it.Hub.Open(ServiceTypes.Directory, ProtocolTypes.Directory, ProtocolVersions.Directory, Logins.Of("alice"));
        it.Hub.Send(channel, new DirectoryListRequest(1));
        Assert.Equal(
            [new(1, "Community"), new(2, "Elsewhere"), new DirectoryBook(3, "Closed")], Assert.Single(it.Hub.Payloads<DirectoryList>(channel)).Books);
        for (uint id = 1; id <= 4; id++)
            it.Hub.Send(channel, new DirectoryOpen(10 + id, new DirectoryBook(id, "")));
        var opened = it.Hub.Payloads<DirectoryOpened>(channel);
        Assert.Equal([Reason.Success, Reason.Success, Reason.Success, Reason.NoSuchElement], opened.Select(static answer => answer.Code));

        foreach (var book in opened)
            it.Hub.Send(channel, new DirectorySearch(1, book.DirectoryId, 9, DirectorySearchOperation.NextPage, ""));
        Assert.Equal([9, 0, 0, 0], it.Hub.Payloads<DirectoryFound>(channel).Select(static found => found.Entries.Count));

        // Parts of names are found where the directory can look for them.
        it.Hub.Send(channel, new DirectorySearch(2, opened[2].DirectoryId, 9, DirectorySearchOperation.Seek, "smith*"));
        Assert.Equal(Reason.ResolveBadForm, it.Hub.Payloads<DirectoryFound>(channel)[^1].Code);
    }

    [Fact]
    public void S032_The_members_of_a_public_group_are_read_as_a_directory_and_an_unknown_group_is_an_error()
    {
        var group = Open(0, "STAFF");
        Assert.Equal(Reason.Success, group.Code);

        var page = Search(group.DirectoryId, DirectorySearchOperation.NextPage, pageSize: 1);
        Assert.Equal(["u000"], page.Entries.Select(entry => entry.Id));
        page = Search(group.DirectoryId, DirectorySearchOperation.NextPage, pageSize: 1);
        Assert.Equal(("Zoe Smith", 1u), (Assert.Single(page.Entries).LongName, page.Offset));
        Assert.Empty(Search(group.DirectoryId, DirectorySearchOperation.NextPage).Entries);
        Assert.Equal(["u000"], Search(group.DirectoryId, DirectorySearchOperation.PreviousPage).Entries.Select(entry => entry.Id));
        Assert.Empty(Search(group.DirectoryId, DirectorySearchOperation.Seek, "u001*").Entries);
        Assert.Equal(["zoe"], Search(group.DirectoryId, DirectorySearchOperation.Seek, "smith*").Entries.Select(entry => entry.Id));

        Assert.Equal((Reason.NoSuchElement, 0u), (Open(0, "nothing").Code, Open(0, "nothing").DirectoryId));
    }

    [Fact]
    public async Task S032_A_long_group_is_read_forwards_and_backwards_page_by_page()
    {
        await _people.SaveGroupAsync(
            new GroupRecord("everybody", [.. Enumerable.Range(0, 250).Select(static i =>
                new UserId($"u{i:d3}"))]), TestContext.Current.CancellationToken);
        var group = Open(0, "everybody").DirectoryId;
        (uint Offset, int Count, string First, string Last) Page(DirectorySearchOperation operation, ushort pageSize = 100, string query = "")
        {
            var page = Search(group, operation, query, pageSize);
            return (page.Offset, page.Entries.Count, page.Entries[0].Id, page.Entries[^1].Id);
        }

        for (var time = 1; time <= 2; time++)
        {
            Assert.Equal((0u, 100, "u000", "u099"), Page(DirectorySearchOperation.Seek));
            Assert.Equal((100u, 100, "u100", "u199"), Page(DirectorySearchOperation.NextPage));
            Assert.Equal((200u, 50, "u200", "u249"), Page(DirectorySearchOperation.NextPage));
            Assert.Equal((100u, 100, "u100", "u199"), Page(DirectorySearchOperation.PreviousPage));
            Assert.Equal((0u, 100, "u000", "u099"), Page(DirectorySearchOperation.PreviousPage));
            Assert.Empty(Search(group, DirectorySearchOperation.PreviousPage).Entries);

            // From anywhere, in pages of any size, the first of them being as short as what there is.
            Assert.Equal((105u, 100, "u105", "u204"), Page(DirectorySearchOperation.Seek, query: "u105"));
            Assert.Equal((65u, 40, "u065", "u104"), Page(DirectorySearchOperation.PreviousPage, 40));
            Assert.Equal((25u, 40, "u025", "u064"), Page(DirectorySearchOperation.PreviousPage, 40));
            Assert.Equal((0u, 25, "u000", "u024"), Page(DirectorySearchOperation.PreviousPage, 40));
            Assert.Empty(Search(group, DirectorySearchOperation.PreviousPage).Entries);
            Assert.Equal((25u, 100, "u025", "u124"), Page(DirectorySearchOperation.NextPage));
        }
    }

    [Fact]
    public void S032_A_hub_is_told_the_members_of_a_group_and_an_unknown_group_is_no_empty_one()
    {
        var known = _it.Hub.Ask<GroupMembersRequest, GroupMembersReply>(new("Staff"));
        var unknown = _it.Hub.Ask<GroupMembersRequest, GroupMembersReply>(new("nothing"));
        _people.IsBroken = true;
        var unanswered = _it.Hub.Ask<GroupMembersRequest, GroupMembersReply>(new("Staff"));

        Assert.Equal([new UserId("zoe"), new UserId("u000")], _it.Hub.AnswerTo<GroupMembersReply>(known)!.Value.Reply!.Members);
        Assert.Equal(Reason.NoSuchElement, _it.Hub.AnswerTo<GroupMembersReply>(unknown)!.Value.Reason);
        Assert.Equal(Reason.ServerNotResponding, _it.Hub.AnswerTo<GroupMembersReply>(unanswered)!.Value.Reason);
    }

    [Fact]
    public void A_directory_that_does_not_answer_has_no_empty_pages()
    {
        var book = Open(1, "Community").DirectoryId;
        _people.IsBroken = true;

        Assert.Equal((Reason.ServerNotResponding, 0), Counted(Search(book, DirectorySearchOperation.NextPage)));
        Assert.Equal((Reason.ServerNotResponding, 0), Counted(Search(book, DirectorySearchOperation.Seek, "smi*")));
        Assert.Equal(Reason.ServerNotResponding, Open(0, "staff").Code);
    }

    [Fact]
    public void What_is_not_there_or_too_much_is_refused()
    {
        Assert.Equal(Reason.NoSuchElement, Open(2, "Other").Code);
        Assert.Equal(Reason.NoSuchElement, Search(99, DirectorySearchOperation.NextPage).Code);
        var books = Enumerable.Range(0, 8).Select(_ => Open(1, "").DirectoryId).ToArray();
        Assert.Equal(Reason.NotEnoughResources, Open(1, "").Code);
        _it.Hub.Send(_channel, new DirectoryClose(1, books[0]));
        Assert.Equal(Reason.NoSuchElement, Search(books[0], DirectorySearchOperation.NextPage).Code);
        Assert.Equal(Reason.NotImplemented, Search(books[1], (DirectorySearchOperation)5).Code);
        Assert.Equal(Reason.Success, Open(1, "").Code);
    }

    [Fact]
    public void A_fast_reader_waits()
    {
        for (uint i = 0; i < 25; i++)
            _it.Hub.Send(_channel, new DirectoryListRequest(i));
        Assert.Equal(20, _it.Hub.Payloads<DirectoryList>(_channel).Count);
        _it.Loop.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(25, _it.Hub.Payloads<DirectoryList>(_channel).Count);
    }

    /// <summary>A directory that is paged through and nothing else, and has nobody in it.</summary>
    private sealed class Closed : IBrowseProvider
    {
        public string BookName => "Closed";

        public ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) => ValueTask.FromResult(BrowsePage.Empty);
    }

    private static (Reason, int) Counted(DirectoryFound found) => (found.Code, found.Entries.Count);

    private DirectoryOpened Open(uint id, string name)
    {
        Wait();
        _it.Hub.Send(_channel, new DirectoryOpen(++_lastRequest, new DirectoryBook(id, name)));
        return _it.Hub.Payloads<DirectoryOpened>(_channel).Single(opened => opened.RequestId == _lastRequest);
    }

    private DirectoryFound Search(uint book, DirectorySearchOperation operation, string query = "", ushort pageSize = 0x61 + 3)
    {
        Wait();
        _it.Hub.Send(_channel, new DirectorySearch(++_lastRequest, book, pageSize, operation, query));
        return _it.Hub.Payloads<DirectoryFound>(_channel).Single(found => found.RequestId == _lastRequest);
    }

    // So that no request is held back for being one of many.
    private void Wait() => _it.Loop.Advance(TimeSpan.FromSeconds(1));
}
