using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

/// <summary>How long a line waits for the log, and the log for the next question.</summary>
public sealed class CaptureTimeTests
{
    [Fact]
    public void The_time_counts_from_the_oldest_line_as_long_as_nothing_is_stored()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("1");
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(6));
        scene.AliceSays("2");
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(3));
        scene.Log.Answer();
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(["1"], CaptureScene.LinesOf(scene.Bob));
        Assert.False(scene.Bob.Inbox.Has<ChannelDestroy>());

        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(2));

        Assert.True(scene.Bob.Inbox.Has<ChannelDestroy>());
    }

    [Fact]
    public void It_does_not_count_from_when_something_was_stored_before_the_line_was_said()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("1");
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(1));
        while (scene.Log.HasQuestion)
            scene.Log.Answer();
        scene.Hub.Loop.Advance(TimeSpan.FromSeconds(4));
        scene.AliceSays("2");

        scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(scene.Bob.Inbox.Has<ChannelDestroy>());
        scene.Hub.Loop.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(scene.Bob.Inbox.Has<ChannelDestroy>());
    }

    [Fact]
    public void A_log_that_says_no_is_asked_again_when_its_pause_is_over_and_not_a_moment_before()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.Refuses = Reason.Failure;
        scene.AliceSays("1");
        for (var questions = 1; questions <= 3; questions++)
        {
            scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureRetry - TimeSpan.FromMilliseconds(1));
            Assert.Equal(questions, scene.Log.Questions.Count);
            scene.Hub.Loop.Advance(TimeSpan.FromMilliseconds(1));
        }
    }
}
