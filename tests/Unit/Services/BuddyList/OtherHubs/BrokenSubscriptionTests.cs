using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>What becomes of what is known of another hub's users while the way to it is broken, and when it comes back.</summary>
public sealed class BrokenSubscriptionTests
{
    [Fact]
    public void When_the_channel_breaks_and_comes_back_soon_nobody_is_told_anything()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        it.Tell(it.Accept(2), "bob", "here");
        var before = it.FramesTo(alice);

        it.End(it.Creates(2)[^1]);
        it.Loop.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, it.Creates(2).Count);
        var again = it.Accept(2);
        Assert.Equal(["bob"], it.SubscribedOn(again));
        it.Tell(again, "bob", "here");
        it.Loop.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(before, it.FramesTo(alice));
        Assert.Equal(2, it.Creates(2).Count);
    }

    [Fact]
    public void After_a_break_that_healed_the_next_one_is_waited_for_as_long_and_tried_again_as_soon()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        it.Tell(it.Accept(2), "bob", "here");
        var staleMax = new BuddyListOptions().StaleMax;
        var justBefore = staleMax - TimeSpan.FromMilliseconds(500);

        // Each break comes just before the one before it would have been given up, had it not healed.
        for (var time = 1; time <= 3; time++)
        {
            it.End(it.Creates(2)[^1]);
            Assert.Equal(time, it.Creates(2).Count);
            it.Loop.Advance(new BuddyListOptions().ResubscribeMin);
            Assert.Equal(time + 1, it.Creates(2).Count);
            it.Tell(it.Accept(2), "bob", "here");
            it.Loop.Advance(justBefore - new BuddyListOptions().ResubscribeMin - TimeSpan.FromMilliseconds(10));
        }

        it.End(it.Creates(2)[^1]);
        it.Loop.Advance(staleMax - TimeSpan.FromTicks(1));
        Assert.True(it.Seen(alice, "bob").IsOnline);
        it.Loop.Advance(TimeSpan.FromTicks(1));
        Assert.False(it.Seen(alice, "bob").IsOnline);

        // And what was given up once is waited for again when it has worked again.
        it.Tell(it.Accept(2), "bob", "back");
        it.End(it.Creates(2)[^1]);
        it.Loop.Advance(staleMax - TimeSpan.FromTicks(1));
        Assert.True(it.Seen(alice, "bob").IsOnline);
        it.Loop.Advance(TimeSpan.FromTicks(1));
        Assert.False(it.Seen(alice, "bob").IsOnline);
    }

    [Fact]
    public void Who_begins_to_watch_while_the_channel_is_broken_sees_nothing_that_may_be_out_of_date()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        it.Tell(it.Accept(2), "bob", "here");
        it.End(it.Creates(2)[^1]);

        var late = it.Watch("dave", "bob");
        Assert.False(it.Seen(late, "bob").IsOnline);
        Assert.True(it.Seen(alice, "bob").IsOnline);

        it.Loop.Advance(TimeSpan.FromMilliseconds(250));
        it.Tell(it.Accept(2), "bob", "here");
        Assert.Equal((true, "here"), it.Seen(late, "bob"));
    }

    [Fact]
    public void Who_may_see_him_for_the_first_time_while_the_channel_is_broken_sees_nothing_that_may_be_out_of_date()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var (alice, dave) = (it.Watch("alice", "bob"), it.Watch("dave", "bob"));
        it.LogIn("bob", 5, new PrivacyInfo(Deny: true, [new UserItem(new UserId("dave"))]));
        it.Locate("bob", 2);
        var channel = it.Accept(2);
        it.Tell(channel, "bob", "there", spokeAt: long.MaxValue);
        it.End(channel);
        var before = it.FramesTo(dave);

        // His list goes with his login here, and what is left is known of old.
        it.LogOut("bob", 5);
        it.Pass();
        Assert.Equal((true, "there"), it.Seen(alice, "bob"));
        Assert.Equal((before, false), (it.FramesTo(dave), it.Seen(dave, "bob").IsOnline));

        it.Loop.Advance(TimeSpan.FromMilliseconds(250));
        it.Tell(it.Accept(2), "bob", "still there");
        Assert.Equal((true, "still there"), it.Seen(dave, "bob"));
    }

    [Fact]
    public void What_stays_broken_is_offline_after_a_time_and_is_tried_ever_less_often()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        it.Tell(it.Accept(2), "bob", "here");

        it.End(it.Creates(2)[^1]);
        for (var second = 0; second < 60; second++)
        {
            Assert.Equal(second < 6, it.Seen(alice, "bob").IsOnline);
            for (var quarter = 0; quarter < 4; quarter++)
            {
                it.Loop.Advance(TimeSpan.FromMilliseconds(250));
                if (it.Hub.DestroyedWith(it.Creates(2)[^1]) is null)
                    it.End(it.Creates(2)[^1], Reason.NoSuchUser);
            }
        }

        // 250 ms, 500 ms, 1 s, 2 s, 4 s, then every 5 s.
        Assert.InRange(it.Creates(2).Count, 15, 18);

        it.Join(2);
        it.Tell(it.Accept(2), "bob", "back");
        Assert.Equal((true, "back"), it.Seen(alice, "bob"));
    }

    [Fact]
    public void A_login_here_counts_at_once_for_what_may_be_out_of_date()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        it.Tell(it.Accept(2), "bob", "there", spokeAt: long.MaxValue);
        it.End(it.Creates(2)[^1]);

        it.LogIn("bob", 5);
        it.Pass();
        Assert.Equal((true, ""), it.Seen(alice, "bob"));
        it.LogOut("bob", 5);
        it.Pass();

        Assert.False(it.Seen(alice, "bob").IsOnline);
    }

    [Fact]
    public void So_does_being_seen_at_another_hub()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        it.Locate("bob", 2, 3);
        it.Tell(it.Accept(2), "bob", "at two", spokeAt: 20);
        it.End(it.Creates(2)[^1]);

        var three = it.Accept(3);
        it.Tell(three, "bob", "at three", spokeAt: 10);
        Assert.Equal((true, "at three"), it.Seen(alice, "bob"));
        it.Tell(three, "bob", null);

        Assert.False(it.Seen(alice, "bob").IsOnline);
    }

    [Fact]
    public void A_hub_at_which_he_is_not_to_be_seen_says_nothing_of_what_may_be_out_of_date_at_another()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        it.Locate("bob", 2, 3);
        it.Tell(it.Accept(2), "bob", "at two");
        it.End(it.Creates(2)[^1]);

        it.Tell(it.Accept(3), "bob", null);

        Assert.Equal((true, "at two"), it.Seen(alice, "bob"));
    }

    [Fact]
    public void A_lost_hub_of_its_own_ends_everything_and_the_next_one_begins_anew()
    {
        var it = OneBuddyList.Start();
        it.WatchAt(2, "alice", "bob");
        it.Accept(2);

        it.Hub.LoseLink();
        it.Hub.Connect();
        it.Loop.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["bob"], it.Asked); // and not again of the new hub, before anybody watches him there
        Assert.Equal(0, it.Service.ChannelsToHubs);
        Assert.Single(it.Creates(2));

        // The next one is alone again until it says otherwise.
        it.Watch("dave", "carol");
        Assert.Equal(["bob"], it.Asked);
        it.Join(2);
        Assert.Equal(["bob", "carol"], it.Asked);
        var alice = it.Watch("alice", "bob");
        it.Locate("bob", 2);
        it.Tell(it.Accept(2), "bob", "here");
        Assert.Equal((true, "here"), it.Seen(alice, "bob"));
    }

    [Fact]
    public void Who_was_watched_by_somebody_whose_group_was_still_looked_up_is_looked_for_again()
    {
        var it = OneBuddyList.Start();
        it.Join(2);
        var watcher = it.Watch("alice", "bob");
        it.GroupGate = new TaskCompletionSource();
        it.Hub.Send(watcher, new PresenceAdd([AwareId.OfPublicGroup("staff")]));

        // Her channel is not over before the directory has answered.
        it.Hub.LoseLink();
        it.Hub.Connect();
        it.Join(2);
        var alice = it.Watch("alice", "bob");
        Assert.Equal(["bob", "bob"], it.Asked);
        it.Locate("bob", 2);
        it.Tell(it.Accept(2), "bob", "here");
        it.Loop.Run(it.GroupGate.SetResult);

        Assert.Equal((true, "here"), it.Seen(alice, "bob"));
        it.Tell(it.Creates(2)[^1], "bob", "still here");
        Assert.Equal((true, "still here"), it.Seen(alice, "bob"));
        Assert.Equal(["bob", "bob"], it.Asked);
    }

    [Fact]
    public void With_its_own_hub_the_waiting_for_others_ends()
    {
        var it = OneBuddyList.Start();
        it.WatchAt(2, "alice", "bob");
        it.End(it.Accept(2)); // and it would be asked for again soon

        it.Hub.LoseLink();
        it.Hub.Connect();
        it.Loop.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((1, 0, 0), (it.Creates(2).Count, it.Service.ChannelsToHubs, it.Loop.TimerCount));
    }

    [Fact]
    public void A_channel_that_ends_when_nobody_is_wanted_on_it_any_more_is_not_opened_again()
    {
        var it = OneBuddyList.Start();
        var alice = it.WatchAt(2, "alice", "bob");
        var channel = it.Accept(2);
        it.End(alice);
        Assert.Equal(1, it.Service.ChannelsToHubs); // somebody else may watch him soon

        it.End(channel);
        it.Loop.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((1, 0, 0), (it.Creates(2).Count, it.Service.ChannelsToHubs, it.Loop.TimerCount));
    }

    [Fact]
    public void Where_there_is_no_room_for_a_channel_to_another_hub_it_is_tried_again_later()
    {
        var it = OneBuddyList.Start(channelsMax: 2);
        it.Join(2);
        it.Watch("alice", "bob");
        var dave = it.Watch("dave");
        it.Locate("bob", 2);
        Assert.Equal((0, 0), (it.Creates(2).Count, it.Service.ChannelsToHubs));

        it.End(dave);
        it.Loop.Advance(new BuddyListOptions().ResubscribeMin);
        Assert.Equal(["bob"], it.SubscribedOn(it.Accept(2)));
    }
}
