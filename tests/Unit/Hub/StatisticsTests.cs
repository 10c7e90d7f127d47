using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class StatisticsTests
{
    [Fact]
    public void TheHubStatesWhatItCountedAtEachInterval()
    {
        using var scene = new HubScene(options => options.StatisticsInterval = TimeSpan.FromSeconds(10));
        scene.Hub.Statistics.Start();
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        scene.LogIn("bob");
        scene.Converse(alice, bob);

        scene.Loop.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(scene.Events.Of<HubSampled>());
        scene.Loop.Advance(TimeSpan.FromSeconds(1));
        scene.LogIn("carol");
        scene.Loop.Advance(TimeSpan.FromSeconds(10));

        var (first, second) = (scene.Events.Of<HubSampled>().First(), scene.Events.Of<HubSampled>().Last());
        Assert.Equal((2, 1, 1L, 3L), (first.Users, first.Channels, first.ChannelsCreated, first.LoginsAccepted));
        Assert.Equal((3, 1, 1L, 4L), (second.Users, second.Channels, second.ChannelsCreated, second.LoginsAccepted));
        Assert.Equal(first.Logins + 1, second.Logins);
        Assert.Equal(2, scene.Events.Of<HubSampled>().Count());

        var (mine, _) = scene.Converse(alice, bob);
        alice.Say(mine, [1]);
        alice.Say(mine, [2]);
        scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => (Reason.IncorrectLogin, null));
        for (var i = 0; i < 3; i++)
            scene.Edge.Attach("mallory");
        scene.Loop.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(new HubSampled(4, 3, 2, 4, 3, 2, 2), scene.Events.Of<HubSampled>().Last());
    }

    [Fact]
    public void AHubThatIsToStateNoneStatesNone()
    {
        using var scene = new HubScene(options => options.StatisticsInterval = TimeSpan.Zero);
        scene.Hub.Statistics.Start();
        scene.Loop.Advance(TimeSpan.FromHours(1));
        Assert.Empty(scene.Events.Of<HubSampled>());
    }
}
