using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Sametime.Services.BuddyList.OtherHubs;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>Single turns of what watchers are told, between a change and the flush that tells it.</summary>
public sealed class AwarenessStateTests
{
    private const uint Key = 1;

    private readonly WatcherViews _views = new();
    private readonly AwarenessState _state;
    private uint _lastChannel;

    public AwarenessStateTests() => _state = new AwarenessState(_views, new BuddyListOptions(), new FakeTimeProvider());

    [Fact]
    public void Of_an_attribute_that_ended_before_the_watcher_wanted_it_nothing_is_told()
    {
        var (bob, alice) = (Open("bob"), Open("alice"));
        Assert.True(_state.Add(alice, [AwareId.OfUser("bob")]));
        Assert.True(_state.SetAttribute(bob, Key, [1]));
        _state.Flush();

        _state.UnsetAttribute(bob, Key);
        Assert.True(_state.WatchAttributes(alice, [Key]));
        _state.Flush();

        Assert.Equal((0, 0), (_views.AttributesSet, _views.AttributesUnset));
    }

    [Fact]
    public void A_hub_that_asked_and_is_gone_before_it_was_told_is_told_nothing()
    {
        var subscriber = new Subscriber(new ChannelId(7));
        Assert.True(_state.Subscribe(subscriber, ["bob"]));
        Assert.True(_state.HasNews);

        _state.Close(subscriber);

        Assert.False(_state.HasNews);
    }

    [Fact]
    public void An_attribute_that_changed_before_the_watcher_wanted_it_is_told_once_and_as_it_is()
    {
        var (bob, alice) = (Open("bob"), Open("alice"));
        Assert.True(_state.Add(alice, [AwareId.OfUser("bob")]));
        Assert.True(_state.SetAttribute(bob, Key, [1]));
        _state.Flush();

        Assert.True(_state.SetAttribute(bob, Key, [2]));
        Assert.True(_state.WatchAttributes(alice, [Key]));
        _state.Flush();

        Assert.Equal((1, [2]), (_views.AttributesSet, _views.Attributes[(alice.Channel, AwareId.OfUser("bob"), Key)]));
    }

    [Fact]
    public void A_change_that_is_pending_is_told_by_the_keys_that_were_watched_when_it_was_made()
    {
        var (bob, alice) = (Open("bob"), Open("alice"));
        Assert.True(_state.WatchAttributes(alice, [Key]));
        Assert.True(_state.Add(alice, [AwareId.OfUser("bob")]));
        Assert.True(_state.SetAttribute(bob, Key, [1]));

        Assert.True(_state.WatchAttributes(alice, [Key + 1]));
        Assert.Equal(1, _views.AttributesSet);
        Assert.True(_state.SetAttribute(bob, Key, [2]));
        _state.Flush();
        Assert.Equal(1, _views.AttributesSet);
    }

    [Fact]
    public void Who_is_added_in_the_turn_of_a_change_is_told_once_how_he_is()
    {
        var alice = Open("alice");
        LogIn("bob");
        Assert.True(_state.Add(alice, [AwareId.OfUser("bob")]));
        _state.SetStatus(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away)));
        var dave = Open("dave");
        Assert.True(_state.Add(dave, [AwareId.OfUser("BOB")]));
        _state.Flush();

        Assert.Equal(1, _views.Updates);
        Assert.Equal(StatusCode.Away, _views.Presence[(alice.Channel, AwareId.OfUser("bob"))].Status.Status);
        Assert.Equal(StatusCode.Away, _views.Presence[(dave.Channel, AwareId.OfUser("BOB"))].Status.Status);
    }

    [Fact]
    public void What_is_no_user_of_ours_is_offline_also_when_a_user_of_ours_has_its_id()
    {
        var alice = Open("alice");
        LogIn("bob");
        AwareId[] others =
        [
            new(AwareKind.User, "bob", Community: "elsewhere"), new(AwareKind.Server, "bob", Community: ""), new(AwareKind.PublicGroup, "bob",
                Community: ""),
        ];

        Assert.True(_state.Add(alice, others));

        Assert.All(others, other => Assert.Equal(PresenceBlock.Offline(other), _views.Presence[(alice.Channel, other)]));
        Assert.Empty(alice.Watches);
    }

    [Fact]
    public void A_list_that_hides_tells_the_end_of_all_that_was_seen_and_one_that_shows_all_there_is()
    {
        var (bob, alice) = (Open("bob"), Open("alice"));
        var id = AwareId.OfUser("bob");
        Assert.True(_state.WatchAttributes(alice, [Key]));
        Assert.True(_state.Add(alice, [id]));
        Assert.True(_state.SetAttribute(bob, Key, [1]));
        _state.Flush();

        for (var time = 1; time <= 2; time++)
        {
            _state.SetPrivacy(new PrivacyChanged("bob", new PrivacyInfo(Deny: true, [new UserItem(new UserId("alice"))])));
            Assert.Equal(PresenceBlock.Offline(id), _views.Presence[(alice.Channel, id)]);
            Assert.Empty(_views.Attributes);
            Assert.True(_state.SetAttribute(bob, Key, [(byte)(time + 1)]));
            _state.Flush();
            Assert.Empty(_views.Attributes);

            _state.SetPrivacy(new PrivacyChanged("bob", PrivacyInfo.Everybody));
            Assert.True(_views.Presence[(alice.Channel, id)].IsOnline);
            Assert.Equal([(byte)(time + 1)], _views.Attributes[(alice.Channel, id, Key)]);
        }
    }

    [Fact]
    public void What_a_client_says_of_itself_when_its_logout_has_been_heard_already_is_no_offence()
    {
        var alice = Open("alice");
        _state.LogOut(new LoggedOut(Logins.Of("alice").LoginId, "alice", Reason.Success));

        Assert.True(_state.SetAttribute(alice, Key, [1]));
        _state.UnsetAttribute(alice, Key);
        Assert.Equal((0, false), (_state.UserCount, _state.HasNews));
    }

    [Fact]
    public void A_login_that_is_told_again_is_one_login_that_says_something_new()
    {
        var alice = Open("alice");
        var id = AwareId.OfUser("bob");
        Assert.True(_state.Add(alice, [id]));
        LogIn("bob");
        _state.LogIn(new LoggedIn(
            Logins.Of("bob") with { DisplayName = "Robert" }, ParticipantKind.User, new UserStatus(StatusCode.Away), PrivacyInfo.Everybody));
        _state.Flush();
        var seen = _views.Presence[(alice.Channel, id)];
        Assert.Equal(("Robert", StatusCode.Away), (seen.DisplayName, seen.Status.Status));

        _state.LogOut(new LoggedOut(Logins.Of("bob").LoginId, "bob", Reason.Success));
        _state.Flush();
        Assert.False(_views.Presence[(alice.Channel, id)].IsOnline);
    }

    private void LogIn(string user) =>
        _state.LogIn(new LoggedIn(Logins.Of(user), ParticipantKind.User, new UserStatus(StatusCode.Active), PrivacyInfo.Everybody));

    private Watcher Open(string user)
    {
        LogIn(user);
        return _state.Open(new ChannelId(++_lastChannel), Logins.Of(user))!;
    }
}
