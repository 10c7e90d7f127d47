using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A hub whose place was taken by a later start of it.</summary>
public sealed class FencingTests
{
    [Fact]
    public void A_ghost_that_meets_another_hub_learns_of_its_successor_and_says_nothing_more()
    {
        using var scene = new ManyHubsScene(2);
        var (ghost, edge, people) = (scene[0].Hub, scene[0].Edge, scene[0].People);
        var (alice, bob) = (edge.LogIn("alice"), edge.LogIn("bob"));
        scene.Loop.Run(() => alice.CreateIm("bob"));
        scene.Restart(0);
        scene.Heal(0, 1);
        var fenced = 0;
        ghost.Fenced = () => fenced++;
        var frames = edge.Frames.Count + people.Frames.Count;
        edge.Link.IsDead = people.Link.IsDead = true; // From here on a word of the ghost fails the test.

        _ = new HubLink(scene.Loop, ("hub-1", 1, ghost), scene[1].End);
        scene.Loop.RunUntilIdle();

        Assert.Equal(1, fenced);
        Assert.Equal(frames, edge.Frames.Count + people.Frames.Count);
        Assert.Equal((Reason.SignedOnAgain, Reason.SignedOnAgain), (edge.Link.ClosedBecause, people.Link.ClosedBecause));
        Assert.Equal(0, ghost.Status.Logins);
        Assert.Equal((alice.EndedBecause, bob.EndedBecause), (null, null));
        OnlineDirectory.ReplicationTests.AssertEqualEverywhere(scene);
    }

    [Fact]
    public void Who_links_up_to_a_ghost_is_sent_away()
    {
        using var scene = new ManyHubsScene(1);
        scene[0].LogIn("alice");
        scene[0].Hub.Fence();
        scene[0].Hub.Fence();

        var late = new FakeEdge(scene.Loop, scene[0].Hub, "late");
        Assert.Equal(Reason.SignedOnAgain, late.Link.ClosedBecause);
        Assert.Null(late.Attach("bob").LoginId);
    }

    [Fact]
    public void Of_two_with_one_number_the_earlier_start_ends()
    {
        using var scene = new ManyHubsScene(1);
        var ghost = scene[0].Hub;
        var former = scene[0].End;
        scene.Restart(0);
        var fenced = 0;
        ghost.Fenced = () => fenced++;
        scene[0].Hub.Fenced = () => fenced += 100;

        _ = new HubLink(scene.Loop, former, scene[0].End);
        scene.Loop.RunUntilIdle();

        Assert.Equal(1, fenced);
    }

    [Fact]
    public void A_successor_is_not_fenced_by_what_others_remember()
    {
        using var scene = new ManyHubsScene(3);
        scene.Restart(0);
        scene.Heal(0, 1);
        scene.Heal(0, 2);
        scene[0].LogIn("alice");
        OnlineDirectory.ReplicationTests.AssertEqualEverywhere(scene);
    }
}
