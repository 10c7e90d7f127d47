using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Unit.Hub.Leftovers;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>Whatever happens to three hubs and the links between them: once it is quiet, all of them know the truth, and each user is at one hub.</summary>
public sealed class ReplicaModelTests
{
    private const int Steps = 150;
    private const int Users = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void After_a_quiet_time_all_replicas_equal_the_truth(int seed)
    {
        var random = new Random(seed);
        using var scene = new ManyHubsScene(3);
        var places = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        var idle = scene.Hubs.Select(static node => HubCensus.Of(node.Hub)).ToArray();
        for (uint step = 1; step <= Steps; step++)
            Disturb(scene, places, random, step);

        foreach (var (left, right) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            scene.LinkOf(left, right).IsSwallowing = false;
            scene.LinkOf(left, right).Break();
            scene.Heal(left, right);
        }
        scene.Loop.Advance(TimeSpan.FromSeconds(10));

        ReplicationTests.AssertEqualEverywhere(scene);
        for (var user = 0; user < Users; user++)
        {
            var truth = scene.Hubs.SelectMany(node => node.Edge.Clients).Where(client => client.LoginId is not null && Name(scene, client) == $"user{user}")
                .Select(client => client.LoginId!).Order().ToArray();
            Assert.All(scene.Hubs, node => Assert.Equal(truth, node.Where($"user{user}").Order()));
            Assert.InRange(truth.Select(login => login[..4]).Distinct().Count(), 0, 1);
        }
        var listed = scene[0].Hub.Status.Directory();
        Assert.Equal(listed.Parts.Sum(part => part.Places), AllPlaces(scene).Distinct().Count());

        // Who is there goes, and every place is closed: nothing of what happened is left at any hub.
        foreach (var client in scene.Hubs.SelectMany(static node => node.Edge.Clients).ToArray())
            client.LogOut();
        for (var hub = 0; hub < places.Length; hub++)
        {
            foreach (var place in scene[hub].Hub.Status.ActivePlaces)
                places[hub].Ask<DeactivatePlaceRequest, Done>(Steps + 1, new DeactivatePlaceRequest(place));
        }
        scene.Loop.Advance(TimeSpan.FromSeconds(30));
        for (var hub = 0; hub < idle.Length; hub++)
            HubCensus.AssertSame(idle[hub], HubCensus.Of(scene[hub].Hub), $"Seed {seed}, hub {hub + 1}");
    }

    private static void Disturb(ManyHubsScene scene, FakeApplication[] places, Random random, uint step)
    {
        var (hub, other) = (random.Next(3), random.Next(2));
        other = other >= hub ? other + 1 : other;
        switch (random.Next(12))
        {
            case < 4:
                scene[hub].LogIn($"user{random.Next(Users)}");
                break;

            case 4 or 5:
                scene[hub].Edge.Clients.Skip(random.Next(4)).FirstOrDefault()?.Vanish();
                break;

            case 6:
                scene.Part(hub, other);
                break;

            case 7:
                scene.LinkOf(hub, other).Break();
                scene.Heal(hub, other);
                break;

            case 8:
                scene.LinkOf(hub, other).IsSwallowing = !scene.LinkOf(hub, other).IsSwallowing;
                break;

            case 9:
                scene.Loop.Advance(TimeSpan.FromMilliseconds(random.Next(7_000)));
                break;

            case 10:
                places[hub].Ask<ActivatePlaceRequest, Done>(step, new ActivatePlaceRequest($"place{random.Next(5)}"));
                break;

            default:
                places[hub].Ask<DeactivatePlaceRequest, Done>(step, new DeactivatePlaceRequest($"place{random.Next(5)}"));
                break;
        }
    }

    private static string Name(ManyHubsScene scene, FakeClient client) =>
        scene.Hubs.SelectMany(node => node.Hub.Status.Participants()).FirstOrDefault(participant => participant.LoginId == client.LoginId)?.UserId ?? "";

    private static IEnumerable<string> AllPlaces(ManyHubsScene scene) => scene.Hubs.SelectMany(node => node.Hub.Status.ActivePlaces);
}
