using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

public sealed class BuddyListServiceTests
{
    private static readonly UserStatus Active = new(StatusCode.Active);

    [Fact]
    public void S101_A_list_of_200_is_answered_by_one_snapshot_and_then_by_changes_only()
    {
        var it = Start();
        LogIn(it, "user7");
        var alice = Watch(it, "alice");

        it.Hub.Send(alice, new PresenceAdd([.. Enumerable.Range(0, 200).Select(i => AwareId.OfUser($"user{i}"))]));
        LogIn(it, "user9");
        LogIn(it, "stranger");
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));

        var snapshot = Assert.Single(it.Hub.Payloads<PresenceSnapshot>(alice));
        Assert.Equal(200, snapshot.Blocks.Count);
        Assert.Equal(["user7"], snapshot.Blocks.Where(static block => block.IsOnline).Select(static block => block.Id.Id));
        Assert.Equal("user9", Assert.Single(it.Hub.Payloads<PresenceUpdate>(alice)).Block.Id.Id);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)] // a list of so many is looked through in another way
    [InlineData(200)]
    public void Who_was_taken_off_a_list_and_put_on_it_again_is_watched_once_and_told_of(int count)
    {
        var it = Start();
        AwareId[] all = [.. Enumerable.Range(0, count).Select(i => AwareId.OfUser($"user{i}"))];
        var alice = Watch(it, "alice");
        it.Hub.Send(alice, new PresenceAdd([.. all]));
        for (var time = 1; time <= 2; time++)
        {
            it.Hub.Send(alice, new PresenceRemove([all[3]]));
            LogIn(it, "user3", (uint)time);
            it.Loop.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Equal(time - 1, it.Hub.Payloads<PresenceUpdate>(alice).Count);

            it.Hub.Send(alice, new PresenceAdd([all[3]]));
            it.Loop.Advance(TimeSpan.FromMilliseconds(10));
            it.Hub.Raise(new LoggedOut(Logins.Of("user3", (uint)time).LoginId, "user3", Reason.Success));
            it.Loop.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Equal(time, it.Hub.Payloads<PresenceUpdate>(alice).Count);
            Assert.False(it.Hub.Payloads<PresenceUpdate>(alice)[^1].Block.IsOnline);
        }
    }

    [Fact]
    public void S102_Several_logins_make_one_presence_with_the_status_of_the_one_that_spoke_last()
    {
        var it = Start();
        var alice = Watch(it, "alice", "bob");

        LogIn(it, "bob", 11);
        LogIn(it, "bob", 12);
        it.Hub.Raise(new StatusChanged(Logins.Of("bob", 11).LoginId, "bob", new UserStatus(StatusCode.Away, Description: "lunch")));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        it.Hub.Raise(new LoggedOut(Logins.Of("bob", 11).LoginId, "bob", Reason.Success));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        it.Hub.Raise(new LoggedOut(Logins.Of("bob", 12).LoginId, "bob", Reason.Success));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(
            [(true, StatusCode.Active), (true, StatusCode.Away), (true, StatusCode.Active), (false, StatusCode.Offline)],
            it.Hub.Payloads<PresenceUpdate>(alice).Select(static update => (update.Block.IsOnline, update.Block.Status.Status)));
    }

    [Fact]
    public void A_change_after_a_quiet_time_is_told_at_once_and_a_burst_after_it_is_gathered()
    {
        var it = Start();
        var alice = Watch(it, "alice", "bob");
        LogIn(it, "bob");
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Single(it.Hub.Payloads<PresenceUpdate>(alice));

        foreach (var text in (string[])["one", "two", "three"])
        {
            it.Hub.Raise(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away, Description: text)));
        }

        Assert.Equal(["", "one"], Texts());
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(["", "one", "three"], Texts());

        string[] Texts() => [.. it.Hub.Payloads<PresenceUpdate>(alice).Select(static update => update.Block.Status.Description)];
    }

    [Fact]
    public void S103_Who_is_not_interested_hears_nothing_and_who_may_not_see_hears_offline_at_once()
    {
        var it = Start();
        LogIn(it, "bob");
        var alice = Watch(it, "alice", "bob");
        var carol = Watch(it, "carol", "dave");
        var before = it.Hub.Messages.Count(message => message.Channel == carol);

        it.Hub.Raise(new PrivacyChanged("bob", new PrivacyInfo(Deny: true, [new UserItem(new UserId("ALICE"))])));

        Assert.False(Assert.Single(it.Hub.Payloads<PresenceUpdate>(alice)).Block.IsOnline);
        it.Hub.Raise(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away)));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Single(it.Hub.Payloads<PresenceUpdate>(alice));
        Assert.Equal(before, it.Hub.Messages.Count(message => message.Channel == carol));
    }

    [Fact]
    public void A_change_is_encoded_once_for_all_watchers_of_one_spelling()
    {
        var it = Start();
        ChannelId[] lower = [.. Enumerable.Range(0, 100).Select(i => Watch(it, $"w{i}", "bob"))];
        ChannelId[] upper = [.. Enumerable.Range(0, 10).Select(i => Watch(it, $"v{i}", "BOB"))];

        LogIn(it, "bob");
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(2, it.Hub.FanoutFrames);
        Assert.All(lower, watcher => Assert.Equal("bob", it.Hub.Payloads<PresenceUpdate>(watcher).Single().Block.Id.Id));
        Assert.All(upper, watcher => Assert.Equal("BOB", it.Hub.Payloads<PresenceUpdate>(watcher).Single().Block.Id.Id));
    }

    [Fact]
    public void Attributes_are_told_to_who_watches_the_key_and_go_with_their_login()
    {
        var it = Start();
        LogIn(it, "bob");
        var bob = Watch(it, "bob");
        var alice = Watch(it, "alice", "bob");
        it.Hub.Send(alice, new AttributeWatch([6]));

        it.Hub.Send(bob, new AttributeSet(6, [0, 1]));
        it.Hub.Send(bob, new AttributeSet(1, [0, 1]));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        it.Hub.Send(alice, new AttributeWatch([6, 1]));
        it.Hub.Raise(new LoggedOut(Logins.Of("bob").LoginId, "bob", Reason.Success));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal([6u, 6u, 1u], it.Hub.Payloads<AttributeSetNotice>(alice).Select(static notice => notice.Key));
        Assert.Equal([6u, 1u], it.Hub.Payloads<AttributeUnsetNotice>(alice).Select(static notice => notice.Key));
    }

    [Fact]
    public void A_public_group_is_a_heading_and_a_snapshot_of_its_members_under_the_id_as_added()
    {
        var it = Start(new GroupRecord("staff", [new UserId("bob"), new UserId("carol")]));
        LogIn(it, "bob");
        var alice = Watch(it, "alice");

        it.Hub.Send(alice, new PresenceAdd([AwareId.OfPublicGroup("Staff")]));

        Assert.Equal(AwareId.OfPublicGroup("Staff"), Assert.Single(it.Hub.Payloads<PresenceGroup>(alice)).Group);
        var members = Assert.Single(it.Hub.Payloads<PresenceSnapshot>(alice)).Blocks;
        Assert.Equal([("bob", "Staff", true), ("carol", "Staff", false)], members.Select(static block => (block.Id.Id, block.Group, block.IsOnline)));
    }

    [Fact]
    public void A_member_of_a_public_group_is_offline_there_to_whom_he_hides_from()
    {
        var it = Start(new GroupRecord("staff", [new UserId("bob"), new UserId("carol"), new UserId("dave")]));
        LogIn(it, "bob", privacy: new PrivacyInfo(Deny: true, [new UserItem(new UserId("ALICE"))]));
        LogIn(it, "carol", privacy: new PrivacyInfo(Deny: false, [new UserItem(new UserId("erin"))]));
        LogIn(it, "dave");
        it.Hub.Raise(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away, Description: "where I am is my affair")));

        Assert.Equal([false, false, true], Shown("alice"));
        Assert.Equal([true, true, true], Shown("erin"));
        it.Hub.Raise(new PrivacyChanged("bob", PrivacyInfo.Nobody));
        Assert.Equal([false, true, true], Shown("erin"));

        bool[] Shown(string watcher)
        {
            var channel = Watch(it, watcher);
            it.Hub.Send(channel, new PresenceAdd([AwareId.OfPublicGroup("staff")]));
            var members = Assert.Single(it.Hub.Payloads<PresenceSnapshot>(channel)).Blocks;
            foreach (var hidden in members.Where(static block => !block.IsOnline))
                Assert.Equal(PresenceBlock.Offline(hidden.Id, "staff"), hidden); // and so without a name or a text
            it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
            return [.. members.Select(static block => block.IsOnline)];
        }
    }

    [Fact]
    public void After_a_reconnect_nobody_is_online_who_was_not_told_again()
    {
        var it = Start();
        LogIn(it, "ghost");
        it.Hub.LoseLink();
        it.Hub.Connect();

        LogIn(it, "bob");
        var alice = Watch(it, "alice", "ghost", "bob");

        Assert.Equal([false, true], it.Hub.Payloads<PresenceSnapshot>(alice).Single().Blocks.Select(static block => block.IsOnline));
    }

    public static TheoryData<string> Ends => ["its own wish", "a limit", "bytes that are no request", "its end while the directory is asked"];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_login_has_one_awareness_channel_at_a_time_and_gets_another_however_the_last_one_ended(string end)
    {
        var directory = new TaskCompletionSource();
        var it = Start(directory.Task, new GroupRecord("staff", []));
        LogIn(it, "alice");
        LogIn(it, "bob");
        for (var time = 1; time <= 3; time++)
        {
            var channel = Watch(it, "alice", "bob");
            Assert.True(Assert.Single(Assert.Single(it.Hub.Payloads<PresenceSnapshot>(channel)).Blocks).IsOnline);
            Assert.Equal(Reason.ChannelExists, it.Hub.DestroyedWith(Watch(it, "alice")));
            switch (end)
            {
                case "a limit":
                    it.Hub.Send(channel, new AttributeSet(1, new Opaque(new byte[4_097])));
                    Assert.Equal(Reason.RequestInvalid, it.Hub.DestroyedWith(channel));
                    break;
                case "bytes that are no request":
                    it.Hub.SendRaw(channel, AwarenessMessageTypes.Add, [0xff, 0xff, 0xff, 0xff]);
                    Assert.Equal(Reason.BadData, it.Hub.DestroyedWith(channel));
                    break;
                case "its end while the directory is asked":
                    it.Hub.Send(channel, new PresenceAdd([AwareId.OfPublicGroup("staff")]));
                    it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
                    break;
                default:
                    it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
                    break;
            }
        }

        it.Loop.Run(directory.SetResult);
        Assert.Equal(2, it.Service.UserCount);
        var last = Watch(it, "alice", "bob");
        Assert.Single(it.Hub.Payloads<PresenceSnapshot>(last));
        Assert.Equal(Reason.ChannelExists, it.Hub.DestroyedWith(Watch(it, "alice")));
    }

    [Fact]
    public void What_waited_behind_a_group_when_the_link_was_lost_is_told_to_nobody_on_the_next_one()
    {
        // Channels of the next link may have the same numbers, and be somebody else's.
        var directory = new TaskCompletionSource();
        var it = Start(directory.Task, new GroupRecord("staff", [new UserId("bob")]));
        LogIn(it, "alice");
        LogIn(it, "bob");
        var alice = Watch(it, "alice", "bob");
        it.Hub.Send(alice, new PresenceAdd([AwareId.OfPublicGroup("staff")]));
        it.Hub.Send(alice, new PresenceAdd([AwareId.OfUser("carol")]));
        it.Hub.Send(alice, new PresenceAdd([AwareId.OfUser("dave"), AwareId.OfPublicGroup("staff")]));
        it.Hub.Send(alice, new AttributeWatch([1]));
        it.Hub.LoseLink();
        it.Hub.Connect();
        LogIn(it, "alice");
        LogIn(it, "bob");
        var before = it.Hub.Messages.Count;

        it.Loop.Run(directory.SetResult);
        it.Hub.Raise(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away)));
        LogIn(it, "carol");
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(before, it.Hub.Messages.Count);
        Assert.Equal(3, it.Service.UserCount);
    }

    [Theory]
    [InlineData("the link")]
    [InlineData("its own wish")]
    public void What_is_asked_of_attributes_behind_a_group_is_told_to_nobody_when_the_channel_is_over_by_then(string end)
    {
        var directory = new TaskCompletionSource();
        var it = Start(directory.Task, new GroupRecord("staff", []));
        LogIn(it, "bob");
        it.Hub.Send(Watch(it, "bob"), new AttributeSet(1, [7]));
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        var alice = Watch(it, "alice", "bob");
        it.Hub.Send(alice, new PresenceAdd([AwareId.OfPublicGroup("staff")]));
        it.Hub.Send(alice, new AttributeWatch([1]));
        if (end == "the link")
        {
            it.Hub.LoseLink();
            it.Hub.Connect();
        }
        else
        {
            it.Hub.Message(alice, new ChannelDestroy(Reason.Success));
        }

        var before = it.Hub.Messages.Count;
        it.Loop.Run(directory.SetResult);
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(before, it.Hub.Messages.Count);
    }

    [Fact]
    public void What_was_to_be_told_when_the_link_was_lost_does_not_keep_back_what_comes_after()
    {
        var it = Start();
        Watch(it, "alice", "bob");
        LogIn(it, "bob");
        it.Hub.Raise(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away))); // waits to be gathered
        it.Hub.LoseLink();
        it.Hub.Connect();

        var alice = Watch(it, "alice", "bob");
        LogIn(it, "bob");
        it.Loop.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(StatusCode.Active, it.Hub.Payloads<PresenceUpdate>(alice)[^1].Block.Status.Status);
    }

    private static Scene Start(params GroupRecord[] groups) => Start(Task.CompletedTask, groups);

    private static Scene Start(Task directory, params GroupRecord[] groups)
    {
        var service = new BuddyListService(new KnownGroups(groups, directory), new Unheard(), new BuddyListOptions(),
            NullLogger<BuddyListService>.Instance);
        var application = ApplicationFixture.Of(service);
        return new Scene(service, application.Hub, application.Loop);
    }

    private static void LogIn(Scene it, string user, uint number = 1, PrivacyInfo? privacy = null) =>
        it.Hub.Raise(new LoggedIn(Logins.Of(user, number), ParticipantKind.User, Active, privacy ?? PrivacyInfo.Everybody));

    private static ChannelId Watch(Scene it, string watcher, params string[] users)
    {
        var channel = it.Hub.Open(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Logins.Of(watcher));
        it.Hub.Send(channel, new PresenceAdd([.. users.Select(AwareId.OfUser)]));
        return channel;
    }

    private sealed record Scene(BuddyListService Service, FakeHub Hub, ManualLoop Loop);

    private sealed class KnownGroups(GroupRecord[] groups, Task answering) : IGroupProvider
    {
        public async ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop)
        {
            await answering;
            return groups.SingleOrDefault(group => string.Equals(group.Id, id, StringComparison.OrdinalIgnoreCase));
        }

        public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => ValueTask.FromResult(groups.ToItems());
    }

    private sealed class Unheard : IEventPublisher
    {
        public bool TryPublish(IEvent fact, EventCause cause = default) => true;

        public bool TryForward(EventEnvelope recorded) => true;
    }
}
