using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Hub.LoginCop;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Each user is at one hub only.</summary>
public sealed class LoginCopTests
{
    [Fact]
    public void After_a_partition_both_logins_of_a_user_end_with_the_same_reason_and_nobody_elses()
    {
        using var scene = new ManyHubsScene(2);
        scene.Part(0, 1);
        scene.Loop.Advance(scene[0].Options.Lease);
        var (here, there, other) = (scene[0].LogIn("alice"), scene[1].LogIn("ALICE"), scene[1].LogIn("bob"));

        scene.Heal(0, 1);

        Assert.Equal((Reason.ConnectionBroken, Reason.ConnectionBroken), (here.EndedBecause, there.EndedBecause));
        Assert.Null(other.EndedBecause);
        AssertFoundOnce(scene, here, there, "Both");
        Assert.All(scene.Hubs, node => Assert.Empty(node.Where("alice")));
        OnlineDirectory.ReplicationTests.AssertEqualEverywhere(scene);
    }

    [Fact]
    public void A_hundred_split_users_are_all_found()
    {
        using var scene = new ManyHubsScene(3);
        scene.Part(0, 1);
        scene.Part(0, 2);
        scene.Loop.Advance(scene[0].Options.Lease);
        var here = Enumerable.Range(0, 100).Select(i => scene[0].LogIn($"user{i}")).ToArray();
        var there = Enumerable.Range(0, 100).Select(i => scene[1 + (i % 2)].LogIn($"user{i}")).ToArray();

        scene.Heal(0, 1);
        scene.Heal(0, 2);

        Assert.All(here.Concat(there), client => Assert.Equal(Reason.ConnectionBroken, client.EndedBecause));
        Assert.Equal(100, scene.Hubs.SelectMany(node => node.Events.Of<DoubleLoginFound>()).Select(fact => fact.User).Distinct().Count());
        Assert.Equal(100, scene.Hubs.Sum(node => node.Events.Of<DoubleLoginFound>().Count()));
    }

    [Fact]
    public void Two_hubs_that_let_a_user_in_at_the_same_moment_both_end_him()
    {
        using var scene = new ManyHubsScene(2);
        FakeClient? here = null, there = null;
        scene.Loop.Run(() => (here, there) = (scene[0].Edge.Attach("alice"), scene[1].Edge.Attach("alice")));

        Assert.Equal((Reason.ConnectionBroken, Reason.ConnectionBroken), (here!.EndedBecause, there!.EndedBecause));
        AssertFoundOnce(scene, here, there, "Both");
    }

    [Fact]
    public void The_newest_wins_where_it_is_the_rule()
    {
        using var scene = new ManyHubsScene(2, options => options.DoubleLogin = DoubleLoginRule.NewestWins);
        var (older, newer) = SplitAlice(scene);
        Assert.Equal((Reason.MultiServerLogin, (Reason?)null), (older.EndedBecause, newer.EndedBecause));
        AssertFoundOnce(scene, older, newer, "NewestWins");
        Assert.All(scene.Hubs, node => Assert.Equal([newer.LoginId!], node.Where("alice")));
    }

    [Fact]
    public void The_oldest_wins_where_it_is_the_rule()
    {
        using var scene = new ManyHubsScene(2, options => options.DoubleLogin = DoubleLoginRule.OldestWins);
        var (older, newer) = SplitAlice(scene);
        Assert.Equal((null, Reason.MultiServerLogin), (older.EndedBecause, newer.EndedBecause));
        AssertFoundOnce(scene, older, newer, "OldestWins");
        Assert.All(scene.Hubs, node => Assert.Equal([older.LoginId!], node.Where("alice")));
    }

    [Theory]
    [InlineData(nameof(DoubleLoginRule.NewestWins))]
    [InlineData(nameof(DoubleLoginRule.OldestWins))]
    public void Clocks_that_disagree_may_choose_the_wrong_one_but_always_exactly_one(string rule)
    {
        using var scene = new ManyHubsScene(
            2, options => options.DoubleLogin = Enum.Parse<DoubleLoginRule>(rule), skew: number => number == 1 ? TimeSpan.FromHours(1) : TimeSpan.FromHours(-1));
        var (older, newer) = SplitAlice(scene);
        Assert.Single(new[] { older, newer }, client => client.EndedBecause is null);
        Assert.Equal(1, scene.Hubs.Sum(node => node.Events.Of<DoubleLoginFound>().Count()));
    }

