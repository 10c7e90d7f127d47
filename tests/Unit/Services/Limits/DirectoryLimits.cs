using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Directory;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Services.Browsing;
using Sametime.Services.Resolve;
using Sametime.Services.Users;
using Sametime.Tests.Kit.Services;

namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>The limits of those who ask a directory: Directory, Resolve and Users.</summary>
internal static class DirectoryLimits
{
    public static LimitBook Book { get; } = new LimitBook()
        .Add<BrowsingOptions>(nameof(BrowsingOptions.PageEntriesMax), "3 of 3", "3 of 4", static more =>
        {
            var it = new Reader(static options => options.PageEntriesMax = 3);
            return $"{it.Search(DirectorySearchOperation.Seek, "", (ushort)(3 + more)).Entries.Count} of {3 + more}";
        })
        .Add<BrowsingOptions>(nameof(BrowsingOptions.PageEntriesMax), "3 of 3", "3 of 4", what: "when no size is asked for", attempt: static more =>
        {
            var it = new Reader(static options => options.PageEntriesMax = 3, entries: 3 + more);
            return $"{it.Search(DirectorySearchOperation.Seek, "", 0).Entries.Count} of {3 + more}";
        })
        .Add<BrowsingOptions>(nameof(BrowsingOptions.OpenMax), "Success", "NotEnoughResources", static more =>
        {
            var it = new Reader(static options => options.OpenMax = 3); // of which one is open
            it.Open(1);
            it.Close(it.Open(1).DirectoryId);
            for (var i = 0; i < more; i++)
                it.Open(1);
            return it.Open(1).Code.ToString();
        })
        .Add<BrowsingOptions>(nameof(BrowsingOptions.QueryCharsMax), "Success", "RequestInvalid", what: "place", attempt: static more =>
            new Reader(static options => options.QueryCharsMax = 8).Search(DirectorySearchOperation.Seek, new string('x', 8 + more),
                1).Code.ToString())
        .Add<BrowsingOptions>(nameof(BrowsingOptions.QueryCharsMax), "Success", "ResolveBadForm", what: "part of a name", attempt: static more =>
            new Reader(static options => options.QueryCharsMax = 8).Search(DirectorySearchOperation.Seek, new string('x', 7 + more) + "*",
                1).Code.ToString())
        .Add<BrowsingOptions>(nameof(BrowsingOptions.QueryCharsMax), "Success", "NoSuchElement", what: "group", attempt: static more =>
            new Reader(static options => options.QueryCharsMax = 8).Open(0, new string('g', 8 + more)).Code.ToString())
        .Add<BrowsingOptions>(nameof(BrowsingOptions.QueryCharsMax), "Success", "NoSuchElement", what: "group that a hub asks for",
            attempt: static more =>
            new Reader(static options => options.QueryCharsMax = 8).Members(new string('g', 8 + more)).ToString())
        .Add<BrowsingOptions>(nameof(BrowsingOptions.RequestsBurst), "3 of 3", "3 of 4", static more =>
            new Reader(static options => options.RequestsBurst = 3).Lists(3 + more))
        .Add<BrowsingOptions>(nameof(BrowsingOptions.RequestsPerSecond), "2 of 4", "3 of 4", static more =>
            new Reader(static options => (options.RequestsBurst, options.RequestsPerSecond) = (2, 4)).Lists(4,
                LimitBook.Until(TimeSpan.FromMilliseconds(250), more)))
        .Add<BrowsingOptions>(nameof(BrowsingOptions.GroupMembersMax), "Success", "NotEnoughResources", static more =>
            new Reader(static options => options.GroupMembersMax = 3, members: [.. Enumerable.Range(0, 3 + more).Select(static i =>
                $"u{i}")]).Members("staff").ToString())
        .Add<BrowsingOptions>(nameof(BrowsingOptions.GroupBytesMax), "Success", "NotEnoughResources", static more =>
            new Reader(static options => options.GroupBytesMax = 6, members: ["öä", "u" + new string('x', 1 + more)]).Members("staff").ToString())
        .Add<ResolveOptions>(nameof(ResolveOptions.MatchesMax), "Success 3", "ResolvePartial 3", static more =>
            Resolved(static options => options.MatchesMax = 3, [new string('x', 3 + more)]))
        .Add<ResolveOptions>(nameof(ResolveOptions.AnswerMatchesMax), "Success 2 3", "ResolvePartial 2 3", static more =>
            Resolved(static options => options.AnswerMatchesMax = 5, ["xx", new string('x', 3 + more)]))
        .Add<ResolveOptions>(nameof(ResolveOptions.NamesMax), "Success 1 1 1", "NotEnoughResources", static more =>
            Resolved(static options => options.NamesMax = 3, [.. Enumerable.Repeat("x", 3 + more)]))
        .Add<ResolveOptions>(nameof(ResolveOptions.NameCharsMax), "Success 4", "ResolveBadForm 0", static more =>
            Resolved(static options => options.NameCharsMax = 4, [new string('x', 4 + more)]))
        .Add<ResolveOptions>(nameof(ResolveOptions.RequestsBurst), "3 of 3", "3 of 4", static more =>
            ResolvedAtOnce(static options => options.RequestsBurst = 3, 3 + more, TimeSpan.Zero))
        .Add<ResolveOptions>(nameof(ResolveOptions.RequestsPerSecond), "2 of 4", "3 of 4", static more =>
            ResolvedAtOnce(static options => (options.RequestsBurst, options.RequestsPerSecond) = (2, 4), 4,
                LimitBook.Until(TimeSpan.FromMilliseconds(250), more)))
        .Add<UsersOptions>(nameof(UsersOptions.LoginNameCharsMax), "Success", "IncorrectLogin", static more =>
            LogIn(new UsersOptions { LoginNameCharsMax = 8 }, new string('x', 8 + more), answers: true, TimeSpan.Zero))
        .Add<UsersOptions>(nameof(UsersOptions.CheckTimeout), "no answer yet", "ServerNotResponding", static more =>
            LogIn(new UsersOptions { CheckTimeout = TimeSpan.FromSeconds(2) }, "alice", answers: false, LimitBook.Until(TimeSpan.FromSeconds(2),
                more)));

