using Sametime.Contracts.Wire;
using Sametime.Hub.Status;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>Replicas of the Online Directory follow what happens at its owners.</summary>
public sealed class ReplicationTests
{
    [Fact]
    public void A_login_is_known_at_every_hub_and_forgotten_when_it_is_over()
    {
        using var scene = new ManyHubsScene(3);
        var alice = scene[0].LogIn("alice");

        foreach (var node in scene.Hubs)
            Assert.Equal(alice.LoginId, Assert.Single(node.Hub.Status.LoginsOf(new UserId("ALICE"))).Login.ToString());
        AssertEqualEverywhere(scene);

        alice.LogOut();
        Assert.All(scene.Hubs, node => Assert.Empty(node.Hub.Status.LoginsOf(new UserId("alice"))));
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void Who_was_online_before_two_hubs_met_is_known_at_both()
    {
        using var scene = new ManyHubsScene(2);
        scene.LinkOf(0, 1).Break();
        scene.Loop.Advance(scene[0].Options.Lease);
        scene[0].LogIn("alice");
        scene[1].LogIn("bob");

        scene.Link(0, 1);
        scene.Loop.RunUntilIdle();

        Assert.Single(scene[0].Hub.Status.LoginsOf(new UserId("bob")));
        Assert.Single(scene[1].Hub.Status.LoginsOf(new UserId("alice")));
        AssertEqualEverywhere(scene);
    }

    internal static void AssertEqualEverywhere(ManyHubsScene scene)
    {
        var first = scene[0].Hub.Status.Directory();
        foreach (var node in scene.Hubs)
        {
            var listing = node.Hub.Status.Directory();
            Assert.Equal(first.Parts, listing.Parts);
            Assert.Equal(first.Digest, listing.Digest);
        }
        Assert.Equal(scene.Hubs.Select(node => node.Hub.Status.Logins), first.Parts.Select(part => part.Logins));
        Assert.All(first.Parts, part => Assert.True(part.IsLive));
    }
}
