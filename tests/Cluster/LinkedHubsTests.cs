using Sametime.Tests.Cluster.Running;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>Hubs that are started with nothing but the address of a broker find each other.</summary>
public sealed class LinkedHubsTests(ThreeHubs cluster, ITestOutputHelper output) : ThreeHubsTest(cluster, output)
{
    [Fact]
    public async Task S005_S077_Each_hub_lists_each_other_one_as_logged_in_and_each_pair_has_one_link()
    {
        var names = Cluster.Hubs.Select(hub => hub.Name).ToArray();
        foreach (var hub in Cluster.Hubs)
        {
            var participants = (await hub.StatusAsync(Stop, listings: true))!["hub"]!["participants"]!.AsArray();
            Assert.Equal(names, participants.Where(one => (string)one!["kind"]! == "hub").Select(one => (string)one!["name"]!).Order());
        }
    }
}
