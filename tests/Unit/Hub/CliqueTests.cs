using Sametime.Contracts.Link.Participants;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Hubs that find one another.</summary>
public sealed class CliqueTests
{
    [Fact]
    public void Each_hub_lists_every_other_one_as_a_participant()
    {
        using var scene = new ManyHubsScene(3);
        foreach (var node in scene.Hubs)
        {
            var hubs = node.Hub.Status.Participants().Where(participant => participant.Kind == ParticipantKind.Hub);
            Assert.Equal(["hub-1", "hub-2", "hub-3"], hubs.Select(hub => hub.Name).Order());
        }
    }

    [Fact]
    public void A_hub_that_is_lost_is_listed_no_more_and_is_again_when_it_is_back()
    {
        using var scene = new ManyHubsScene(2);
        scene.LinkOf(0, 1).Break();
        Assert.DoesNotContain(scene[0].Hub.Status.Participants(), participant => participant.Name == "hub-2");

        scene.Link(0, 1);
        scene.Loop.RunUntilIdle();
        Assert.Contains(scene[0].Hub.Status.Participants(), participant => participant.Name == "hub-2");
    }
}
