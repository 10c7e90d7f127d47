using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class ChannelLimitTests
{
    [Fact]
    public void AMessageTooLargeEndsItsChannelOnly()
    {
        using var scene = new HubScene();
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        var max = scene.Options.Limits.InstantMessageBytesMax;

        alice.Say(mine, new byte[max]);
        Assert.Equal(max, bob.Inbox.Take<ChannelSend>().Data.Length);
        alice.Say(mine, new byte[max + 1]);

        Assert.False(bob.Inbox.Has<ChannelSend>());
        Assert.Equal(Reason.MessageTooLarge, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.MessageTooLarge, bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(1, scene.Counters.OverLimits);
        Assert.Null(alice.EndedBecause);
    }

    [Fact]
    public void MessagesTooFastAreDelayedInOrderAndNoneIsLost()
    {
        using var scene = new HubScene();
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);

        for (byte i = 0; i < 50; i++)
            alice.Say(mine, [i]);
        var at0 = bob.Inbox.TakeAll<ChannelSend>();
        Assert.Equal(30, at0.Count);
        Assert.Equal(20, scene.Counters.MessagesHeld);

        scene.Loop.Advance(TimeSpan.FromSeconds(1));
        var at1 = bob.Inbox.TakeAll<ChannelSend>();
        Assert.Equal(10, at1.Count);
        scene.Loop.Advance(TimeSpan.FromSeconds(1));
        var at2 = bob.Inbox.TakeAll<ChannelSend>();

        Assert.Equal(Enumerable.Range(0, 50), at0.Concat(at1).Concat(at2).Select(send => (int)send.Data.Span[0]));
        Assert.Equal(0, scene.Loop.TimerCount);
    }

    [Fact]
    public void ALogoutBehindDelayedMessagesComesAfterThem()
    {
        using var scene = new HubScene();
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        for (byte i = 0; i < 35; i++)
            alice.Say(mine, [i]);
        alice.LogOut();
        Assert.Null(alice.EndedBecause);

        scene.Loop.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(35, bob.Inbox.TakeAll<ChannelSend>().Count);
        Assert.Equal(Reason.Success, alice.EndedBecause);
    }

    [Fact]
    public void TooManyDelayedMessagesEndTheirChannel()
    {
        using var scene = new HubScene(options => options.Limits.HeldMessagesMax = 10);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        var (other, _) = scene.Converse(alice, bob);

        for (byte i = 0; i < 41; i++)
            alice.Say(mine, [i]);

        Assert.Equal(1, scene.Counters.HeldOverflows);
        Assert.Equal(Reason.NotEnoughResources, bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.NotEnoughResources, alice.Inbox.Take<ChannelDestroy>(out var ended).Reason);
        Assert.Equal(mine, ended);
        scene.Loop.Advance(TimeSpan.FromSeconds(5));
        bob.Inbox.Clear();
        alice.Say(other, [1]);
        Assert.True(bob.Inbox.Has<ChannelSend>());
    }

    [Fact]
    public void ServiceChannelsHaveNoRateOfTheHub()
    {
        using var scene = new HubScene();
        var resolve = scene.AddResolve("resolve");
        var alice = scene.LogIn("alice");
        var mine = alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        resolve.Accept(resolve.Inbox.Take<ChannelCreate>());

        for (var i = 0; i < 500; i++)
            alice.Say(mine, new byte[20_000]);

        Assert.Equal(500, resolve.Inbox.TakeAll<ChannelSend>().Count);
    }

    [Fact]
    public void CreatesTooFastAreDelayed()
    {
        using var scene = new HubScene(options => options.Limits.UnacceptedPerLogin = 1_000);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));

        for (var i = 0; i < 120; i++)
            alice.CreateIm("bob");
        Assert.Equal(100, bob.Inbox.TakeAll<ChannelCreate>().Count);
        scene.Loop.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(20, bob.Inbox.TakeAll<ChannelCreate>().Count);
    }

    [Fact]
    public void ChannelsBeyondTheLimitAreRefusedAndTheRestLivesOn()
    {
        using var scene = new HubScene(options => options.Limits.ChannelsPerLogin = 3);
        var (alice, bob, carol) = (scene.LogIn("alice"), scene.LogIn("bob"), scene.LogIn("carol"));
        for (var i = 0; i < 3; i++)
            scene.Converse(alice, bob);

        alice.CreateIm("carol");
        Assert.Equal(Reason.ServerFull, alice.Inbox.Take<ChannelDestroy>().Reason);

        // Nor can anybody fill another one's table further.
        carol.CreateIm("bob");
        Assert.Equal(Reason.ServerFull, carol.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(3, scene.Hub.Status.Channels().Count);
        Assert.Equal(2, scene.Counters.ChannelsRefused);
    }

    [Fact]
    public void AnApplicationThatIsFullIsPassedOver()
    {
        using var scene = new HubScene(options => options.Limits.ChannelsPerApplication = 1);
        var (first, second) = (scene.AddResolve("first"), scene.AddResolve("second"));
        var alice = scene.LogIn("alice");

        for (var i = 0; i < 3; i++)
            alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        Assert.Equal((1, 1), (first.Inbox.TakeAll<ChannelCreate>().Count, second.Inbox.TakeAll<ChannelCreate>().Count));
        Assert.Equal(Reason.ServerFull, alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void TooManyUnacceptedChannelsAreAborted()
    {
        using var scene = new HubScene();
        var (alice, _) = (scene.LogIn("alice"), scene.LogIn("bob"));
        for (var i = 0; i < 51; i++)
            alice.CreateIm("bob");

        Assert.Equal(Reason.Aborted, Assert.Single(alice.Inbox.TakeAll<ChannelDestroy>()).Reason);
        Assert.Equal(50, scene.Hub.Status.UnacceptedChannels);
    }

    [Fact]
    public void AnApplicationMayWaitForAsManyAsItLikes()
    {
        using var scene = new HubScene(static options => options.Limits.UnacceptedPerLogin = 2);
        var (alice, bot) = (scene.LogIn("alice"), scene.AddApplication("bot"));
        for (uint id = 1; id <= 5; id++)
            bot.Send(ChannelId.Master, new ChannelCreate { Channel = new(id), Target = new("alice"), Service = ServiceTypes.Conference, Protocol = ProtocolTypes.Conference, Version = 2 });
        Assert.Equal((5, false), (alice.Inbox.TakeAll<ChannelCreate>().Count, bot.Inbox.Has<ChannelDestroy>()));
    }

    [Fact]
    public void AChannelNobodyAcceptsIsAbortedAtBothEnds()
    {
        using var scene = new HubScene();
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        alice.CreateIm("bob");
        scene.Loop.Advance(TimeSpan.FromSeconds(20));
        var later = alice.CreateIm("bob");

        scene.Loop.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Reason.Aborted, Assert.Single(alice.Inbox.TakeAll<ChannelDestroy>()).Reason);
        Assert.Equal(Reason.Aborted, Assert.Single(bob.Inbox.TakeAll<ChannelDestroy>()).Reason);

        scene.Loop.Advance(TimeSpan.FromSeconds(20));
        alice.Inbox.Take<ChannelDestroy>(out var ended);
        Assert.Equal(later, ended);
        Assert.Equal((0, 0), (scene.Hub.Status.UnacceptedChannels, scene.Loop.TimerCount));
    }

    [Fact]
    public void ARateLetsTheBurstThroughAndThenOneAtATime()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var bucket = default(Sametime.Hub.Logins.TokenBucket);
        var rate = new Rate(PerSecond: 4, Burst: 3);

        for (var i = 0; i < 3; i++)
            Assert.True(bucket.TryTake(rate, time, out _));
        Assert.False(bucket.TryTake(rate, time, out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(250), wait);
        time.Advance(wait);
        Assert.True(bucket.TryTake(rate, time, out _));
        Assert.False(bucket.TryTake(rate, time, out _));
    }
}
