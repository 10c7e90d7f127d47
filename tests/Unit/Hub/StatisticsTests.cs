using Sametime.Contracts.Events;
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
