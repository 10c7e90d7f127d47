using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>What a Buddy List tells those of other hubs of the users it has.</summary>
public sealed class SubscriberTests
{
    private static readonly UserStatus Away = new(StatusCode.Away, Description: "lunch");

    [Fact]
    public void Who_is_subscribed_to_is_told_whole_at_once_and_then_only_what_has_changed()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5, new PrivacyInfo(Deny: true, [new UserItem(new UserId("dave"))]));
        var peer = it.Subscriber("BOB", "nobody");

        var parts = it.PartsTold(peer);
        Assert.Equal(["bob", "nobody"], parts.Select(static part => part.User));
        Assert.Equal(("bob Example", StatusCode.Active), (parts[0].Face!.DisplayName, parts[0].Face!.Status.Status));
        Assert.Equal("dave", Assert.Single(parts[0].Privacy!.Users).User.Value);
        Assert.Equal([], parts[0].Attributes);
        Assert.False(parts[1].Face!.IsOnline);

        it.Say("bob", 5, Away);
        it.Pass();
        var news = Assert.Single(it.PartsTold(peer).Skip(2));
        Assert.Equal(Away, news.Face!.Status);
        Assert.True(news.Face.SpokeAt > parts[0].Face!.SpokeAt);
        Assert.Null(news.Attributes);
        Assert.Null(news.Privacy);
    }

    [Fact]
    public void Changes_that_come_close_together_are_one_frame_with_the_last_state_of_each_user()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        it.LogIn("carol", 6);
        var peer = it.Subscriber("bob", "carol");
        it.Say("bob", 5, new UserStatus(StatusCode.Active));
        var before = it.Hub.Payloads<PresenceParts>(peer).Count;

        it.Say("bob", 5, new UserStatus(StatusCode.Idle));
        it.Say("carol", 6, Away);
        it.Say("bob", 5, Away);
        it.Pass();

        var frame = Assert.Single(it.Hub.Payloads<PresenceParts>(peer).Skip(before));
        Assert.Equal([("bob", Away), ("carol", Away)], frame.Parts.Select(static part => (part.User, part.Face!.Status)));
    }

    [Fact]
    public void Privacy_attributes_and_the_end_of_a_login_are_told()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        var bob = it.Watch("bob", 5);
        var peer = it.Subscriber("bob");

        it.Hub.Send(bob, new AttributeSet(AttributeKeys.HasCamera, [0, 1]));
        it.Pass();
        it.Hub.Raise(new PrivacyChanged("bob", PrivacyInfo.Nobody));
        it.Pass();
        it.LogOut("bob", 5);
        it.Pass();

        var news = it.PartsTold(peer).Skip(1).ToArray();
        Assert.Equal((AttributeKeys.HasCamera, [0, 1]), news[0].Attributes!.Value.Select(static set => (set.Key, set.Value)).Single());
        Assert.Equal((null, null), (news[0].Face, news[0].Privacy));
        Assert.Equal(PrivacyInfo.Nobody, news[1].Privacy);
        Assert.Equal((null, null), (news[1].Face, news[1].Attributes));
        Assert.False(news[2].Face!.IsOnline);
        Assert.Equal([], news[2].Attributes);
        Assert.Null(news[2].Privacy);
    }

    [Fact]
    public void Nothing_is_told_of_whom_nobody_subscribed_to_or_unsubscribed_from()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        it.LogIn("carol", 6);
        var peer = it.Subscriber("bob");
        var before = it.PartsTold(peer).Count;

        it.Say("carol", 6, Away);
        it.Pass();
        it.Hub.Send(peer, new PresenceUnsubscribe(["Bob", "carol"]));
        it.Say("bob", 5, Away);
        it.Pass();

        Assert.Equal(before, it.PartsTold(peer).Count);
    }

    [Fact]
    public void Who_subscribes_twice_is_told_twice_how_the_user_is_and_each_change_once()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        var peer = it.Subscriber("bob");
        it.Hub.Send(peer, new PresenceSubscribe(["bob"]));
        it.Pass();
        Assert.Equal(2, it.PartsTold(peer).Count);

        it.Say("bob", 5, Away);
        it.Pass();
        Assert.Equal(3, it.PartsTold(peer).Count);

        // And one word ends it.
        it.Hub.Send(peer, new PresenceUnsubscribe(["bob"]));
        it.LogOut("bob", 5);
        it.Pass();
        Assert.Equal((3, 0), (it.PartsTold(peer).Count, it.Service.UserCount));
    }

    [Fact]
    public void A_user_is_forgotten_with_the_last_who_asked_for_him()
    {
        var it = OneBuddyList.Start();
        var peers = (ChannelId[])[it.Subscriber("bob", "carol"), it.Subscriber("bob")];
        Assert.Equal(2, it.Service.UserCount);

        it.Hub.Send(peers[0], new PresenceUnsubscribe(["carol"]));
        it.End(peers[0]);
        Assert.Equal(1, it.Service.UserCount);
        it.End(peers[1]);

        Assert.Equal(0, it.Service.UserCount);
    }

    [Fact]
    public void A_long_answer_goes_out_in_pieces()
    {
        var it = OneBuddyList.Start(static options => options.SnapshotBytesMax = 2_000);
        string[] users = [.. Enumerable.Range(0, 100).Select(static i => $"user{i}")];
        var peer = it.Subscriber(users);

        var frames = it.Hub.Payloads<PresenceParts>(peer);
        Assert.True(frames.Count > 1);
        Assert.Equal(users, frames.SelectMany(static frame => frame.Parts).Select(static part => part.User));
    }

    [Fact]
    public void An_empty_id_destroys_the_channel_with_RequestInvalid_and_nothing_of_its_request_is_done()
    {
        var it = OneBuddyList.Start();
        var peer = it.Subscriber("a");

        it.Hub.Send(peer, new PresenceSubscribe(["b", ""]));

        Assert.Equal(Reason.RequestInvalid, it.Hub.DestroyedWith(peer));
        Assert.Equal(["a"], it.PartsTold(peer).Select(static part => part.User));
        Assert.Equal(0, it.Service.UserCount);
    }

    [Fact]
    public void Places_of_subscribers_are_free_again_however_they_were_left_and_a_refused_one_takes_none()
    {
        var it = OneBuddyList.Start(static options => options.SubscribersMax = 1);
        for (var time = 1; time <= 3; time++)
        {
            var peer = it.Subscriber("bob");
            Assert.Null(it.Hub.DestroyedWith(peer));
            Assert.Equal(Reason.ServerFull, it.Hub.DestroyedWith(it.Subscriber()));
            Assert.Equal(Reason.ServerFull, it.Hub.DestroyedWith(it.Subscriber()));
            if (time == 1)
                it.End(peer);
            else if (time == 2)
                it.Hub.Send(peer, new PresenceSubscribe([""]));
            else
                it.Hub.LoseLink();
        }

        it.Hub.Connect();
        Assert.Null(it.Hub.DestroyedWith(it.Subscriber("bob")));
    }

    [Fact]
    public void Who_subscribes_while_a_change_is_pending_is_told_it_once_and_so_is_who_had_subscribed()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        var first = it.Subscriber("bob");
        it.Say("bob", 5, new UserStatus(StatusCode.Active));
        it.Say("bob", 5, Away); // within the window after the change before it
        var second = it.Subscriber("bob");
        it.Pass();

        Assert.Equal(Away, it.PartsTold(first)[^1].Face!.Status);
        Assert.Equal(Away, Assert.Single(it.PartsTold(second)).Face!.Status);
        Assert.Single(it.PartsTold(first), static part => part.Face!.Status == Away);
    }

    [Fact]
    public void Bytes_that_are_no_request_destroy_the_channel_with_BadData_and_no_other()
    {
        var it = OneBuddyList.Start();
        it.LogIn("bob", 5);
        var good = it.Subscriber("bob");
        var bad = it.Subscriber();

        it.Hub.SendRaw(bad, PresencePayloads.Subscribe, [0xff, 0xff, 0xff, 0xff, 0]);
        it.Say("bob", 5, Away);
        it.Pass();

        Assert.Equal(Reason.BadData, it.Hub.DestroyedWith(bad));
        Assert.Equal(2, it.PartsTold(good).Count);
    }
}