    [Fact]
    public void Logins_of_the_same_millisecond_are_told_apart_by_their_ids()
    {
        using var scene = new ManyHubsScene(2, options => options.DoubleLogin = DoubleLoginRule.OldestWins);
        FakeClient? here = null, there = null;
        scene.Loop.Run(() => (here, there) = (scene[0].Edge.Attach("alice"), scene[1].Edge.Attach("alice")));
        Assert.Equal((null, Reason.MultiServerLogin), (here!.EndedBecause, there!.EndedBecause));
    }

    [Fact]
    public void All_logins_at_the_losing_hub_end_and_the_double_counts_once()
    {
        using var scene = new ManyHubsScene(2, options => options.DoubleLogin = DoubleLoginRule.NewestWins);
        scene.Part(0, 1);
        var losers = new[] { scene[0].LogIn("alice"), scene[0].LogIn("alice") };
        scene.Loop.Advance(scene[0].Options.Lease);
        var winners = new[] { scene[1].LogIn("alice"), scene[1].LogIn("alice") };
        scene.Heal(0, 1);

        Assert.All(losers, client => Assert.Equal(Reason.MultiServerLogin, client.EndedBecause));
        Assert.All(winners, client => Assert.Null(client.EndedBecause));
        Assert.Equal([1L, 1L], scene.Hubs.Select(node => node.Counters.DoubleLogins));
        Assert.Equal(1, scene.Hubs.Sum(node => node.Events.Of<DoubleLoginFound>().Count()));
    }

    [Fact]
    public void A_lost_hub_does_not_count()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        scene.Part(0, 1);
        var there = scene[1].LogIn("alice");
        scene.Loop.Advance(scene[1].Options.Lease);

        Assert.Null(there.EndedBecause);
        Assert.Equal(0, scene[1].Counters.DoubleLogins);
    }

    [Fact]
    public void Users_of_the_former_start_of_a_hub_do_not_count_when_they_came_back_elsewhere()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        scene.Restart(0);
        var there = scene[1].LogIn("alice");
        scene.Heal(0, 1);

        Assert.Null(there.EndedBecause);
        Assert.Equal(0, scene[0].Counters.DoubleLogins + scene[1].Counters.DoubleLogins);
    }

    [Fact]
    public void Guests_and_users_at_one_hub_are_no_doubles()
    {
        using var scene = new ManyHubsScene(2);
        var clients = new[] { scene[0].LogIn("guest"), scene[1].LogIn("guest"), scene[0].LogIn("alice"), scene[0].LogIn("alice") };
        scene.Part(0, 1);
        scene.Heal(0, 1);
        Assert.All(clients, client => Assert.Null(client.EndedBecause));
    }

    [Fact]
    public void A_double_that_happens_again_is_told_again()
    {
        using var scene = new ManyHubsScene(2, options => options.DoubleLogin = DoubleLoginRule.NewestWins);
        SplitAlice(scene);
        scene.Loop.Advance(TimeSpan.FromSeconds(1));
        scene[0].LogIn("alice");
        Assert.Equal([2L, 2L], scene.Hubs.Select(node => node.Counters.DoubleLogins));
        Assert.Equal(2, scene[0].Events.Of<DoubleLoginFound>().Count());
    }

    [Fact]
    public void Of_several_logins_the_first_of_all_and_the_last_at_another_hub_are_told_whichever_hub_tells()
    {
        using var scene = new ManyHubsScene(2);
        scene.Part(0, 1);
        var first = scene[1].LogIn("alice");
        scene.Loop.Advance(TimeSpan.FromSeconds(1));
        scene[0].LogIn("alice");
        scene.Loop.Advance(TimeSpan.FromSeconds(1));
        var last = scene[0].LogIn("alice");
        scene.Heal(0, 1);

        AssertFoundOnce(scene, first, last, "Both");
        Assert.Single(scene[0].Events.Of<DoubleLoginFound>());
    }

    // The older login is at the first hub.
    private static (FakeClient Older, FakeClient Newer) SplitAlice(ManyHubsScene scene)
    {
        scene.Part(0, 1);
        var older = scene[0].LogIn("alice");
        scene.Loop.Advance(scene[0].Options.Lease);
        var newer = scene[1].LogIn("alice");
        scene.Heal(0, 1);
        return (older, newer);
    }

    private static void AssertFoundOnce(ManyHubsScene scene, FakeClient first, FakeClient second, string rule)
    {
        var fact = Assert.Single(scene.Hubs.SelectMany(node => node.Events.Of<DoubleLoginFound>()));
        Assert.Equal(
            (new UserId("alice"), first.LoginId, second.LoginId, rule), (fact.User, fact.First.ToString(), fact.Second.ToString(), fact.Rule));
        Assert.Equal([1L, 1L], scene.Hubs.Select(node => node.Counters.DoubleLogins));
    }
}
