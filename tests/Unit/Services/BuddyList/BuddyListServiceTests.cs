using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
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

    public static TheoryData<string, int> TooMuch => new()
    {
        { "ids at once", 2_001 },
        { "ids in sum", 1_999 },
        { "a long id", 257 },
        { "groups", 51 },
        { "attributes", 65 },
        { "a long attribute", 4_097 },
        { "watched keys", 257 },
    };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void What_is_too_much_destroys_the_channel_with_RequestInvalid(string what, int count)
    {
        var it = Start();
        LogIn(it, "mallory");
        var channel = Watch(it, "mallory", "bob", "carol");
        switch (what)
        {
            case "a long id":
                it.Hub.Send(channel, new PresenceAdd([AwareId.OfUser(new string('x', count))]));
                break;
            case "groups":
                it.Hub.Send(channel, new PresenceAdd([.. Enumerable.Range(0, count).Select(i => AwareId.OfPublicGroup($"g{i}"))]));
                break;
            case "attributes":
                for (uint key = 0; key < count; key++)
                    it.Hub.Send(channel, new AttributeSet(key, [1]));
                break;
            case "a long attribute":
                it.Hub.Send(channel, new AttributeSet(1, new Opaque(new byte[count])));
                break;
            case "watched keys":
                it.Hub.Send(channel, new AttributeWatch([.. Enumerable.Range(0, count).Select(i => (uint)i)]));
                break;
            default:
                it.Hub.Send(channel, new PresenceAdd([.. Enumerable.Range(0, count).Select(i => AwareId.OfUser($"user{i}"))]));
                break;
        }

        Assert.Equal(Reason.RequestInvalid, it.Hub.DestroyedWith(channel));
    }

    [Fact]
    public void A_second_awareness_channel_of_a_login_is_refused()
    {
        var it = Start();
        LogIn(it, "alice");
        Watch(it, "alice");

        var second = Watch(it, "alice");

        Assert.Equal(Reason.ChannelExists, it.Hub.DestroyedWith(second));
    }

    private static ApplicationFixture Start(params GroupRecord[] groups) => ApplicationFixture.Of(
        new BuddyListService(new KnownGroups(groups), new Unheard(), new BuddyListOptions(), NullLogger<BuddyListService>.Instance));

    private static void LogIn(ApplicationFixture it, string user, uint number = 1) =>
        it.Hub.Raise(new LoggedIn(Logins.Of(user, number), ParticipantKind.User, Active, PrivacyInfo.Everybody));

    private static ChannelId Watch(ApplicationFixture it, string watcher, params string[] users)
    {
        var channel = it.Hub.Open(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Logins.Of(watcher));
        it.Hub.Send(channel, new PresenceAdd([.. users.Select(AwareId.OfUser)]));
        return channel;
    }

    private sealed class KnownGroups(GroupRecord[] groups) : IGroupProvider
    {
        public ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) =>
            ValueTask.FromResult(groups.SingleOrDefault(group => string.Equals(group.Id, id, StringComparison.OrdinalIgnoreCase)));

        public ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => ValueTask.FromResult(groups.ToItems());
    }

    private sealed class Unheard : IEventPublisher
    {
        public bool TryPublish(IEvent fact, EventCause cause = default) => true;

        public bool TryForward(EventEnvelope recorded) => true;
    }
}
