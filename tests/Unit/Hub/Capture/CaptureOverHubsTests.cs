using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

public sealed class CaptureOverHubsTests
{
    [Fact]
    public void Each_hub_captures_what_its_own_users_say_under_one_correlation()
    {
        using var scene = new ManyHubsScene(2);
        var logs = new[] { LogOf(scene, 0), LogOf(scene, 1) };
        foreach (var log in logs)
            log.SetPolicy(ChatLogMode.Strict);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var (atAlice, atBob) = scene.Converse(alice, bob);

        alice.Say(atAlice, CaptureScene.Text("from one"));
        bob.Say(atBob, CaptureScene.Text("from two"));
        alice.Say(atAlice, CaptureScene.Text("bye"));
        alice.Destroy(atAlice);

        Assert.Equal(["from one", "bye"], CaptureScene.LinesOf(bob));
        Assert.True(bob.Inbox.Has<ChannelDestroy>());
        Assert.Equal(["ChatStarted", "from one", "bye", "ChatEnded"], logs[0].Story);
        Assert.Equal(["ChatStarted", "from two", "ChatEnded"], logs[1].Story);
        Assert.Single(logs.SelectMany(log => log.Facts).Select(fact => fact.Correlation).Distinct());
        Assert.Single(logs.SelectMany(log => log.Of<ChatStarted>()).Distinct());
        var line = Assert.Single(logs[1].Of<ChatLineCaptured>());
        Assert.Equal((bob.LoginId, "bob", alice.LoginId, "alice"), (line.Author.ToString(), line.AuthorUser.Value, line.Recipient.ToString(), line.RecipientUser.Value));
    }

    [Fact]
    public void The_policy_of_each_hub_counts_for_its_own_users_alone()
    {
        using var scene = new ManyHubsScene(2);
        var log = LogOf(scene, 0);
        log.SetPolicy(ChatLogMode.Strict);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var (atAlice, atBob) = scene.Converse(alice, bob);
        log.IsSlow = true;

        bob.Say(atBob, CaptureScene.Text("at once"));
        alice.Say(atAlice, CaptureScene.Text("later"));

        Assert.Equal(["at once"], CaptureScene.LinesOf(alice));
        Assert.Empty(CaptureScene.LinesOf(bob));
        log.Answer();
        Assert.Equal(["later"], CaptureScene.LinesOf(bob));
    }

    [Fact]
    public void A_hub_without_a_log_of_its_own_uses_that_of_another()
    {
        using var scene = new ManyHubsScene(2);
        var own = LogOf(scene, 0);
        own.SetPolicy(ChatLogMode.Strict);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[0].LogIn("bob"));
        var (atAlice, _) = scene.Converse(alice, bob);
        alice.Say(atAlice, CaptureScene.Text("own"));
        var other = new FakeChatLog(scene.Loop, scene[1].Hub, "other", sharing: own);
        Assert.Equal(["own"], CaptureScene.LinesOf(bob));

        own.Application.Break();
        alice.Say(atAlice, CaptureScene.Text("other"));

        Assert.Equal(["other"], CaptureScene.LinesOf(bob));
        Assert.Equal((1, HubScene.Incarnation), (Assert.Single(other.Questions).Hub, other.Questions[0].Incarnation));
    }

    [Fact]
    public void A_cipher_offered_from_a_hub_that_lets_it_pass_is_declined_here()
    {
        using var scene = new ManyHubsScene(2);
        LogOf(scene, 1).SetPolicy(ChatLogMode.Strict, EncryptedChat.Decline);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var cipher = new CipherItem(CipherId.Rc2With128, [1, 2, 3]);

        foreach (var policy in new[] { EncryptionPolicy.IfPossible, EncryptionPolicy.Required })
        {
            alice.Send(new ChannelCreate
            {
                Channel = new ChannelId((uint)policy),
                Target = new IdBlock(bob.LoginId!),
                Service = ServiceTypes.InstantMessage,
                Protocol = ProtocolTypes.InstantMessage,
                Version = ProtocolVersions.InstantMessage,
                Negotiation = Negotiation.Of(new EncryptOffer(policy, [cipher])),
            });
        }

        Assert.Equal([Negotiation.None], bob.Inbox.TakeAll<ChannelCreate>().Select(create => create.Negotiation));
        Assert.Equal(Reason.EncryptionMismatch, alice.Inbox.Take<ChannelDestroy>(out var refused).Reason);
        Assert.Equal(new ChannelId((uint)EncryptionPolicy.Required), refused);
    }

    [Fact]
    public void A_line_for_a_hub_that_is_lost_while_it_waits_is_marked_as_not_delivered()
    {
        using var scene = new ManyHubsScene(2);
        var log = LogOf(scene, 0);
        log.SetPolicy(ChatLogMode.Strict);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var (atAlice, _) = scene.Converse(alice, bob);
        log.IsSlow = true;
        alice.Say(atAlice, CaptureScene.Text("nobody there"));

        scene.Part(0, 1);
        log.Answer();
        log.Answer();

        Assert.Equal(["ChatStarted", "nobody there", "ChatLineUndelivered", "ChatEnded"], log.Story);
        Assert.Equal(Reason.ConnectionBroken, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(bob.Inbox.Has<ChannelSend>());
    }

    [Fact]
    public void What_is_said_before_anybody_at_the_other_hub_has_accepted_is_logged_for_whom_it_was_meant()
    {
        using var scene = new ManyHubsScene(2);
        var log = LogOf(scene, 0);
        log.SetPolicy(ChatLogMode.Relaxed);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));

        alice.Say(alice.CreateIm("bob"), CaptureScene.Text("early"));
        alice.Say(alice.CreateIm(bob.LoginId!), CaptureScene.Text("early too"));

        Assert.Equal([("", "bob"), (bob.LoginId!, "")], log.Of<ChatLineCaptured>()
            .Select(line => (line.Recipient == default ? "" : line.Recipient.ToString(), line.RecipientUser.Value ?? "")));
    }

    [Fact]
    public void What_an_application_of_another_hub_says_to_many_is_logged_there_and_not_here()
    {
        using var scene = new ManyHubsScene(2);
        var log = LogOf(scene, 1);
        log.SetPolicy(ChatLogMode.Strict);
        log.IsSlow = true;
        var bot = scene[0].AddApplication("bot");
        FakeClient[] clients = [scene[1].LogIn("alice"), scene[1].LogIn("bob")];
        var channels = CaptureScene.Open(bot, clients);
        bot.SendToMany(channels, new ChannelSend(0x64, new Opaque(CaptureScene.Text("the building closes"))));
        Assert.All(clients, static client => Assert.Equal(["the building closes"], CaptureScene.LinesOf(client)));
        Assert.Empty(log.Questions);
    }

    private static FakeChatLog LogOf(ManyHubsScene scene, int hub) => new(scene.Loop, scene[hub].Hub, $"chat-log-{hub + 1}");
}