    private static string Resolved(Action<ResolveOptions> configure, string[] names)
    {
        var (it, channel) = Resolver(configure);
        it.Hub.Send(channel, new ResolveRequest(1, [.. names], ResolveFlags.Users));
        return it.Hub.DestroyedWith(channel) is { } reason ? reason.ToString()
            : it.Hub.Payloads<ResolveResponse>(channel)[0] is var answer ? $"{answer.Code} {string.Join(' ', answer.Results.Select(static result => result.Matches.Count))}"
            : "";
    }

    private static string ResolvedAtOnce(Action<ResolveOptions> configure, int requests, TimeSpan within)
    {
        var (it, channel) = Resolver(configure);
        for (uint i = 0; i < requests; i++)
            it.Hub.Send(channel, new ResolveRequest(i, ["x"], ResolveFlags.Users));
        it.Loop.Advance(within);
        return $"{it.Hub.Payloads<ResolveResponse>(channel).Count} of {requests}";
    }

    private static (ApplicationFixture It, ChannelId Channel) Resolver(Action<ResolveOptions> configure)
    {
        var options = new ResolveOptions();
        configure(options);
        var it = ApplicationFixture.Of(new ResolveService(new Shelf(0, []), options, NullLogger<ResolveService>.Instance));
        return (it, it.Hub.Open(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Logins.Of("alice")));
    }

    private static string LogIn(UsersOptions options, string name, bool answers, TimeSpan within)
    {
        var it = ApplicationFixture.Of(new UsersService([new Door(answers)], options, NullLogger<UsersService>.Instance));
        var asked = it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(new(
            name, CredentialKind.Password, FakeLink.Sealed("secret"u8), [127, 0, 0, 1], ClientType.Meanwhile, TransportSecurity.None));
        it.Loop.Advance(within);
        return it.Hub.AnswerTo<AuthenticateReply>(asked)?.Reason.ToString() ?? "no answer yet";
    }

