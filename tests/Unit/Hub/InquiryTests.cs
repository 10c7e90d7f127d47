using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
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
    public void Each_time_somebody_unknown_is_asked_for_the_others_are_asked_anew()
    {
        for (var time = 1; time <= 3; time++)
        {
            _alice.CreateIm("nobody");
            Assert.Equal((Reason.NoSuchUser, (long)time), (_alice.Inbox.Take<ChannelDestroy>().Reason, _scene[0].Counters.DirectoryInquiries));
        }
    }

    [Fact]
    public void A_hub_that_is_alone_asks_nobody()
    {
        using var scene = new HubScene();
        var alice = scene.LogIn("alice");
        alice.CreateIm("nobody");
        Assert.Equal((Reason.NoSuchUser, 0L), (alice.Inbox.Take<ChannelDestroy>().Reason, scene.Counters.DirectoryInquiries));
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
    public void A_hub_that_is_asked_in_the_turn_of_a_login_tells_of_it_before_it_answers()
    {
        var people = _scene[1].People;
        people.Answer<LoadPrivacyRequest, PrivacyReply>(static _ => null);
        var bob = _scene[1].Edge.Attach("bob");
        _scene.LinkOf(0, 1).IsSlow = true;
        _alice.CreateIm("bob");
        var sent = _scene.LinkOf(0, 1).Right.Sent;
        sent.Clear();

        // First bob's list, with which he is in, then the inquiry, in one turn.
        var asked = people.Frames.Last(static frame => frame.Kind == LinkKind.Request).Handle;
        byte[] list = [0, 0, 0, 0, .. Bytes.Written(new PrivacyReply(PrivacyInfo.Everybody))];
        _scene.Loop.Post(() => _scene[1].Hub.OnLinkFrame(people.Link, new LinkFrame(LinkKind.Reply, asked, list)));
        _scene.LinkOf(0, 1).IsSlow = false;
        _scene.Loop.RunUntilIdle();

        Assert.Equal([LinkKind.DirectoryDelta, LinkKind.DirectoryInquired], sent.Select(static frame => frame.Kind).Take(2));
        Assert.Equal(_alice.LoginId, bob.Inbox.Take<ChannelCreate>().Creator!.LoginId);
    }

    [Fact]
    public void Each_hub_answers_an_inquiry_for_itself_alone()
    {
        _scene.LinkOf(0, 2).IsSwallowing = true;
        _alice.CreateIm("nobody");
        var number = _scene.LinkOf(0, 1).Left.Sent.Last(static frame => frame.Kind == LinkKind.DirectoryInquiry).Handle;
        for (var time = 0; time < 3; time++)
            _scene.Loop.Run(() => _scene[0].Hub.OnLinkFrame(_scene.LinkOf(0, 1).Left, new LinkFrame(LinkKind.DirectoryInquired, number, default)));
        Assert.False(_alice.Inbox.Has<ChannelDestroy>());

        _scene.Loop.Run(() => _scene[0].Hub.OnLinkFrame(_scene.LinkOf(0, 2).Left, new LinkFrame(LinkKind.DirectoryInquired, number + 1, default)));
        Assert.False(_alice.Inbox.Has<ChannelDestroy>());
        _scene.Loop.Run(() => _scene[0].Hub.OnLinkFrame(_scene.LinkOf(0, 2).Left, new LinkFrame(LinkKind.DirectoryInquired, number, default)));
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
