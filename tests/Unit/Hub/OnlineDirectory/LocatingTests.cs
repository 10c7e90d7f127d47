using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>Applications that ask where users are, now and later.</summary>
public sealed class LocatingTests
{
    [Fact]
    public void Who_is_online_is_told_at_once_with_login_and_hub()
    {
        using var scene = new ManyHubsScene(2);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var watcher = scene[1].AddApplication("watcher");
        watcher.Locate("alice", "bob", "nobody");

        var told = watcher.HeardOf<UserLocated>();
        Assert.Equal(["alice", "bob", "nobody"], told.Select(fact => fact.User.Value));
        Assert.Equal((alice.LoginId, (ushort)1), (told[0].Logins[0].Login.ToString(), told[0].Logins[0].Hub.Hub));
        Assert.Equal((bob.LoginId, (ushort)2), (told[1].Logins[0].Login.ToString(), told[1].Logins[0].Hub.Hub));
        Assert.Empty(told[2].Logins);
        var nodes = scene[0].Hub.Status.Participants().Where(participant => participant.Name.StartsWith("hub-", StringComparison.Ordinal));
        Assert.Equal(nodes.Select(node => node.LoginId).Order(), told.Take(2).Select(fact => fact.Logins[0].Hub.ToString()).Order());
    }

    [Fact]
    public void Each_change_is_told_once_until_it_is_taken_back()
    {
        using var scene = new ManyHubsScene(2);
        var watcher = scene[1].AddApplication("watcher");
        watcher.Locate("alice");
        var alice = scene[0].LogIn("Alice");
        var second = scene[0].LogIn("alice");
        alice.LogOut();
        second.LogOut();
        Assert.Equal([0, 1, 2, 1, 0], watcher.HeardOf<UserLocated>().Select(fact => fact.Logins.Count));

        watcher.Unlocate("alice");
        scene[0].LogIn("alice");
        Assert.Equal(5, watcher.HeardOf<UserLocated>().Count);
    }

    [Theory]
    [InlineData("", "alice", "bob")]
    [InlineData("alice", "", "bob")]
    [InlineData("alice", "bob", "")]
    public void A_name_that_is_none_keeps_the_others_of_its_question_from_nothing(string first, string second, string third)
    {
        using var scene = new ManyHubsScene(1);
        var watcher = scene[0].AddApplication("watcher");
        watcher.Locate(first, second, third);
        Assert.Equal(["alice", "bob"], watcher.HeardOf<UserLocated>().Select(static fact => fact.User.Value));
        Assert.Equal(1, scene[0].Counters.OverLimits);

        // Nor does one whom nobody asked for.
        watcher.Unlocate(first, second, third);
        foreach (var user in (string[])["alice", "bob"])
            scene[0].LogIn(user);
        Assert.Equal(2, watcher.HeardOf<UserLocated>().Count);
    }

    [Fact]
    public void Who_takes_it_back_takes_it_from_nobody_else()
    {
        using var scene = new ManyHubsScene(2);
        FakeApplication[] watchers = [.. Enumerable.Range(1, 3).Select(i => scene[1].AddApplication($"watcher-{i}"))];
        foreach (var watcher in watchers)
            watcher.Locate("alice");

        watchers[0].Unlocate("alice");
        watchers[1].Unlocate("alice");
        scene[0].LogIn("alice");

        Assert.Equal([1, 1, 2], watchers.Select(watcher => watcher.HeardOf<UserLocated>().Count));
    }

    [Fact]
    public void Nobody_else_is_told()
    {
        using var scene = new ManyHubsScene(2);
        var (watcher, other) = (scene[1].AddApplication("watcher"), scene[1].AddApplication("other"));
        other.Subscribe(CommunityEventKinds.All);
        watcher.Locate("alice");
        scene[0].LogIn("alice");

        Assert.Empty(other.HeardOf<UserLocated>());
    }

    [Fact]
    public void Asking_twice_is_answered_twice_and_counts_once()
    {
        using var scene = new ManyHubsScene(2);
        var watcher = scene[1].AddApplication("watcher");
        watcher.Locate("alice");
        watcher.Locate("alice");
        scene[0].LogIn("alice");
        Assert.Equal([0, 0, 1], watcher.HeardOf<UserLocated>().Select(fact => fact.Logins.Count));

        watcher.Unlocate("alice");
        scene[0].LogIn("alice");
        Assert.Equal(3, watcher.HeardOf<UserLocated>().Count);
    }

    [Fact]
    public void An_application_that_is_lost_is_told_nothing_more()
    {
        using var scene = new ManyHubsScene(2);
        var watcher = scene[1].AddApplication("watcher");
        watcher.Locate("alice");
        watcher.Break();

        scene[0].LogIn("alice"); // The link of the kit throws when anything is sent on it now.
        Assert.Single(scene[1].Where("alice"));
    }

    [Fact]
    public void Questions_are_counted_and_local_logins_login_ids_and_services_are_none()
    {
        using var scene = new ManyHubsScene(2);
        var (alice, bob, carol) = (scene[0].LogIn("alice"), scene[0].LogIn("bob"), scene[1].LogIn("carol"));

        // A login is one question: is he at another hub already?
        Assert.Equal(2, scene[0].Counters.DirectoryQuestions);
        alice.CreateIm("bob");
        alice.CreateIm(bob.LoginId!);
        alice.CreateIm(carol.LoginId!);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
        Assert.Equal(2, scene[0].Counters.DirectoryQuestions);

        alice.CreateIm("carol");
        Assert.Equal(3, scene[0].Counters.DirectoryQuestions);
        scene[0].AddApplication("watcher").Locate("carol", "bob");
        Assert.Equal(5, scene[0].Counters.DirectoryQuestions);
    }
}