    /// <summary>A client with a channel to Directory and the first directory open.</summary>
    private sealed class Reader
    {
        private readonly ApplicationFixture _it;
        private readonly ChannelId _channel;
        private readonly uint _book;
        private uint _lastRequest;

        public Reader(Action<BrowsingOptions> configure, int entries = 10, string[]? members = null)
        {
            var options = new BrowsingOptions();
            configure(options);
            var shelf = new Shelf(entries, members ?? ["u0"]);
            _it = ApplicationFixture.Of(new DirectoryService([shelf], shelf, shelf, shelf, options, NullLogger<DirectoryService>.Instance));
            _channel = _it.Hub.Open(ServiceTypes.Directory, ProtocolTypes.Directory, ProtocolVersions.Directory, Logins.Of("alice"));
            _book = Open(1).DirectoryId;
            _it.Loop.Advance(TimeSpan.FromMinutes(1)); // nothing of what was asked so far counts
        }

        public DirectoryOpened Open(uint book, string name = "")
        {
            _it.Hub.Send(_channel, new DirectoryOpen(++_lastRequest, new DirectoryBook(book, name)));
            return _it.Hub.Payloads<DirectoryOpened>(_channel).Single(opened => opened.RequestId == _lastRequest);
        }

        public void Close(uint book) => _it.Hub.Send(_channel, new DirectoryClose(++_lastRequest, book));

        public DirectoryFound Search(DirectorySearchOperation operation, string query, ushort pageSize)
        {
            _it.Hub.Send(_channel, new DirectorySearch(++_lastRequest, _book, pageSize, operation, query));
            return _it.Hub.Payloads<DirectoryFound>(_channel).Single(found => found.RequestId == _lastRequest);
        }

        public string Lists(int requests, TimeSpan within = default)
        {
            for (uint i = 0; i < requests; i++)
                _it.Hub.Send(_channel, new DirectoryListRequest(i));
            _it.Loop.Advance(within);
            return $"{_it.Hub.Payloads<DirectoryList>(_channel).Count} of {requests}";
        }

        public Reason Members(string group) => _it.Hub.AnswerTo<GroupMembersReply>(_it.Hub.Ask<GroupMembersRequest,
            GroupMembersReply>(new(group)))!.Value.Reason;
    }

    /// <summary>A directory of so many people, in which every group has the same members and a name finds as many people as it has letters.</summary>
    private sealed class Shelf(int entries, string[] members) : IBrowseProvider, IUserDirectory, IGroupProvider, IResolveProvider
    {
        public string BookName => "Shelf";

        public ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) =>
            ValueTask.FromResult(new BrowsePage(People(Math.Min(entries, entriesMax)), Offset: 0));

        public ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) => ValueTask.FromResult<UserRecord?>(null);

        public ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) => ValueTask.FromResult<UserRecord?>(null);

        public ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) => ValueTask.FromResult<Items<UserRecord>>([]);

        public ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) =>
            ValueTask.FromResult<GroupRecord?>(new GroupRecord(id, [.. members.Select(static member => new UserId(member))]));

        public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => ValueTask.FromResult<Items<GroupRecord>>([]);

        public ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop) =>
            ValueTask.FromResult(entries > 0
                ? new DirectoryMatches(People(1), IsPartial: false)
                : new DirectoryMatches(People(Math.Min(name.Length, matchesMax)), IsPartial: name.Length > matchesMax));

        private static Items<DirectoryMatch> People(int count) =>
            Enumerable.Range(0, count).Select(static i => new DirectoryMatch($"u{i}", $"Person {i}", "", DirectoryKinds.Users)).ToItems();
    }

    private sealed class Door(bool answers) : IAuthenticationProvider
    {
        public bool Takes(CredentialKind kind) => true;

        public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress,
            CancellationToken stop) => answers
            ? Authentication.Verified(new UserRecord(new UserId("alice"), "Alice", []))
            : await new TaskCompletionSource<Authentication>().Task.WaitAsync(stop);
    }
}
