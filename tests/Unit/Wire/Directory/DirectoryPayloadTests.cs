using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Directory;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Directory;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class DirectoryPayloadTests
{
    private static readonly DirectoryBook Book = new(1, "Example Directory");

    [Fact]
    public void BooksAreListed()
    {
        Assert.Equal(new DirectoryListRequest(1), GoldenPayload.Read<DirectoryListRequest>("The first request"));
        Assert.Equal(new DirectoryList(1, Reason.Success, [Book]), GoldenPayload.Read<DirectoryList>("One book"));
    }

    [Fact]
    public void BookIsOpenedAndClosed()
    {
        Assert.Equal(new DirectoryOpen(2, Book), GoldenPayload.Read<DirectoryOpen>("The first book"));
        Assert.Equal(new DirectoryOpened(2, Reason.Success, DirectoryId: 7), GoldenPayload.Read<DirectoryOpened>("Success"));
        Assert.Equal(new DirectoryClose(5, DirectoryId: 7), GoldenPayload.Read<DirectoryClose>("The open directory"));
    }

    [Fact]
    public void OnlyASeekHasAQuery()
    {
        Assert.Equal(
            new DirectorySearch(3, DirectoryId: 7, PageSize: 97, DirectorySearchOperation.Seek, "bo"),
            GoldenPayload.Read<DirectorySearch>("From \"bo\" on"));
        Assert.Equal(
            new DirectorySearch(4, DirectoryId: 7, PageSize: 0xffff, DirectorySearchOperation.NextPage, Query: ""),
            GoldenPayload.Read<DirectorySearch>("The next page"));
    }

    [Fact]
    public void OnlyAUserHasALongName() => Assert.Equal(
        new DirectoryFound(3, Reason.Success, DirectoryId: 7, Offset: 1,
        [
            new DirectoryEntry(DirectoryEntryKind.User, "bob", "Bob Example", "Bob"),
            new DirectoryEntry(DirectoryEntryKind.Group, "staff", LongName: "", "Staff"),
        ]),
        GoldenPayload.Read<DirectoryFound>("A user and a group"));
}
