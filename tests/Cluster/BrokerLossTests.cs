using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sametime.Tests.Cluster.Running;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>The broker is killed and comes back: it carries what goes from hub to hub, and nothing else.</summary>
public sealed class BrokerLossTests(ThreeHubs cluster, ITestOutputHelper output) : ThreeHubsTest(cluster, output)
{
    private const int PeopleEach = 20;
    private const int WatchersEach = 2;

    [Fact]
    public async Task S055_Without_the_broker_each_hub_goes_on_by_itself_and_with_it_they_find_together_again()
    {
        var people = await GatherAsync(PeopleEach);
        var talks = await TalkAsync(people);
        var watchers = await WatchAsync(WatchersEach);

        await Cluster.Servers.KillAsync(OwnServices.Broker, Stop);

        await Task.WhenAll(talks.Where(talk => talk.IsForeign).Select(talk => talk.IsBrokenAsync(Stop)));
        await Task.WhenAll(talks.Where(talk => !talk.IsForeign).Select(talk => talk.GoOnAsync(Stop)));
        await Task.WhenAll(Enumerable.Range(0, ThreeHubs.Count).Select(IsDegradedAsync));

        // People come and go meanwhile, and talk with who is at their hub.
        var goes = people[0][0];
        var talksOfOthers = talks.Where(talk => !talk.IsOf(goes)).ToArray();
        await goes.LogOutAsync(Stop);
        var newcomer = NewPerson(1);
        await newcomer.LogInAsync(Stop);
        await (await Talk.BeginAsync(newcomer, people[1][0], Stop)).GoOnAsync(Stop);

        await Cluster.Servers.StartAgainAsync(OwnServices.Broker, Stop);

        await PresenceIsTrueAsync(watchers);
        await Task.WhenAll(talksOfOthers.Select(talk => talk.IsSilentAsync(Stop)));
        await (await Talk.BeginAsync(newcomer, people[2][0], Stop)).GoOnAsync(Stop);
        await Task.WhenAll(people[0].Skip(1).Zip(people[1].Skip(1), async (one, other) => await (await Talk.BeginAsync(one, other, Stop)).GoOnAsync(Stop)));
    }

    protected override Task RepairAsync() => Cluster.Servers.StartAgainAsync(OwnServices.Broker, CancellationToken.None);

    private async Task IsDegradedAsync(int hub)
    {
        using var http = new HttpClient();
        await Eventually.IsAsync(
            async () =>
            {
                using var answer = await http.GetAsync(Cluster.HealthOf(hub), Stop);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!["state"] == "degraded";
            },
            $"hub {hub + 1} is degraded", Stop);
    }
}
