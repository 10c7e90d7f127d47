using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

public sealed class StrictCaptureTests
{
    [Fact]
    public void S024_A_line_is_delivered_when_the_log_has_it_and_not_before()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("hello");
        Assert.Empty(CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(1, scene.Hub.Hub.Status.Capture.HeldMessages);

        scene.Log.Answer();
        Assert.Equal(["hello"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(["ChatStarted", "hello"], scene.Log.Story);
        Assert.Equal((0, 0), (scene.Hub.Hub.Status.Capture.HeldMessages, scene.Hub.Hub.Status.Capture.Waiting));
    }

    [Fact]
    public void What_is_said_while_the_log_writes_goes_there_together()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("1");
        scene.AliceSays("2");
        scene.BobSays("3");
        scene.AliceSays("4");
        Assert.Equal([2], scene.Log.Questions.Select(question => question.Facts.Count));

        scene.Log.Answer();
        Assert.Equal(["1"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal([2, 3], scene.Log.Questions.Select(question => question.Facts.Count));

        scene.Log.Answer();
        Assert.Equal(["2", "4"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(["3"], CaptureScene.LinesOf(scene.Alice));
    }

    [Fact]
    public void One_question_carries_no_more_than_its_limits()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, configure: options => (options.Limits.CaptureBatchFacts, options.Limits.CaptureBatchBytes) = (2, 1_500));
        scene.Log.IsSlow = true;

        foreach (var line in (string[])["1", "2", "3", "4", new('x', 4_000), "6"])
            scene.AliceSays(line);
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        Assert.Equal([2, 2, 1, 1, 1], scene.Log.Questions.Select(question => question.Facts.Count));
        Assert.Equal(6, CaptureScene.LinesOf(scene.Bob).Count());
    }

    [Fact]
    public void Whatever_follows_on_the_channel_stays_behind_the_line()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.Alice.Say(scene.AtAlice, CaptureScene.Of(ImData.Typing));
        scene.AliceSays("line");
        scene.Alice.Say(scene.AtAlice, CaptureScene.Of(ImData.StoppedTyping));
        Assert.Equal([ImData.Typing], scene.Bob.Inbox.TakeAll<ChannelSend>().Select(CaptureScene.Content));

        scene.Log.Answer();
        Assert.Equal([new ImText("line"), ImData.StoppedTyping], scene.Bob.Inbox.TakeAll<ChannelSend>().Select(CaptureScene.Content));
    }

    [Fact]
    public void A_window_that_is_closed_right_behind_the_last_line_loses_nothing()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("bye");
        scene.Alice.Destroy(scene.AtAlice);
        Assert.False(scene.Bob.Inbox.Has<ChannelDestroy>());
        scene.BobSays("wait!");
        Assert.False(scene.Alice.Inbox.Has<ChannelSend>());
        scene.Log.Answer();

        Assert.Equal(["bye"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(Reason.Success, scene.Bob.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(scene.AtBob, channel);
        scene.Log.Answer();
        Assert.Equal(["ChatStarted", "bye", "ChatEnded"], scene.Log.Story);
        Assert.Equal(1, scene.Hub.Counters.UnknownChannels);
        Assert.Empty(scene.Hub.Hub.Status.Channels());
    }

    [Theory]
    [InlineData(true, Reason.Success)]
    [InlineData(false, Reason.ConnectionBroken)]
    public void Who_leaves_right_behind_the_last_line_is_heard_and_then_gone(bool says, Reason reason)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("bye");
        if (says)
            scene.Alice.LogOut();
        else
            scene.Alice.Vanish();
        scene.Log.Answer();

        Assert.Equal(["bye"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(reason, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        scene.Log.Answer();
        Assert.Equal(["ChatStarted", "bye", "ChatEnded"], scene.Log.Story);
        Assert.Empty(scene.Hub.Hub.Status.ChannelsOf(LoginId.TryParse(scene.Bob.LoginId, out var bob) ? bob : default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_line_whose_reader_is_gone_first_is_marked_as_not_delivered(bool hangsUp)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("too late");
        if (hangsUp)
            scene.Bob.Destroy(scene.AtBob, Reason.ConnectionBroken);
        else
            scene.Bob.Vanish();
        Assert.Equal(Reason.ConnectionBroken, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        scene.Log.Answer();
        scene.Log.Answer();

        Assert.False(scene.Bob.Inbox.Has<ChannelSend>());
        Assert.Equal(["ChatStarted", "too late", "ChatLineUndelivered", "ChatEnded"], scene.Log.Story);
        Assert.Equal(new ChatLineUndelivered(2, Reason.ConnectionBroken), Assert.Single(scene.Log.Of<ChatLineUndelivered>()));
        Assert.Equal(1, scene.Hub.Counters.LinesUndelivered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_may_close_while_their_last_lines_wait(bool aliceFirst)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("from alice");
        scene.BobSays("from bob");
        if (aliceFirst)
            scene.Alice.Destroy(scene.AtAlice);
        scene.Bob.Destroy(scene.AtBob);
        if (!aliceFirst)
            scene.Alice.Destroy(scene.AtAlice);
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        // Each has closed before the other's line was in the log.
        Assert.Equal((0, 0), (scene.Alice.Inbox.Count, scene.Bob.Inbox.Count));
        Assert.Equal(2, scene.Log.Of<ChatLineUndelivered>().Count());
        Assert.Single(scene.Log.Of<ChatEnded>());
    }

    [Fact]
    public void A_line_that_the_log_does_not_take_in_time_ends_the_channel_at_both_ends()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("lost?");

        scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureTimeout);

        Assert.Equal(Reason.ServerNotResponding, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.ServerNotResponding, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(scene.Bob.Inbox.Has<ChannelSend>());
        Assert.True(scene.Hub.Hub.Status.Capture.IsFailing);

        // What is said meanwhile is refused at once, and never comes to the log.
        var (atAlice, _) = scene.Hub.Converse(scene.Alice, scene.Bob);
        scene.Alice.Say(atAlice, CaptureScene.Text("refused"));
        Assert.Equal(Reason.ServerNotResponding, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(1, scene.Hub.Counters.LinesRefused);

        // It is asked again until it stores; whose fate it did not tell is marked.
        scene.Log.IsSlow = false;
        scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureRetry);
        Assert.Equal(["ChatStarted", "lost?", "ChatLineUndelivered", "ChatEnded"], scene.Log.Story);
        Assert.Equal(new ChatLineUndelivered(2, Reason.ServerNotResponding), Assert.Single(scene.Log.Of<ChatLineUndelivered>()));
        Assert.False(scene.Hub.Hub.Status.Capture.IsFailing);
        (atAlice, _) = scene.Hub.Converse(scene.Alice, scene.Bob);
        scene.Alice.Say(atAlice, CaptureScene.Text("again"));
        Assert.Equal(["again"], CaptureScene.LinesOf(scene.Bob));
    }

    [Fact]
    public void Who_closed_behind_a_line_that_the_log_does_not_take_is_not_told_again_and_the_other_is_told_why()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("lost");
        scene.Alice.Destroy(scene.AtAlice);

        scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureTimeout);

        Assert.Equal(0, scene.Alice.Inbox.Count);
        Assert.Equal(Reason.ServerNotResponding, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(0, scene.Bob.Inbox.Count);
    }

    [Fact]
    public void When_the_link_of_the_log_is_lost_the_next_one_gets_the_same_facts()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        var other = new FakeChatLog(scene.Hub.Loop, scene.Hub.Hub, "other", sharing: scene.Log);
        scene.Log.IsSlow = true;
        scene.AliceSays("once");

        // It has stored them, and nobody was told.
        scene.Log.Store(scene.Log.Questions[0]);
        scene.Log.Application.Break();

        Assert.Equal(["once"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(scene.Log.Questions[0].Facts, Assert.Single(other.Questions).Facts);
        Assert.Equal(["ChatStarted", "once"], other.Story);
    }

    [Fact]
    public void Without_a_log_a_line_waits_for_it_to_come_back()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.Application.Break();
        scene.AliceSays("patience");
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(CaptureScene.LinesOf(scene.Bob));

        var back = new FakeChatLog(scene.Hub.Loop, scene.Hub.Hub, sharing: scene.Log);

        Assert.Equal(["patience"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(["ChatStarted", "patience"], back.Story);
    }

    [Fact]
    public void A_log_that_says_no_is_followed_by_another_and_asked_again_later()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.Refuses = Reason.ServerNotResponding;
        scene.AliceSays("1");
        Assert.Single(scene.Log.Questions);
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, scene.Log.Questions.Count);

        var other = new FakeChatLog(scene.Hub.Loop, scene.Hub.Hub, "other", sharing: scene.Log);
        scene.AliceSays("2");

        Assert.Equal(["1", "2"], CaptureScene.LinesOf(scene.Bob));
        Assert.NotEmpty(other.Questions);
    }

    [Fact]
    public void A_log_that_says_no_is_not_asked_again_because_something_else_can_be_had()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.Refuses = Reason.ServerNotResponding;
        scene.AliceSays("1");
        scene.Hub.AddResolve("resolve");
        Assert.Single(scene.Log.Questions);
        scene.Log.Application.Provide(Contracts.Link.Applications.CommunityServices.ChatLogging);
        Assert.Equal(2, scene.Log.Questions.Count);
    }

    [Fact]
    public void A_log_that_said_no_once_is_asked_again_with_the_next_line()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        var other = new FakeChatLog(scene.Hub.Loop, scene.Hub.Hub, "other", sharing: scene.Log);
        for (var time = 1; time <= 2; time++)
        {
            scene.Log.Refuses = Reason.ServerNotResponding;
            scene.AliceSays("to the other");
            Assert.Equal((time * 2 - 1, time), (scene.Log.Questions.Count, other.Questions.Count));
            scene.Log.Refuses = null;
            scene.AliceSays("to the first");
            Assert.Equal((time * 2, time), (scene.Log.Questions.Count, other.Questions.Count));
        }
        Assert.Equal(4, CaptureScene.LinesOf(scene.Bob).Count());
    }

    [Theory]
    [InlineData(3, 1_000_000)]
    [InlineData(1_000, 1_000)]
    public void What_there_is_no_room_for_is_refused(int facts, int bytes)
    {
        using var scene = new CaptureScene(
            ChatLogMode.Strict, configure: options => (options.Limits.CaptureFactsMax, options.Limits.CaptureBytesMax) = (facts, bytes));
        scene.Log.IsSlow = true;

        for (var i = 0; i < 10 && !scene.Alice.Inbox.Has<ChannelDestroy>(); i++)
            scene.AliceSays("filling");

        Assert.Equal(Reason.ServerNotResponding, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.ServerNotResponding, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(1, scene.Hub.Counters.LinesRefused);
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();
        Assert.Equal(scene.Log.Of<ChatLineCaptured>().Count(), scene.Log.Of<ChatLineUndelivered>().Count());
        Assert.False(scene.Bob.Inbox.Has<ChannelSend>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_room_of_a_line_is_free_again_when_it_went_out_and_when_it_never_will(bool goesOut)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, configure: options =>
        {
            var fast = new Rate(PerSecond: 1_000, Burst: 1_000);
            (options.Limits.InstantMessages, options.Limits.ChannelCreates, options.Limits.CaptureBytesMax) = (fast, fast, 4_000);
        });
        scene.Log.IsSlow = true;
        var (atAlice, atBob) = (scene.AtAlice, scene.AtBob);

        // Many times over what there is room for at once.
        for (var line = 0; line < 50; line++)
        {
            scene.Alice.Say(atAlice, CaptureScene.Text(new string('x', 500)));
            Assert.Equal(1, scene.Hub.Hub.Status.Capture.HeldMessages);
            if (!goesOut)
                scene.Bob.Destroy(atBob);
            while (scene.Hub.Hub.Status.Capture.Waiting > 0)
                scene.Log.Answer();
            Assert.Equal((0, 0), (scene.Hub.Hub.Status.Capture.HeldMessages, scene.Hub.Hub.Status.Capture.WaitingBytes));
            if (!goesOut)
                (atAlice, atBob) = scene.Hub.Converse(scene.Alice, scene.Bob);
        }
        Assert.Equal((goesOut ? 50 : 0, 0L), (CaptureScene.LinesOf(scene.Bob).Count(), scene.Hub.Counters.LinesRefused));
        Assert.Equal(goesOut ? 0 : 50, scene.Log.Of<ChatLineUndelivered>().Count());
    }

    [Theory]
    [InlineData(ChatLogMode.Strict)]
    [InlineData(ChatLogMode.Relaxed)]
    public void What_an_application_says_to_many_at_once_is_in_the_log_for_each_of_them(ChatLogMode mode)
    {
        using var scene = new CaptureScene(mode);
        var bot = scene.Hub.AddApplication("bot");
        var channels = CaptureScene.Open(bot, [scene.Alice, scene.Bob]);
        scene.Log.IsSlow = true;

        bot.SendToMany(channels, new ChannelSend(0x64, new Opaque(CaptureScene.Text("the building closes"))));
        Assert.Equal(mode != ChatLogMode.Strict, scene.Alice.Inbox.Has<ChannelSend>());
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();
        Assert.Equal([new UserId("alice"), new UserId("bob")], scene.Log.Of<ChatLineCaptured>().Select(line => line.RecipientUser));
        Assert.Equal(["the building closes"], CaptureScene.LinesOf(scene.Alice));
        Assert.Equal(["the building closes"], CaptureScene.LinesOf(scene.Bob));
    }

    [Fact]
    public void What_an_application_sends_to_many_does_not_come_behind_the_end_of_a_channel()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        var bot = scene.Hub.AddApplication("bot");
        scene.Alice.CreateIm(scene.Hub.Hub.Status.Participants().Single(one => one.Name == "bot").LoginId);
        var offer = bot.Inbox.Take<ChannelCreate>();
        bot.Accept(offer);
        scene.Alice.Inbox.Take<ChannelAccept>(out var atAlice);
        scene.Log.IsSlow = true;
        scene.Alice.Say(atAlice, CaptureScene.Text("bye"));
        scene.Alice.Destroy(atAlice);

        // Its own end is still to be told, behind the line.
        bot.SendToMany([offer.Channel], new ChannelSend(0x64, new Opaque(CaptureScene.Text("news"))));
        Assert.Equal((0, 1L), (scene.Alice.Inbox.Count, scene.Hub.Counters.UnknownChannels));
    }

    [Fact]
    public void A_login_too_far_ahead_of_the_log_waits_and_goes_on_with_it()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, configure: options => options.Limits.CaptureHeldPerLogin = 3);
        scene.Log.IsSlow = true;

        for (var i = 1; i <= 6; i++)
            scene.AliceSays($"{i}");
        Assert.Equal((3, 3), (scene.Hub.Hub.Status.Capture.HeldMessages, scene.Hub.Counters.MessagesHeld));

        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();
        Assert.Equal(["1", "2", "3", "4", "5", "6"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(7, scene.Log.Facts.Count);
    }

    [Fact]
    public void What_cannot_be_read_is_not_delivered()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);

        // The text is said to be longer than the message.
        scene.Alice.Say(scene.AtAlice, [0, 0, 0, 1, 0, 200, 65, 66]);

        Assert.Equal(Reason.BadData, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.BadData, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(scene.Bob.Inbox.Has<ChannelSend>());
        Assert.Empty(scene.Log.Facts);
    }

    [Fact]
    public void A_channel_that_breaks_a_rule_ends_behind_what_was_said_before()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.AliceSays("fine");
        scene.Alice.Say(scene.AtAlice, new byte[20_000]);
        Assert.Equal(Reason.MessageTooLarge, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        scene.Log.Answer();

        Assert.Equal(["fine"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(Reason.MessageTooLarge, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void An_encrypted_message_waits_until_the_log_says_that_there_was_one()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;

        scene.Alice.Send(scene.AtAlice, new ChannelSend(0x64, [1, 2, 3]), MessageOptions.Encrypted);
        Assert.False(scene.Bob.Inbox.Has<ChannelSend>());
        scene.Log.Answer();
        scene.Alice.Send(scene.AtAlice, new ChannelSend(0x64, [4, 5, 6]), MessageOptions.Encrypted);

        Assert.Equal([[1, 2, 3], [4, 5, 6]], scene.Bob.Inbox.TakeAll<ChannelSend>().Select(send => send.Data));
        Assert.Equal(["ChatStarted", "ChatNotCaptured"], scene.Log.Story);
    }

    [Fact]
    public void Of_an_edge_that_is_lost_nobody_is_told_anything_any_more()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("1");
        scene.BobSays("2");

        scene.Hub.Edge.Break();
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        Assert.Equal(2, scene.Log.Of<ChatLineUndelivered>().Count());
        Assert.Equal(new ChatEnded(Reason.ConnectionBroken), Assert.Single(scene.Log.Of<ChatEnded>()));
        Assert.Empty(scene.Hub.Hub.Status.Channels());
    }
}
