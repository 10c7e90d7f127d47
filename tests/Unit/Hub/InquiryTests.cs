using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Somebody writes to a user who has just logged in at another hub, and is faster than the news of it.</summary>
public sealed class InquiryTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(3);
    private readonly FakeClient _alice;

    public InquiryTests() => _alice = _scene[0].LogIn("alice");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_channel_waits_for_the_news_and_then_finds_him()
    {
        _scene.LinkOf(0, 1).IsSlow = true;
        var bob = _scene[1].LogIn("bob");
        var channel = _alice.CreateIm("bob");
        _alice.Say(channel, [1]);
        Assert.False(_alice.Inbox.Has<ChannelDestroy>());

        _scene.LinkOf(0, 1).IsSlow = false;
        _scene.Loop.RunUntilIdle();
        Assert.Equal(_alice.LoginId, bob.Inbox.Take<ChannelCreate>().Creator!.LoginId);
        Assert.Equal([1], bob.Inbox.Take<ChannelSend>().Data);
        Assert.Equal(1, _scene[0].Counters.DirectoryInquiries);
    }

    [Fact]
    public void Who_is_nowhere_is_refused_when_all_hubs_have_answered()
    {
        _alice.CreateIm("nobody");
        Assert.Equal(Reason.NoSuchUser, _alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void A_hub_that_does_not_answer_holds_nobody_up_for_long()
    {
        _scene.LinkOf(0, 2).IsSwallowing = true;
        _alice.CreateIm("nobody");
        Assert.False(_alice.Inbox.Has<ChannelDestroy>());

        _scene.Loop.Advance(_scene[0].Options.Limits.DirectoryInquiry);
        Assert.Equal(Reason.NoSuchUser, _alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void A_hub_that_is_lost_meanwhile_counts_as_having_answered()
    {
        _scene.LinkOf(0, 2).IsSwallowing = true;
        _alice.CreateIm("nobody");
        _scene.LinkOf(0, 2).Break();
        _scene.Loop.RunUntilIdle();
        Assert.Equal(Reason.NoSuchUser, _alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void Who_is_known_is_asked_after_nowhere()
    {
        _scene[0].LogIn("carol");
        _scene[1].LogIn("dave");
        _alice.CreateIm("carol");
        _alice.CreateIm("dave");
        Assert.Equal(0, _scene[0].Counters.DirectoryInquiries);
    }
}
