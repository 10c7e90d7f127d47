using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Unit.Hub.Capture;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A client that is so far ahead of its rate that there is no room for what it says: each kind of message has an end of its own.</summary>
public sealed class OverflowTests : IDisposable
{
    private readonly HubScene _scene = new(SetLimits);
    private readonly FakeClient _alice;
    private readonly FakeClient _bob;
    private readonly ChannelId _mine;
    private readonly ChannelId _other;

    public OverflowTests()
    {
        (_alice, _bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        (_mine, _) = _scene.Converse(_alice, _bob);
        (_other, _) = _scene.Converse(_alice, _bob);
        // One goes, the second waits, and there is room for no third.
        _alice.Say(_mine, [1]);
        _alice.Say(_mine, [2]);
        _alice.Inbox.Clear();
        _bob.Inbox.Clear();
        Assert.Equal((1L, 0L), (_scene.Counters.MessagesHeld, _scene.Counters.HeldOverflows));
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_logout_is_one_all_the_same()
    {
        _alice.LogOut();
        Assert.Equal((Reason.Success, 1L), (_alice.EndedBecause, _scene.Counters.HeldOverflows));
        Assert.Equal([Reason.Success, Reason.Success], _bob.Inbox.TakeAll<ChannelDestroy>().Select(static destroy => destroy.Reason));
    }

    [Fact]
    public void A_channel_that_is_asked_for_is_refused()
    {
        var id = _alice.CreateIm("bob");
        Assert.Equal(Reason.NotEnoughResources, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal((id, 1L), (channel, _scene.Counters.ChannelsRefused));
        Assert.False(_bob.Inbox.Has<ChannelCreate>());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x8000_0007u)]
    public void One_of_a_number_that_could_not_be_refused_is_passed_over(uint number)
    {
        _alice.Create(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, 3, "bob", new ChannelId(number));
        Assert.Equal((0, 0, null), (_alice.Inbox.Count, _bob.Inbox.Count, _alice.EndedBecause));
    }

    [Fact]
    public void A_channel_of_which_a_message_is_lost_ends_whatever_it_was()
    {
        _alice.Destroy(_other, Reason.ImDoNotDisturb);
        Assert.Equal(Reason.NotEnoughResources, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(_other, channel);
        Assert.Equal(Reason.NotEnoughResources, Assert.Single(_bob.Inbox.TakeAll<ChannelDestroy>()).Reason);

        _bob.CreateIm("alice");
        _alice.Accept(_alice.Inbox.Take<ChannelCreate>());
        Assert.Equal(Reason.NotEnoughResources, _bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(2, _scene.Counters.HeldOverflows);
    }

    [Fact]
    public void What_belongs_to_no_channel_is_passed_over()
    {
        _alice.Send(new SetUserStatus(new UserStatus(StatusCode.Away)));
        _alice.Say(new ChannelId(77), [1]);
        Assert.Equal((0, null, 2L), (_alice.Inbox.Count, _alice.EndedBecause, _scene.Counters.HeldOverflows));
        _scene.Loop.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([2], Assert.Single(_bob.Inbox.TakeAll<ChannelSend>()).Data);
    }

    [Fact]
    public void A_mistake_of_ours_in_a_message_that_waited_ends_its_login_alone()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "far");
        var carol = far.LogIn("carol");
        _scene.Loop.Advance(TimeSpan.FromSeconds(5));
        var (mine, _) = _scene.Converse(_alice, carol);
        _alice.Say(mine, [1]);
        _alice.Say(mine, [2]);
        far.Link.FaultsToCome = 1;
        _scene.Loop.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1L, Reason.ServerBroken), (_scene.Counters.Faults, _alice.EndedBecause));
        Assert.Equal((null, null), (carol.EndedBecause, _bob.EndedBecause));
        Assert.Equal(1, Assert.Single(carol.Inbox.TakeAll<ChannelSend>()).Data.Span[0]);
    }

    [Fact]
    public void Who_still_waits_to_be_told_that_a_channel_is_over_is_told_at_once()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, configure: SetLimits);
        var (atAlice, _) = scene.Hub.Converse(scene.Alice, scene.Bob);
        scene.Log.IsSlow = true;
        scene.BobSays("bye");
        scene.Bob.Destroy(scene.AtBob);
        Assert.Equal(0, scene.Alice.Inbox.Count);
        scene.Alice.Say(atAlice, CaptureScene.Text("one goes"));
        scene.Alice.Say(atAlice, CaptureScene.Text("one waits"));
        scene.AliceSays("and this has no room");
        Assert.Equal(Reason.NotEnoughResources, scene.Alice.Inbox.Take<ChannelDestroy>(out var ended).Reason);
        Assert.Equal((scene.AtAlice, 0), (ended, scene.Alice.Inbox.Count));

        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();
        Assert.Equal(Reason.NotEnoughResources, Assert.Single(scene.Log.Of<ChatLineUndelivered>()).Reason);
        Assert.False(scene.Alice.Inbox.Has<ChannelDestroy>());
    }

    private static void SetLimits(HubOptions options) =>
        (options.Limits.InstantMessages, options.Limits.HeldMessagesMax) = (new Rate(PerSecond: 1, Burst: 1), 1);
}
