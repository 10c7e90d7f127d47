using Sametime.Contracts.Events;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Hub.Capture;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

public sealed class CaptureStatusTests
{
    [Fact]
    public void The_status_shows_what_is_captured_and_what_waits()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, EncryptedChat.Decline);
        scene.Log.IsSlow = true;
        scene.AliceSays("1");
        scene.AliceSays("2");
        scene.Alice.Say(scene.AtAlice, CaptureScene.Of(ImData.Typing));
        var shown = scene.Hub.Hub.Status.Capture;
        Assert.Equal(new CaptureListing(true, ChatLogMode.Strict, EncryptedChat.Decline, false, 1, 3, 3, shown.WaitingBytes, 3, 0), shown);
        Assert.True(shown.WaitingBytes > 3 * 200);
        scene.Log.Answer();
        Assert.Equal((1, 3L, 1, 2), (scene.Hub.Hub.Status.Capture.Conversations, scene.Hub.Hub.Status.Capture.Facts, scene.Hub.Hub.Status.Capture.Waiting, scene.Hub.Hub.Status.Capture.HeldMessages));
    }
}
