using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>What a Buddy List asks those of other hubs, and what its watchers are told of that.</summary>
public sealed class SubscriptionTests
{
    private static readonly PrivacyInfo DenyAlice = new(Deny: true, [new UserItem(new UserId("ALICE"))]);

    [Fact]
    public void A_hub_of_its_own_looks_for_nobody()
    {
        var it = OneBuddyList.Start();
        it.Hub.Raise(new ComponentChanged(ParticipantKind.Hub, "hub", OneBuddyList.Node(1).ToString(), Up: true, Reason.Success));

        it.Watch("alice", "bob");

        Assert.Empty(it.Asked);
        Assert.Equal(0, it.Service.ChannelsToHubs);
    }

    [Theory]
    [InlineData(ParticipantKind.Hub, false)]
    [InlineData(ParticipantKind.Edge, true)]
    [InlineData(ParticipantKind.Application, true)]
    public void Nor_does_one_that_hears_of_anything_but_another_hub_that_has_come(ParticipantKind kind, bool up)
    {
        var it = OneBuddyList.Start();
        it.Hub.Raise(new ComponentChanged(kind, "two", OneBuddyList.Node(2).ToString(), up, Reason.Success));

        it.Watch("alice", "bob");

        Assert.Empty(it.Asked);
    }

    [Fact]
    public void From_the_first_other_hub_on_whom_anybody_watches_is_looked_for_once()
    {
        var it = OneBuddyList.Start();
        var alice = it.Watch("alice", "bob", "carol");
        it.Join(2);
        it.Watch("dave", "bob", "erin");
        Assert.Equal(["bob", "carol", "erin"], it.Asked);

        it.Hub.Send(alice, new PresenceRemove([AwareId.OfUser("bob"), AwareId.OfUser("carol")]));
        it.Watch("dora", "carol");

        Assert.Equal(["bob", "carol", "erin", "-carol", "carol"], it.Asked);
    }

