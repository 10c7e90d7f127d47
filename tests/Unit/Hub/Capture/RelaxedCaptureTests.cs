using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

public sealed class RelaxedCaptureTests
{
    [Fact]
    public void A_line_is_delivered_at_once_and_logged_with_who_to_whom_and_when()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);
        scene.Log.IsSlow = true;

        scene.AliceSays("hello");
        scene.BobSays("hi");
        Assert.Equal(["hello"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(["hi"], CaptureScene.LinesOf(scene.Alice));
        scene.Alice.Destroy(scene.AtAlice);
        Assert.True(scene.Bob.Inbox.Has<ChannelDestroy>());
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        Assert.True(LoginId.TryParse(scene.Alice.LoginId, out var alice) & LoginId.TryParse(scene.Bob.LoginId, out var bob));
        var (a, b) = (new UserId("alice"), new UserId("bob"));
        Assert.Equal(
            [
                new ChatStarted(alice, a, bob, b, ChatLogMode.Relaxed), new ChatLineCaptured(alice, a, bob, b, ChatContent.Text, "hello"),
                new ChatLineCaptured(bob, b, alice, a, ChatContent.Text, "hi"), new ChatEnded(Reason.Success),
            ],
            scene.Log.Facts.Select(FakeChatLog.Read));
        Assert.All(scene.Log.Facts, fact => Assert.Equal((scene.Correlation, scene.Hub.Loop.Clock.GetUtcNow()), (fact.Correlation, fact.Occurred)));
        Assert.All(scene.Log.Questions, question => Assert.Equal((1, HubScene.Incarnation), (question.Hub, question.Incarnation)));
        Assert.Equal(2, scene.Hub.Counters.LinesCaptured);
    }

    [Fact]
    public void Its_correlation_is_that_of_the_channel_on_the_event_plane()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);
        scene.AliceSays("hello");

        var created = scene.Hub.Events.Facts.FindIndex(fact => fact is ChannelCreated);
        Assert.Equal(scene.Hub.Events.Causes[created].Correlation, scene.Log.Facts[0].Correlation);
    }

    [Fact]
    public void Talk_goes_on_while_the_log_is_away_and_is_logged_when_it_comes_back()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);
        scene.Log.Application.Break();

        for (var minute = 0; minute < 5; minute++)
        {
            scene.AliceSays($"{minute}");
            Assert.Equal([$"{minute}"], CaptureScene.LinesOf(scene.Bob));
            scene.Hub.Loop.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.True(scene.Hub.Hub.Status.Capture.IsFailing);
        var back = new FakeChatLog(scene.Hub.Loop, scene.Hub.Hub, sharing: scene.Log);

        Assert.Equal(["ChatStarted", "0", "1", "2", "3", "4"], back.Story);
        Assert.False(scene.Hub.Hub.Status.Capture.IsFailing);
    }

    [Theory]
    [InlineData(4, 1_000_000)]
    [InlineData(1_000, 1_300)]
    public void What_there_is_no_room_for_is_delivered_and_its_conversation_marked(int facts, int bytes)
    {
        using var scene = new CaptureScene(
            ChatLogMode.Relaxed, configure: options => (options.Limits.CaptureFactsMax, options.Limits.CaptureBytesMax) = (facts, bytes));
        scene.Log.IsSlow = true;
        var (carol, dave) = (scene.Hub.LogIn("carol"), scene.Hub.LogIn("dave"));
        var (atCarol, _) = scene.Hub.Converse(carol, dave);

        for (var i = 0; i < 8; i++)
            scene.AliceSays($"{i}");
        carol.Say(atCarol, CaptureScene.Text("and carol"));
        carol.Vanish();
        Assert.Equal(8, CaptureScene.LinesOf(scene.Bob).Count());
        Assert.Equal(["and carol"], CaptureScene.LinesOf(dave));
        Assert.Equal(2, scene.Hub.Hub.Status.Capture.Gaps);
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        // Of Carol's, which is over, the log has beginning, gap and end; of Alice's what fitted, and that the rest is missing.
        var logged = scene.Log.Of<ChatLineCaptured>().Count();
        Assert.InRange(logged, 1, 7);
        Assert.Equal([8 - logged, 1], scene.Log.Of<ChatLinesMissed>().Select(gap => gap.Lines));
        Assert.Equal(["ChatStarted", "ChatLinesMissed", "ChatEnded"], scene.Log.Story.TakeLast(3));
        Assert.Equal((9 - logged, 0), (scene.Hub.Counters.LinesMissed, scene.Hub.Hub.Status.Capture.Gaps));

        scene.AliceSays("again");
        scene.Log.Answer();
        Assert.Equal("again", scene.Log.Story.Last());
    }

    [Fact]
    public void Of_more_conversations_than_can_be_named_the_missing_lines_are_counted()
    {
        using var scene = new CaptureScene(
            ChatLogMode.Relaxed, configure: options => (options.Limits.CaptureFactsMax, options.Limits.CaptureGapsMax) = (1, 2));
        scene.Log.IsSlow = true;
        scene.AliceSays("in");

        for (var i = 0; i < 5; i++)
        {
            var (atAlice, _) = scene.Hub.Converse(scene.Alice, scene.Bob);
            scene.Alice.Say(atAlice, CaptureScene.Text("out"));
            scene.Alice.Destroy(atAlice);
        }
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        var gaps = scene.Log.Facts.Where(fact => FakeChatLog.Read(fact) is ChatLinesMissed)
            .ToLookup(fact => fact.Correlation.Length > 0, fact => ((ChatLinesMissed)FakeChatLog.Read(fact)).Lines);
        Assert.Equal([1, 1], gaps[true]);
        Assert.Equal([3], gaps[false]);
        Assert.Equal(2, scene.Log.Of<ChatEnded>().Count());
    }

    [Fact]
    public void What_cannot_be_read_is_delivered_and_marked()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);

        scene.Alice.Say(scene.AtAlice, [0, 0, 0, 1, 0, 200, 65, 66]);

        Assert.True(scene.Bob.Inbox.Has<ChannelSend>());
        Assert.Equal(["ChatStarted", "ChatLinesMissed"], scene.Log.Story);
        Assert.Equal(1, Assert.Single(scene.Log.Of<ChatLinesMissed>()).Lines);
    }

    [Fact]
    public void Encrypted_messages_pass_and_the_log_says_so_once_a_side()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);

        foreach (var (client, channel) in new[] { (scene.Alice, scene.AtAlice), (scene.Alice, scene.AtAlice), (scene.Bob, scene.AtBob), (scene.Bob, scene.AtBob) })
            client.Send(channel, new ChannelSend(0x64, [1, 2, 3]), MessageOptions.Encrypted);
        scene.AliceSays("in the clear");

        Assert.Equal(["ChatStarted", "ChatNotCaptured", "ChatNotCaptured", "in the clear"], scene.Log.Story);
        Assert.Equal([new UserId("alice"), new UserId("bob")], scene.Log.Of<ChatNotCaptured>().Select(fact => fact.AuthorUser));
        Assert.Equal((2, 3), (scene.Alice.Inbox.TakeAll<ChannelSend>().Count, scene.Bob.Inbox.TakeAll<ChannelSend>().Count));
    }

    [Fact]
    public void A_conversation_without_words_is_not_in_the_log()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);
        scene.Alice.Say(scene.AtAlice, CaptureScene.Of(ImData.Typing));
        scene.Alice.Destroy(scene.AtAlice);

        Assert.Empty(scene.Log.Questions);
    }

    [Fact]
    public void What_an_application_says_on_such_a_channel_is_captured_too()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);
        var bot = scene.Hub.AddApplication("bot");
        bot.Send(ChannelId.Master, new ChannelCreate
        {
            Channel = new(1), Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3,
        });
        scene.Bob.Accept(scene.Bob.Inbox.Take<ChannelCreate>());

        bot.Send(new ChannelId(1), new ChannelSend(0x64, new Opaque(CaptureScene.Text("your train leaves"))));

        Assert.Equal(new UserId("bot"), Assert.Single(scene.Log.Of<ChatLineCaptured>()).AuthorUser);
    }

    [Fact]
    public void Other_channels_are_nobodys_business()
    {
        using var scene = new CaptureScene(ChatLogMode.Relaxed);
        var resolve = scene.Hub.AddResolve("resolve");
        var channel = scene.Alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        resolve.Accept(resolve.Inbox.Take<ChannelCreate>());
        scene.Alice.Say(channel, CaptureScene.Text("who is who"));

        Assert.True(resolve.Inbox.Has<ChannelSend>());
        Assert.Empty(scene.Log.Questions);
    }
}
