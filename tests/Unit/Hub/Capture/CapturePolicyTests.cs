using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

public sealed class CapturePolicyTests
{
    private static readonly CipherItem Cipher = new(CipherId.Rc2With40, default);

    [Fact]
    public void A_hub_that_was_not_told_captures_nothing()
    {
        using var scene = new HubScene();
        var log = new FakeChatLog(scene.Loop, scene.Hub);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (atAlice, _) = scene.Converse(alice, bob);

        alice.Say(atAlice, CaptureScene.Text("unheard"));

        Assert.Empty(log.Questions);
        Assert.Equal((false, ChatLogMode.Off), (scene.Hub.Status.Capture.IsKnown, scene.Hub.Status.Capture.Mode));
    }

    [Fact]
    public void It_counts_from_the_next_message_on_also_for_channels_that_are_open()
    {
        using var scene = new CaptureScene(ChatLogMode.Off);
        scene.AliceSays("off");
        scene.Log.SetPolicy(ChatLogMode.Relaxed);
        scene.AliceSays("relaxed");
        scene.Log.SetPolicy(ChatLogMode.Strict);
        scene.AliceSays("strict");
        scene.Log.SetPolicy(ChatLogMode.Off);
        scene.AliceSays("off again");
        scene.Log.SetPolicy(ChatLogMode.Strict);
        scene.AliceSays("on again");

        Assert.Equal(["off", "relaxed", "strict", "off again", "on again"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(["ChatStarted", "relaxed", "strict", "ChatEnded", "ChatStarted", "on again"], scene.Log.Story);
        Assert.Equal([ChatLogMode.Relaxed, ChatLogMode.Strict], scene.Log.Of<ChatStarted>().Select(started => started.Mode));
    }

    [Theory]
    [InlineData(ChatLogMode.Relaxed)]
    [InlineData(ChatLogMode.Off)]
    public void What_waits_when_it_changes_keeps_its_place(ChatLogMode next)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("1");
        scene.Log.SetPolicy(next);
        scene.AliceSays("2");
        Assert.Empty(CaptureScene.LinesOf(scene.Bob));

        scene.Log.Answer();
        scene.AliceSays("3");
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        Assert.Equal(["1", "2", "3"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(next == ChatLogMode.Off ? ["ChatStarted", "1", "ChatEnded"] : ["ChatStarted", "1", "2", "3"], scene.Log.Story);
    }

    [Fact]
    public void Of_a_conversation_that_ends_after_it_was_switched_off_the_log_says_when_it_was_no_longer_captured()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.IsSlow = true;
        scene.AliceSays("1");
        scene.Log.SetPolicy(ChatLogMode.Off);
        scene.Alice.Destroy(scene.AtAlice, Reason.ConnectionBroken);
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();

        Assert.Equal(Reason.ConnectionBroken, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(new ChatEnded(Reason.Success), Assert.Single(scene.Log.Of<ChatEnded>()));
    }

    [Fact]
    public void It_counts_only_from_an_application_that_provides_Chat_Logging()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Hub.People.Deliver(LinkKind.CapturePolicy, 0, [(byte)ChatLogMode.Off, 0]);

        Assert.Equal(ChatLogMode.Strict, scene.Hub.Hub.Status.Capture.Mode);
        Assert.Equal(1, scene.Hub.Counters.UnknownFrames);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(1, 2)]
    [InlineData(1, -1)]
    public void A_policy_that_does_not_exist_ends_the_link(int mode, int encrypted)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.Application.Deliver(LinkKind.CapturePolicy, 0, encrypted < 0 ? [(byte)mode] : [(byte)mode, (byte)encrypted]);

        Assert.Equal(Reason.ProtocolError, scene.Log.Application.Link.ClosedBecause);
    }

    [Fact]
    public void It_stays_in_force_while_Chat_Logging_is_away()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict);
        scene.Log.Application.Break();
        scene.AliceSays("not yet");
        Assert.Equal((1, 0, 0), (scene.Hub.Hub.Status.Capture.HeldMessages, scene.Alice.Inbox.Count, scene.Bob.Inbox.Count));

