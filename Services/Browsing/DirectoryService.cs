using System.Text;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Directory;

namespace Sametime.Services.Browsing;

/// <summary>
/// Directory: clients list the directories, open one and page through it, and find people by a part of their name; hubs ask who is in a public
/// group (S032, S033, S127). A client opens a group as a directory with book id 0 and the group's name. A query that ends with * lists what
/// fits it, as Resolve does, and leaves the reader where he was; any other goes to the first name that is not before it.
/// </summary>
internal sealed partial class DirectoryService(
    IReadOnlyList<IBrowseProvider> books, IUserDirectory users, IGroupProvider groups, IResolveProvider search,
    BrowsingOptions options, ILogger<DirectoryService> log) : IService
{
    private const uint GroupsBook = 0;
    private const char Wildcard = '*';

    private readonly Pace _pace = new(options.RequestsPerSecond, options.RequestsBurst);

    public void Describe(ServiceTable table)
    {
        table.Provides(ServiceTypes.Directory, ServiceScope.Global, ProtocolTypes.Directory, ProtocolVersions.Directory)
            .OnAsync<DirectoryListRequest>(ListAsync)
            .OnAsync<DirectoryOpen>(OpenAsync)
            .On<DirectoryClose>(static (channel, request) => BooksOf(channel).Close(request.DirectoryId))
            .OnAsync<DirectorySearch>(SearchAsync);
        table.Answers<GroupMembersRequest, GroupMembersReply>(MembersAsync);
    }

    private static OpenBooks BooksOf(ServiceChannel channel) => (OpenBooks)(channel.Tag ??= new OpenBooks());

    private async ValueTask ListAsync(ServiceChannel channel, DirectoryListRequest request, CancellationToken stop)
    {
        await channel.WaitTurnAsync(_pace);
        channel.Send(new DirectoryList(
            request.RequestId, Reason.Success, books.Select(static (book, i) => new DirectoryBook((uint)i + 1, book.BookName)).ToItems()));
    }

    private async ValueTask OpenAsync(ServiceChannel channel, DirectoryOpen request, CancellationToken stop)
    {
        await channel.WaitTurnAsync(_pace);
        var open = BooksOf(channel);
        if (open.Count >= options.OpenMax)
        {
            channel.Send(new DirectoryOpened(request.RequestId, Reason.NotEnoughResources, DirectoryId: 0));
            return;
        }
        var (reason, book) = await FindBookAsync(request.Book, stop);
        channel.Send(new DirectoryOpened(request.RequestId, reason, book is null ? 0 : open.Open(book)));
    }

    private async ValueTask<(Reason Reason, IBrowseProvider? Book)> FindBookAsync(DirectoryBook wanted, CancellationToken stop)
    {
        if (wanted.Id != GroupsBook)
            return wanted.Id <= books.Count ? (Reason.Success, books[(int)wanted.Id - 1]) : (Reason.NoSuchElement, null);
        if (wanted.Name.Length > options.QueryCharsMax)
            return (Reason.NoSuchElement, null);
        try
        {
            return await groups.FindGroupAsync(wanted.Name, stop) is { } group
                ? (Reason.Success, new GroupBook(group, users, search))
                : (Reason.NoSuchElement, null);
        }
        catch (StoreException failure)
        {
            LogFailed(log, failure.Message);
            return (Reason.ServerNotResponding, null);
        }
    }

    private async ValueTask SearchAsync(ServiceChannel channel, DirectorySearch request, CancellationToken stop)
    {
        await channel.WaitTurnAsync(_pace);
        if (!BooksOf(channel).TryGet(request.DirectoryId, out var open))
        {
            Answer(Reason.NoSuchElement, BrowsePage.Empty);
            return;
        }
        var entriesMax = request.PageSize == 0 ? options.PageEntriesMax : Math.Min(request.PageSize, options.PageEntriesMax);
        try
        {
            if (request.Operation == DirectorySearchOperation.Seek && request.Query.EndsWith(Wildcard))
            {
                var (reason, found) = await FindAsync(open.Book, request.Query, entriesMax, stop);
                Answer(reason, found);
                return;
            }
            var (refusal, point) = PointOf(request, open);
            var page = point is null ? BrowsePage.Empty : await open.Book.BrowseAsync(point, entriesMax, stop);
            open.TurnTo(page);
            Answer(refusal, page);
        }
        catch (StoreException failure)
        {
            // Never an empty page: that would be the end of the directory.
            LogFailed(log, failure.Message);
            Answer(Reason.ServerNotResponding, BrowsePage.Empty);
        }

        void Answer(Reason code, BrowsePage page) => channel.Send(
            new DirectoryFound(request.RequestId, code, request.DirectoryId, (uint)page.Offset, page.Entries.Select(ToEntry).ToItems()));
    }

    private (Reason Refusal, BrowsePoint? Point) PointOf(DirectorySearch request, OpenBook open) => request.Operation switch
    {
        DirectorySearchOperation.NextPage => (Reason.Success, open.Next),
        DirectorySearchOperation.PreviousPage => (Reason.Success, open.Previous),
        DirectorySearchOperation.Seek when request.Query.Length > options.QueryCharsMax => (Reason.RequestInvalid, null),
        DirectorySearchOperation.Seek => (Reason.Success, BrowsePoint.From(request.Query.Trim())),
        _ => (Reason.NotImplemented, null),
    };

    private async ValueTask<(Reason Reason, BrowsePage Found)> FindAsync(IBrowseProvider book, string query, int entriesMax, CancellationToken stop)
    {
        var term = query.TrimEnd(Wildcard).Trim();
        if (term.Length == 0 || query.Length > options.QueryCharsMax || book is not IResolveProvider own)
            return (Reason.ResolveBadForm, BrowsePage.Empty);
        var found = await own.FindAsync(term, DirectoryKinds.Users | DirectoryKinds.Groups, entriesMax, stop);
        var reason = !found.IsPartial ? Reason.Success : found.Matches.IsEmpty ? Reason.ResolveBadForm : Reason.ResolvePartial;
        return (reason, new BrowsePage(found.Matches, Offset: 0));
    }

    private async ValueTask<Answer<GroupMembersReply>> MembersAsync(GroupMembersRequest request, Asker hub, CancellationToken stop)
    {
        if (request.Group.Length > options.QueryCharsMax)
            return Reason.NoSuchElement;
        try
        {
            if (await groups.FindGroupAsync(request.Group, stop) is not { } group)
                return Reason.NoSuchElement;
            return group.Members.Count > options.GroupMembersMax || group.Members.Sum(member => Encoding.UTF8.GetByteCount(member.Value)) > options.GroupBytesMax
                ? Reason.NotEnoughResources
                : new GroupMembersReply(group.Members);
        }
        catch (StoreException failure)
        {
            LogFailed(log, failure.Message);
            return Reason.ServerNotResponding;
        }
    }

    private static DirectoryEntry ToEntry(DirectoryMatch match) => match.Kind == DirectoryKinds.Groups
        ? new DirectoryEntry(DirectoryEntryKind.Group, match.Id, "", match.Name)
        : new DirectoryEntry(DirectoryEntryKind.User, match.Id, match.Name, match.Description);

    [LoggerMessage(EventId = 1611, EventName = "browsing.directory-failed", Level = LogLevel.Warning, Message = "A directory could not be read: {Why}")]
    private static partial void LogFailed(ILogger log, string why);
}
