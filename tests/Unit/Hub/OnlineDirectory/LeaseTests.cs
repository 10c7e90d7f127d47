using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>What is known of a hub that is lost.</summary>
public sealed class LeaseTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void The_users_of_a_lost_hub_stay_for_the_lease_and_no_longer()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        scene.Part(0, 1);

        scene.Loop.Advance(scene[1].Options.Lease - Moment);
        Assert.Single(scene[1].Where("alice"));
        Assert.False(scene[1].Hub.Status.Directory().Parts[0].IsLive);

        scene.Loop.Advance(Moment);
        Assert.Empty(scene[1].Where("alice"));
        Assert.Single(scene[1].Hub.Status.Directory().Parts);
    }

    [Fact]
    public void No_channel_is_made_toward_a_lost_hub_and_all_are_when_it_is_back()
    {
        using var scene = new ManyHubsScene(2);
        var alice = scene[0].LogIn("alice");
        var bob = scene[1].LogIn("bob");
        scene.Part(0, 1);
        bob.CreateIm("alice");
        Assert.True(bob.Inbox.Has<Contracts.Wire.Channels.ChannelDestroy>());

        scene.Heal(0, 1);
        bob.CreateIm("alice");
        Assert.True(alice.Inbox.Has<Contracts.Wire.Channels.ChannelCreate>());
    }

    [Fact]
    public void Nor_toward_one_that_is_back_and_has_not_said_yet_who_is_there()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        var bob = scene[1].LogIn("bob");
        scene.Part(0, 1);
        scene.Link(0, 1);
        scene.LinkOf(0, 1).IsSwallowing = true;
        scene.Loop.RunUntilIdle();

        bob.CreateIm("alice");

        Assert.Single(scene[1].Where("alice"));
        Assert.True(bob.Inbox.Has<Contracts.Wire.Channels.ChannelDestroy>());
    }

    [Fact]
    public void A_short_break_is_no_change_for_anybody()
    {
        using var scene = new ManyHubsScene(2);
        var alice = scene[0].LogIn("alice");
        var watcher = scene[1].AddApplication("watcher");
        watcher.Locate("alice");

        scene.Part(0, 1);
        scene.Loop.Advance(scene[1].Options.Lease / 2);
        scene.Heal(0, 1);
        scene.Loop.Advance(2 * scene[1].Options.Lease);

        Assert.Equal([alice.LoginId!], scene[1].Where("alice"));
        Assert.Single(watcher.HeardOf<UserLocated>());
        ReplicationTests.AssertEqualEverywhere(scene);
    }

    [Fact]
    public void What_has_changed_during_a_break_is_told_once()
    {
        using var scene = new ManyHubsScene(2);
        var (alice, _) = (scene[0].LogIn("alice"), scene[0].LogIn("carol"));
        var watcher = scene[1].AddApplication("watcher");
        watcher.Locate("alice", "bob", "carol");

        scene.Part(0, 1);
        alice.LogOut();
        scene[0].LogIn("bob");
        scene.Heal(0, 1);

        var told = watcher.HeardOf<UserLocated>().Skip(3).ToArray();
        Assert.Equal(["alice", "bob"], told.Select(fact => fact.User.Value).Order());
        Assert.Empty(told.Single(fact => fact.User.Value == "alice").Logins);
        Assert.Single(told.Single(fact => fact.User.Value == "bob").Logins);
    }

    [Fact]
    public void A_restarted_hub_has_none_of_the_users_of_its_former_start()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        scene[0].LogIn("bob");
        scene.Restart(0);
        var again = scene[0].LogIn("bob");
        Assert.Single(scene[1].Where("alice"));

        scene.Heal(0, 1);

        Assert.Empty(scene[1].Where("alice"));
        Assert.Equal([again.LoginId!], scene[1].Where("bob"));
        ReplicationTests.AssertEqualEverywhere(scene);
    }

    [Fact]
    public void A_hub_that_is_linked_but_says_nothing_keeps_no_ghosts_beyond_the_lease()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        scene.Part(0, 1);
        scene.Loop.Advance(scene[1].Options.Lease / 2);
        scene.Link(0, 1);
        scene.LinkOf(0, 1).IsSwallowing = true;

        scene.Loop.Advance(scene[1].Options.Lease);

        Assert.Empty(scene[1].Where("alice"));
    }

    [Fact]
    public void A_wrong_wall_clock_changes_nothing()
    {
        using var scene = new ManyHubsScene(3, skew: number => number switch { 1 => TimeSpan.FromHours(-1), 2 => TimeSpan.FromDays(400), _ => TimeSpan.Zero });
        scene[0].LogIn("alice");
        scene[1].LogIn("bob");
        scene.Loop.Advance(TimeSpan.FromMinutes(1));
        ReplicationTests.AssertEqualEverywhere(scene);
        Assert.Equal([0L, 0L, 0L], scene.Hubs.Select(node => node.Counters.DirectoryRepairs));

        scene.Part(0, 1);
        scene.Loop.Advance(scene[0].Options.Lease - Moment);
        Assert.Single(scene[0].Where("bob"));
        Assert.Single(scene[1].Where("alice"));
        scene.Loop.Advance(Moment);
        Assert.Empty(scene[0].Where("bob"));
        Assert.Empty(scene[1].Where("alice"));
        Assert.Single(scene[2].Where("alice"));
    }

    [Fact]
    public void A_hub_that_is_lost_again_has_its_whole_lease_again()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        scene.Part(0, 1);
        scene.Loop.Advance(scene[1].Options.Lease / 2);
        for (var time = 1; time <= 3; time++)
        {
            scene.Heal(0, 1);
            Assert.Single(scene[1].Where("alice"));
            scene.Part(0, 1);
            scene.Loop.Advance(scene[1].Options.Lease - Moment);
            Assert.Single(scene[1].Where("alice"));
            scene.Loop.Advance(Moment);
            Assert.Empty(scene[1].Where("alice"));
        }
    }

    [Fact]
    public void Of_one_that_was_back_without_saying_who_is_there_nothing_is_left_when_it_is_lost_again()
    {
        using var scene = new HubScene();
        new PlayedHub(scene.Loop, scene.Hub, 2).Hello().Snapshot(1, PlayedHub.Came(2, "alice")).Lose();
        var silent = new PlayedHub(scene.Loop, scene.Hub, 2).Hello();
        Assert.Single(scene.Hub.Status.LoginsOf(new UserId("alice")));
        scene.Loop.Advance(scene.Options.Lease);
        Assert.Empty(scene.Hub.Status.LoginsOf(new UserId("alice")));

        silent.Lose();
        scene.Loop.Advance(scene.Options.Lease);
        Assert.Single(scene.Hub.Status.Directory().Parts); // its own
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    public void Who_was_at_a_lost_hub_and_is_at_another_is_reached_there_whichever_number_it_has(int lost, int present)
    {
        using var scene = new ManyHubsScene(3);
        scene[lost].LogIn("alice");
        scene.Part(lost, present);
        scene.Part(lost, 1);
        var (alice, bob) = (scene[present].LogIn("alice"), scene[1].LogIn("bob"));
        bob.CreateIm("alice");

        Assert.True(alice.Inbox.Has<Contracts.Wire.Channels.ChannelCreate>());
    }
}
