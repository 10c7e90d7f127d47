using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A login at any hub comes to the home of its user (S072, S075, S087, S089).</summary>
public sealed class HomeTests : IDisposable
{
    private readonly Dictionary<string, string> _homes = [];
    private readonly ManyHubsScene _scene;

    public HomeTests()
    {
        _scene = new ManyHubsScene(4, options =>
        {
            options.LinkAddresses = [$"{options.Name}:1516"];
            options.Cluster = options.Number >= 3 ? "south" : "";
        });
        foreach (var node in _scene.Hubs)
            AnswerWithHomes(node);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_user_without_a_home_stays_where_he_came()
    {
        var client = Ask(1, "alice");
        Assert.Equal(2, HubOf(client));
        Assert.Null(client.RedirectedTo);
    }

    [Fact]
    public void A_hub_that_is_alone_asks_no_directory_where_a_user_is()
    {
        using var scene = new HubScene();
        _ = scene.LogIn("alice");
        _ = scene.LogIn("alice");
        Assert.Equal(0, scene.Counters.DirectoryQuestions);
    }

    [Fact]
    public void A_login_at_the_wrong_hub_is_sent_to_its_home_and_is_in_nowhere_else()
    {
        _homes["alice"] = "hub-1";
        var client = Ask(1, "alice");
        Assert.Null(client.LoginId);
        Assert.Equal((1, "hub-1", "hub-1:1516"), (client.RedirectedTo!.Hub, client.RedirectedTo.Name, Assert.Single(client.RedirectedTo.LinkAddresses)));
        Assert.Equal((0, 1), (_scene[1].Hub.Status.Logins, _scene[1].Counters.LoginsRedirected));
        Assert.Equal(0, _scene[1].Edge.OpenHandles);
        Assert.Equal(new LoginRedirected(new UserId("alice"), 2, 1), Assert.Single(_scene[1].Events.Of<LoginRedirected>()));

        Assert.Equal(1, HubOf(Follow(client, "alice", 1)));
    }

    [Fact]
    public void A_changed_home_moves_the_next_login_but_no_user_who_is_still_online()
    {
        _homes["alice"] = "hub-1";
        var first = LogIn(1, "alice");
        _homes["alice"] = "hub-2";
        Assert.Equal(1, HubOf(LogIn(1, "alice")));
        Assert.Equal(2, _scene[0].Hub.Status.Logins);

        first.LogOut();
        foreach (var client in _scene[0].Edge.Clients.ToArray())
            client.LogOut();
        Settle();
        Assert.Equal(2, HubOf(LogIn(0, "alice")));
    }

    [Fact]
    public void A_user_who_is_online_somewhere_is_joined_by_his_further_logins()
    {
        _ = LogIn(2, "alice");
        Settle();
        Assert.Equal([3, 3, 3], new[] { 0, 1, 3 }.Select(hub => HubOf(LogIn(hub, "alice"))));
    }

    [Fact]
    public void A_cluster_may_be_named_and_any_live_member_takes_the_login()
    {
        _homes["alice"] = "South";
        Assert.Equal(3, HubOf(LogIn(2, "alice")));
        _homes["bob"] = "south";
        Assert.Equal(4, HubOf(LogIn(3, "bob")));
    }

    [Fact]
    public void From_outside_a_login_goes_to_the_member_of_the_cluster_with_the_fewest_logins()
    {
        for (var i = 0; i < 6; i++)
        {
            _homes[$"user{i}"] = "south";
            _ = LogIn(0, $"user{i}");
            Settle();
        }
        Assert.Equal((3, 3), (_scene[2].Hub.Status.Logins, _scene[3].Hub.Status.Logins));
    }

    [Fact]
    public void When_a_member_is_lost_the_other_ones_take_its_users()
    {
        _homes["alice"] = "south";
        _scene.LinkOf(0, 2).Break();
        Settle();
        Assert.Equal(4, HubOf(LogIn(0, "alice")));
    }

    [Fact]
    public void Without_a_live_home_the_client_is_told_to_come_back()
    {
        _homes["alice"] = "hub-2";
        _scene.LinkOf(0, 1).Break();
        var client = Ask(0, "alice");
        Assert.Equal((Reason.ServerNotResponding, null), (client.EndedBecause, client.RedirectedTo));

        _scene.Link(0, 1);
        Settle();
        Assert.Equal(2, HubOf(LogIn(0, "alice")));
    }

    [Fact]
    public void A_hub_that_tells_no_address_is_sent_nobody()
    {
        using var scene = new ManyHubsScene(2);
        AnswerWithHomes(scene[0]);
        _homes["alice"] = "hub-2";
        var client = scene[0].Edge.Attach("alice");
        scene.Loop.RunUntilIdle();
        Assert.Equal(Reason.ServerNotResponding, client.EndedBecause);
    }

    [Fact]
    public void A_guest_stays_where_he_came()
    {
        _homes["guest"] = "hub-1";
        Assert.Equal(2, HubOf(Ask(1, "guest")));
    }

    [Fact]
    public void After_two_redirects_a_hub_takes_the_login_or_refuses_it()
    {
        _homes["alice"] = "hub-1";
        Assert.Equal(Reason.ServerNotResponding, Ask(1, "alice", Redirect.Max).EndedBecause);
        Assert.Equal(1, HubOf(Ask(0, "alice", Redirect.Max)));
        Settle();

        // Even where he is known to be elsewhere: that knowledge may be old.
        _homes["alice"] = "";
        Assert.Equal(3, HubOf(Ask(2, "alice", Redirect.Max)));
    }

    [Fact]
    public void A_hub_that_drains_sends_everybody_on_whom_another_hub_may_take()
    {
        _homes["alice"] = "south";
        _homes["tied"] = "hub-3";
        var first = LogIn(2, "alice");
        Settle();
        _scene.Loop.Run(() => _scene[2].Hub.Drain(TimeSpan.FromMinutes(2), "root"));
        _ = LogIn(1, "fill");
        Settle();

        // Whoever comes to it, whoever is sent to it, and whoever has no home: all of them are in at once, somewhere else.
        Assert.Equal(4, HubOf(LogIn(2, "alice")));
        Assert.Equal(Reason.ConnectionClosed, first.EndedBecause);
        Assert.NotEqual(3, HubOf(LogIn(2, "bob")));
        Assert.NotEqual(3, HubOf(LogIn(2, "guest")));
        Assert.Equal(Reason.ServerNotResponding, Ask(2, "tied").EndedBecause);
    }

    [Fact]
    public void Who_waits_to_be_drained_is_ended_when_he_comes_to_be_at_another_hub()
    {
        var clients = new[] { LogIn(2, "alice"), LogIn(2, "bob"), LogIn(2, "bob"), LogIn(2, "carol") };
        Settle();
        _scene.Loop.Run(() => _scene[2].Hub.Drain(TimeSpan.FromMinutes(2), "root"));
        Assert.Equal([false, true, true, true], clients.Select(static client => client.EndedBecause is null));
        var again = Ask(2, "bob");
        Assert.NotNull(again.RedirectedTo);
        Assert.Equal([Reason.ConnectionClosed, Reason.ConnectionClosed, null], clients[1..].Select(static client => client.EndedBecause));
    }

    [Fact]
    public void Without_anybody_to_take_them_a_hub_that_drains_ends_who_asks_and_asks_nobody()
    {
        using var scene = new ManyHubsScene(2); // they tell no addresses
        scene.Loop.Run(() => scene[0].Hub.Drain(TimeSpan.FromMinutes(2), "root"));
        var client = scene[0].Edge.Attach("alice");
        Assert.Equal((Reason.ServerNotResponding, 0), (client.EndedBecause, scene[0].People.QuestionCount));
    }

    [Fact]
    public void A_wrong_password_is_refused_before_any_home_is_told()
    {
        _homes["alice"] = "hub-1";
        _scene[1].People.Answer<AuthenticateRequest, AuthenticateReply>(_ => (Reason.IncorrectLogin, null));
        var client = Ask(1, "alice");
        Assert.Equal((Reason.IncorrectLogin, null), (client.EndedBecause, client.RedirectedTo));
    }

    private FakeClient LogIn(int hub, string name) => Follow(Ask(hub, name), name, 1);

    private FakeClient Ask(int hub, string name, byte redirects = 0)
    {
        var client = _scene[hub].Edge.Attach(name, "secret", "127.0.0.1", ClientType.Meanwhile, redirects);
        _scene.Loop.RunUntilIdle();
        return client;
    }

    // What the Edge does: the same client at the hub that the redirect names.
    private FakeClient Follow(FakeClient client, string name, byte redirects)
    {
        while (client.RedirectedTo is { } redirect)
            client = Ask(redirect.Hub - 1, name, redirects++);
        return client;
    }

    private static int HubOf(FakeClient client)
    {
        Assert.True(LoginId.TryParse(client.LoginId, out var id), $"It was not let in: {client.EndedBecause}");
        return id.Hub;
    }

    // Until each hub knows who is online where.
    private void Settle() => _scene.Loop.Advance(TimeSpan.FromSeconds(10));

    private void AnswerWithHomes(ManyHubsScene.Node node) => node.People.Answer<AuthenticateRequest, AuthenticateReply>(request => (
        Reason.Success,
        new AuthenticateReply(
            new UserId(request.LoginName.StartsWith("guest", StringComparison.Ordinal) ? "" : request.LoginName), request.LoginName, "",
            _homes.GetValueOrDefault(request.LoginName, ""))));
}