    [Fact]
    public void Who_is_watched_and_no_longer_in_one_turn_is_looked_for_by_nobody_in_the_end_and_the_other_way_round()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "carol");
        PresenceAdd Add(string user) => new([AwareId.OfUser(user)]);
        PresenceRemove Remove(string user) => new([AwareId.OfUser(user)]);

        it.Loop.Run(() =>
        {
            it.Hub.Send(alice, Add("bob"));
            it.Hub.Send(alice, Remove("bob"));
            it.Hub.Send(alice, Remove("carol"));
            it.Hub.Send(alice, Add("carol"));
            it.Hub.Send(alice, Add("dave"));
            it.Hub.Send(alice, Remove("dave"));
            it.Hub.Send(alice, Add("dave"));
        });

        Assert.Equal(["bob", "-bob"], it.Asked.Where(static user => user.EndsWith("bob", StringComparison.Ordinal)));
        Assert.Equal(["carol", "-carol", "carol"], it.Asked.Where(static user => user.EndsWith("carol", StringComparison.Ordinal)));
        Assert.Equal(["dave", "-dave", "dave"], it.Asked.Where(static user => user.EndsWith("dave", StringComparison.Ordinal)));
    }

    [Fact]
    public void Who_leaves_a_hub_and_is_back_there_in_one_turn_is_subscribed_to_in_the_end_and_the_other_way_round()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        it.Watch("alice", "bob", "carol");
        it.Locate("bob", 2);
        var channel = it.Accept(2);

        it.Loop.Run(() =>
        {
            it.Locate("bob");
            it.Locate("bob", 2);
            it.Locate("carol", 2);
            it.Locate("carol");
        });

        Assert.Equal(["bob", "-bob", "bob"], it.SubscribedOn(channel));
    }

    [Fact]
    public void S108_A_user_of_another_hub_is_subscribed_to_once_on_one_channel_however_many_watch_him()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        ChannelId[] watchers = [.. Enumerable.Range(0, 100).Select(i => it.Watch($"w{i}", "bob", "carol"))];
        it.Locate("bob", 2);
        it.Locate("carol", 2);
        var channel = it.Accept(2);
        Assert.Equal(["bob", "carol"], it.SubscribedOn(channel));

        it.Tell(channel, "bob", "here");

        Assert.Single(it.Creates(2));
        Assert.All(watchers, watcher => Assert.Equal((true, "here"), it.Seen(watcher, "bob")));
    }

    [Fact]
    public void Of_two_logins_at_one_hub_and_one_at_this_one_there_is_one_channel_and_one_request()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        it.Watch("alice", "bob");
        it.Locate("bob", 1, 2, 2);

        Assert.Equal(["bob"], it.SubscribedOn(it.Accept(2)));
        Assert.Equal((0, 1, 1), (it.Creates(1).Count, it.Creates(2).Count, it.Service.ChannelsToHubs));
    }

    [Fact]
    public void Where_somebody_is_whom_nobody_watches_any_more_leads_to_no_channel()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        it.End(it.Watch("alice", "bob"));

        it.Locate("bob", 2); // said before the hub heard that nobody asks

        Assert.Equal((0, 0), (it.Creates(2).Count, it.Service.UserCount));
    }

    [Fact]
    public void That_more_are_watched_than_may_be_asked_for_is_said_once_for_a_hub()
    {
        var it = OneBuddyList.Start(static options => options.SubscriptionsMax = 1);
        it.Join(2);
        it.Watch("alice", "bob", "carol", "dave");
        foreach (var user in (string[])["bob", "carol", "dave"])
            it.Locate(user, 2);

        Assert.Single(it.Log.Lines, static line => line.Level == LogLevel.Warning);
    }

    [Fact]
    public void He_is_no_longer_subscribed_to_when_nobody_watches_him_or_he_is_there_no_longer()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob", "carol");
        it.Locate("bob", 2);
        it.Locate("carol", 2);
        var channel = it.Accept(2);
        it.Tell(channel, "bob", "here");

        it.Locate("bob");
        Assert.False(it.Seen(alice, "bob").IsOnline);
        it.End(alice);

        Assert.Equal(["bob", "carol", "-bob", "-carol"], it.SubscribedOn(channel));
        Assert.Equal(0, it.Service.UserCount);
    }

    [Fact]
    public void What_is_told_of_a_user_whom_nobody_asked_for_is_not_kept()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob", "carol");
        it.Locate("bob", 2);
        var channel = it.Accept(2);

        it.Tell(channel, "carol", "not asked for");
        it.Tell(channel, "mallory", "not watched");

        Assert.False(it.Seen(alice, "carol").IsOnline);
        Assert.Equal(2, it.Service.UserCount);
    }

    [Fact]
    public void Whom_the_user_hides_from_never_gets_a_frame_and_the_others_do()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        var dave = it.Watch("dave", "bob");
        it.Locate("bob", 2);
        var channel = it.Accept(2);
        var before = it.FramesTo(alice);

        it.Tell(channel, "bob", "one", DenyAlice);
        it.Tell(channel, "bob", "two", DenyAlice);
        Assert.Equal(before, it.FramesTo(alice));
        Assert.Equal((true, "two"), it.Seen(dave, "bob"));

        it.Tell(channel, "bob", "three", PrivacyInfo.Everybody);
        Assert.Equal((true, "three"), it.Seen(alice, "bob"));
        Assert.Equal(before + 1, it.FramesTo(alice));
        it.Tell(channel, "bob", "four", DenyAlice);
        Assert.False(it.Seen(alice, "bob").IsOnline);
        Assert.Equal(before + 2, it.FramesTo(alice));
    }

    [Fact]
    public void In_a_public_group_whom_his_part_at_another_hub_hides_is_offline_and_so_is_one_that_may_be_out_of_date()
    {
        var it = OneBuddyList.Start();
        it.Groups["staff"] = [new UserId("bob")];
        it.Join(2);
        var (alice, dave) = (it.Watch("alice"), it.Watch("dave", "bob"));
        var offline = PresenceBlock.Offline(AwareId.OfUser("bob"), "staff");
        it.Locate("bob", 2);
        var channel = it.Accept(2);
        Assert.Equal([offline], it.MembersShown(dave, "staff")); // who may see him is not known yet

        it.Tell(channel, "bob", "there", DenyAlice);
        Assert.Equal([offline], it.MembersShown(alice, "staff"));
        Assert.True(Assert.Single(it.MembersShown(dave, "staff")).IsOnline);

        // His list at the one hub counts as well as that at the other.
        it.LogIn("bob", 5, new PrivacyInfo(Deny: true, [new UserItem(new UserId("dave"))]));
        Assert.Equal([offline], it.MembersShown(alice, "staff"));
        Assert.Equal([offline], it.MembersShown(dave, "staff"));
        it.LogOut("bob", 5);
        Assert.True(Assert.Single(it.MembersShown(dave, "staff")).IsOnline);

        it.End(channel);
        Assert.Equal([offline], it.MembersShown(dave, "staff"));
    }

    [Fact]
    public void Attributes_of_a_part_are_hidden_and_shown_with_it()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        it.Hub.Send(alice, new AttributeWatch([1]));
        it.Locate("bob", 2);
        var channel = it.Accept(2);

        for (var time = 1; time <= 2; time++)
        {
            it.Tell(channel, "bob", "there", DenyAlice, 1, new PresenceAttribute(1, default, [(byte)time]));
            Assert.Equal((time - 1, time - 1), Told());
            it.Tell(channel, "bob", "there", PrivacyInfo.Everybody, 1, new PresenceAttribute(1, default, [(byte)time]));
            Assert.Equal((time, time - 1), Told());
        }

        (int Set, int Unset) Told() => (it.Hub.Payloads<AttributeSetNotice>(alice).Count, it.Hub.Payloads<AttributeUnsetNotice>(alice).Count);
    }

    [Fact]
    public void A_part_that_has_not_said_who_may_see_it_is_shown_to_nobody()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        var channel = it.Accept(2);

        it.Hub.Send(channel, new PresenceParts(
            [new PresencePart("bob", new PresenceFace("x", "Bob", new UserStatus(StatusCode.Active), default), null, null)]));
        it.Pass();

        Assert.False(it.Seen(alice, "bob").IsOnline);
    }

    [Fact]
    public void Attributes_of_a_user_of_another_hub_reach_who_watches_the_key()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        it.Hub.Send(alice, new AttributeWatch([AttributeKeys.HasCamera]));
        it.Locate("bob", 2);
        var channel = it.Accept(2);

        it.Tell(channel, "bob", "here", null, 1, new(AttributeKeys.HasCamera, default, [0, 1]), new(AttributeKeys.HasMicrophone, default, [0, 1]));
        var late = it.Watch("dave");
        it.Hub.Send(late, new AttributeWatch([AttributeKeys.HasMicrophone]));
        it.Hub.Send(late, new PresenceAdd([AwareId.OfUser("BOB")]));
        it.Tell(channel, "bob", "here");

        Assert.Equal(AttributeKeys.HasCamera, Assert.Single(it.Hub.Payloads<AttributeSetNotice>(alice)).Key);
        Assert.Equal(AttributeKeys.HasCamera, Assert.Single(it.Hub.Payloads<AttributeUnsetNotice>(alice)).Key);
        Assert.Equal((AwareId.OfUser("BOB"), AttributeKeys.HasMicrophone), (it.Hub.Payloads<AttributeSetNotice>(late)[0].Id, it.Hub.Payloads<AttributeSetNotice>(late)[0].Key));
    }

    [Fact]
    public void Of_several_hubs_the_login_that_spoke_last_is_shown_and_each_hub_must_allow_the_watcher()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        it.Locate("bob", 2, 3);
        var two = it.Accept(2);
        var three = it.Accept(3);

        it.Tell(two, "bob", "at two", spokeAt: 20);
        it.Tell(three, "bob", "at three", spokeAt: 10);
        Assert.Equal((true, "at two"), it.Seen(alice, "bob"));
        it.Tell(three, "bob", "at three", spokeAt: 30);
        Assert.Equal((true, "at three"), it.Seen(alice, "bob"));

        it.Tell(two, "bob", "at two", DenyAlice, 20);
        Assert.False(it.Seen(alice, "bob").IsOnline);
        it.Tell(two, "bob", null, DenyAlice);

        Assert.Equal((true, "at three"), it.Seen(alice, "bob"));
    }

    [Fact]
    public void A_list_counts_no_longer_when_the_last_login_here_is_over()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        it.LogIn("bob", 5, DenyAlice);
        it.Locate("bob", 2);
        it.Tell(it.Accept(2), "bob", "there");
        Assert.False(it.Seen(alice, "bob").IsOnline);

        it.LogOut("bob", 5);
        it.Pass();

        Assert.Equal((true, "there"), it.Seen(alice, "bob"));
    }

    [Fact]
    public void Bytes_that_are_no_parts_destroy_the_channel()
    {
        var it = OneBuddyList.Start();
        it.WatchAt(2, "alice", "bob");
        var channel = it.Accept(2);

        it.Hub.SendRaw(channel, PresencePayloads.Parts, [0, 0, 0, 9]);

        Assert.Equal(Reason.BadData, it.Hub.DestroyedWith(channel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_part_with_more_than_may_be_said_is_left_out_wherever_that_stands(int at)
    {
        var it = OneBuddyList.Start(static options => options.AttributeBytesMax = 3);
        var alice = it.WatchAt(2, "alice", "bob");
        var channel = it.Accept(2);
        PresenceAttribute[] Attributes(int bytes) =>
            [.. Enumerable.Range(0, 3).Select(i => new PresenceAttribute((uint)i, new Moment(1), new Opaque(new byte[i == at ? bytes : 1])))];

        it.Tell(channel, "bob", "too much", attributes: Attributes(4));
        Assert.False(it.Seen(alice, "bob").IsOnline);
        it.Tell(channel, "bob", "as much as may be", attributes: Attributes(3));
        Assert.Equal((true, "as much as may be"), it.Seen(alice, "bob"));
    }

    [Theory]
    [InlineData("alice", "bob", "bob", "bob")]
    [InlineData("carol", "bob", "bob", "bob")]
    [InlineData("alice", "bob", "BOB", "bob")]
    [InlineData("carol", "bob", "BOB", "bob")]
    [InlineData("dave", "bob", "Bob", "BOB")]
    public void Whoever_may_see_him_from_now_on_does_wherever_he_stands_among_those_who_watch(string hidden, string first, string second, string third)
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 1, new PrivacyInfo(Deny: true, [new UserItem(new UserId(hidden))]));
        (string Watcher, string Spelled)[] watchers = [("alice", first), ("carol", second), ("dave", third)];
        var channels = watchers.Select(watcher => it.Watch(watcher.Watcher, watcher.Spelled)).ToArray();
        Assert.Equal(watchers.Select(watcher => watcher.Watcher != hidden), channels.Select((channel, i) => it.Seen(channel, watchers[i].Spelled).IsOnline));

        it.Hub.Raise(new PrivacyChanged("bob", PrivacyInfo.Everybody));
        it.Pass();

        Assert.All(channels.Index(), channel => Assert.True(it.Seen(channel.Item, watchers[channel.Index].Spelled).IsOnline));
    }
}