        var back = new FakeChatLog(scene.Hub.Loop, scene.Hub.Hub, sharing: scene.Log);
        Assert.Equal(["not yet"], CaptureScene.LinesOf(scene.Bob));
        Assert.Equal(["ChatStarted", "not yet"], back.Story);
    }

    [Fact]
    public void Where_a_log_is_required_nobody_talks_before_the_policy_is_known()
    {
        using var scene = new HubScene(options => options.ChatLogRequired = true);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));

        alice.CreateIm("bob");
        Assert.Equal(Reason.ServerNotResponding, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(1, scene.Counters.ConversationsRefused);

        new FakeChatLog(scene.Loop, scene.Hub).SetPolicy(ChatLogMode.Off);
        scene.Converse(alice, bob);
    }

    [Theory]
    [InlineData(ChatLogMode.Off, EncryptedChat.Decline)]
    [InlineData(ChatLogMode.Strict, EncryptedChat.Pass)]
    public void Ciphers_are_offered_as_they_came_unless_they_are_to_be_declined(ChatLogMode mode, EncryptedChat encrypted)
    {
        using var scene = new CaptureScene(mode, encrypted);
        var offer = Offer(scene.Alice, scene.Bob, EncryptionPolicy.Required);

        Assert.Equal([Cipher], offer!.Ciphers);
    }

    [Theory]
    [InlineData(ChatLogMode.Relaxed)]
    [InlineData(ChatLogMode.Strict)]
    public void Ciphers_that_are_declined_are_taken_out_of_the_offer(ChatLogMode mode)
    {
        using var scene = new CaptureScene(mode, EncryptedChat.Decline);
        var offer = Offer(scene.Alice, scene.Bob, EncryptionPolicy.IfPossible);

        Assert.Equal(new EncryptOffer(EncryptionPolicy.None, []), offer);
    }

    [Theory]
    [InlineData(EncryptionPolicy.Required)]
    [InlineData(EncryptionPolicy.Rc2With40)]
    [InlineData(EncryptionPolicy.Rc2With128)]
    public void A_client_that_insists_is_refused(EncryptionPolicy policy)
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, EncryptedChat.Decline);
        Assert.Null(Offer(scene.Alice, scene.Bob, policy));

        Assert.Equal(Reason.EncryptionMismatch, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(1, scene.Hub.Counters.ConversationsRefused);
    }

    [Theory]
    [InlineData(ChatLogMode.Relaxed)]
    [InlineData(ChatLogMode.Strict)]
    public void One_that_encrypts_all_the_same_or_from_before_has_its_channel_ended(ChatLogMode mode)
    {
        using var scene = new CaptureScene(mode, EncryptedChat.Decline);
        scene.Alice.Send(scene.AtAlice, new ChannelSend(0x64, [1, 2, 3]), MessageOptions.Encrypted);

        Assert.Equal(Reason.EncryptionMismatch, scene.Alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.EncryptionMismatch, scene.Bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(scene.Bob.Inbox.Has<ChannelSend>());
    }

    [Fact]
    public void An_offer_that_does_not_parse_is_none()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, EncryptedChat.Decline);
        var (alice, bob) = (scene.Alice, scene.Bob);
        var create = Bytes.Message(ChannelId.Master, Create(alice, bob, Negotiation.None));

        // Policy 1, and a block of one byte.
        alice.SendBytes([.. create[..^Negotiation.None.Bytes.Length], 0, 1, 0, 0, 0, 1, 9]);

        Assert.Equal(Negotiation.None, bob.Inbox.Take<ChannelCreate>().Negotiation);
    }

    [Fact]
    public void Offers_of_other_services_are_nobodys_business()
    {
        using var scene = new CaptureScene(ChatLogMode.Strict, EncryptedChat.Decline);
        var negotiation = Negotiation.Of(new EncryptOffer(EncryptionPolicy.Required, [Cipher]));
        scene.Alice.Send(Create(scene.Alice, scene.Bob, negotiation) with { Service = ServiceTypes.FileTransfer });

        Assert.Equal(negotiation, scene.Bob.Inbox.Take<ChannelCreate>().Negotiation);
    }

    private static EncryptOffer? Offer(FakeClient creator, FakeClient target, EncryptionPolicy policy)
    {
        creator.Send(Create(creator, target, Negotiation.Of(new EncryptOffer(policy, [Cipher]))));
        return target.Inbox.Has<ChannelCreate>() && target.Inbox.Take<ChannelCreate>().Negotiation.TryReadOffer(out var offer) ? offer : null;
    }

    private static ChannelCreate Create(FakeClient creator, FakeClient target, Negotiation negotiation) => new()
    {
        Channel = new ChannelId(creator.Handle + 100),
        Target = new IdBlock(target.LoginId!),
        Service = ServiceTypes.InstantMessage,
        Protocol = ProtocolTypes.InstantMessage,
        Version = ProtocolVersions.InstantMessage,
        Negotiation = negotiation,
    };
}
