using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>Presence over several hubs, from client to client.</summary>
public sealed class AwarenessOverHubsTests
{
    private static readonly UserStatus Away = new(StatusCode.Away, Description: "lunch");

    [Fact]
    public void S108_A_hundred_watchers_of_a_user_of_another_hub_cost_one_frame_a_change()
    {
        using var hubs = new ThreeHubs();
        var bob = hubs.LogIn("bob", 1);
        WatchingClient[] watchers = [.. Enumerable.Range(0, 100).Select(i => hubs.LogIn($"w{i}", 0))];
        foreach (var watcher in watchers)
            watcher.Watch("bob", "carol");
        Assert.All(watchers, static watcher => Assert.Equal(StatusCode.Active, watcher.Seen["bob"].Status));
        var here = hubs.LinkOf(0, 1).Left;
        var there = hubs.LinkOf(0, 1).Right;
        var (asked, told) = (here.Sent.Count(static frame => frame.Kind == LinkKind.Message), there.Sent.Count);

        hubs.Say(bob, Away);

        Assert.All(watchers, static watcher => Assert.Equal("lunch", watcher.Seen["bob"].Text));
        Assert.Equal(1, asked); // one request, of 100 watchers
        Assert.Single(there.Sent.Skip(told), static frame => frame.Kind == LinkKind.Message);
        Assert.DoesNotContain(hubs.LinkOf(1, 2).Left.Sent, static frame => frame.Kind == LinkKind.Message);
    }

    [Fact]
    public void A_user_who_comes_goes_and_moves_between_hubs_is_seen_as_he_is()
    {
        using var hubs = new ThreeHubs();
        var alice = hubs.LogIn("alice", 0);
        alice.Watch("bob");
        Assert.Equal(Sight.Offline, alice.Seen["bob"]);

        var bob = hubs.LogIn("bob", 1);
        Assert.Equal(StatusCode.Active, alice.Seen["bob"].Status);
        hubs.SetAttribute(bob, [0, 1]);
        Assert.Equal([0, 1], alice.Seen["bob"].Attribute);
        hubs.LogOut(bob);
        Assert.Equal(Sight.Offline, alice.Seen["bob"]);

        hubs.Say(hubs.LogIn("bob", 2), Away);
        Assert.Equal("lunch", alice.Seen["bob"].Text);
    }

    [Fact]
    public void Who_is_hidden_at_one_hub_is_hidden_from_the_watchers_of_another()
    {
        using var hubs = new ThreeHubs();
        var alice = hubs.LogIn("alice", 0);
        var dave = hubs.LogIn("dave", 0);
        var bob = hubs.LogIn("bob", 1);
        alice.Watch("bob");
        dave.Watch("bob");

        hubs.Hide(bob, new PrivacyInfo(Deny: true, [new UserItem(new UserId("alice"))]));
        hubs.Say(bob, Away);

        Assert.Equal(Sight.Offline, alice.Seen["bob"]);
        Assert.Equal("lunch", dave.Seen["bob"].Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void S095_S096_Two_logins_of_a_user_show_two_names_and_two_descriptions(int hub)
    {
        using var hubs = new ThreeHubs();
        var alice = hubs.LogIn("alice", 0);
        alice.Watch("bob");
        var desk = hubs.LogIn("bob", hub, "desk");
        Assert.Equal("bob at the desk", alice.Seen["bob"].Name);
        var phone = hubs.LogIn("bob", hub, "phone");
        Assert.Equal("bob at the phone", alice.Seen["bob"].Name);

        // Presence has one name and one text for a user: those of the login that spoke last.
        hubs.Say(desk, Away);
        Assert.Equal(("bob at the desk", "lunch"), (alice.Seen["bob"].Name, alice.Seen["bob"].Text));
        hubs.Say(phone, new UserStatus(StatusCode.Active, Description: "on the way"));
        Assert.Equal(("bob at the phone", "on the way"), (alice.Seen["bob"].Name, alice.Seen["bob"].Text));

        // Who talks to both has both at once.
        desk.Client.CreateIm(alice.Client.LoginId!);
        phone.Client.CreateIm(alice.Client.LoginId!);
        Assert.Equal(
            [("bob at the desk", "desk"), ("bob at the phone", "phone")],
            alice.Client.Inbox.TakeAll<ChannelCreate>().Select(static offer => (offer.Creator!.DisplayName, offer.Creator.Details!.Description)));
    }

    [Fact]
    public void A_link_that_breaks_for_a_moment_shows_nobody_flickering()
    {
        using var hubs = new ThreeHubs();
        hubs.LogIn("bob", 1);
        var alice = hubs.LogIn("alice", 0);
        alice.Watch("bob");
        var told = alice.Told;

        hubs.Break(0, 1);
        hubs.Pass(TimeSpan.FromSeconds(2));
        hubs.Heal(0, 1);
        hubs.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(told, alice.Told);
        Assert.Equal(StatusCode.Active, alice.Seen["bob"].Status);
    }

    [Fact]
    public void A_user_of_a_hub_that_stays_away_is_shown_offline_within_seconds()
    {
        using var hubs = new ThreeHubs();
        hubs.LogIn("bob", 1);
        var alice = hubs.LogIn("alice", 0);
        alice.Watch("bob");

        hubs.Break(0, 1);
        hubs.Pass(TimeSpan.FromSeconds(7));

        Assert.Equal(Sight.Offline, alice.Seen["bob"]);
    }

    [Fact]
    public void A_buddy_list_that_starts_again_is_asked_again_and_asks_again()
    {
        using var hubs = new ThreeHubs();
        hubs.LogIn("bob", 1);
        var alice = hubs.LogIn("alice", 0);
        alice.Watch("bob");
        var told = alice.Told;

        hubs.ConnectorOf(1).Break();
        hubs.Pass(TimeSpan.FromSeconds(2));
        hubs.ConnectorOf(1).Connect();
        hubs.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(told, alice.Told);

        hubs.Say(hubs.Clients[0], Away);
        Assert.Equal("lunch", alice.Seen["bob"].Text);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_every_watcher_sees_the_truth_soon_after_and_nobody_is_told_of_whom_hides(int seed)
    {
        using var hubs = new ThreeHubs();
        var random = new Random(seed);
        for (var step = 0; step < 300; step++)
        {
            DoSomething(hubs, random);
            if (step % 60 != 59)
                continue;
            hubs.HealAll();
            hubs.Pass(TimeSpan.FromSeconds(20));
            hubs.AssertThatAllSeeTheTruth($"seed {seed}, step {step}");
        }
    }

    private static void DoSomething(ThreeHubs hubs, Random random)
    {
        var user = $"user{random.Next(6)}";
        var client = hubs.Clients.Count > 0 ? hubs.Clients[random.Next(hubs.Clients.Count)] : null;
        var (left, right) = random.Next(3) switch { 0 => (0, 1), 1 => (0, 2), _ => (1, 2) };
        switch (random.Next(14))
        {
            case 0 or 1 or 2 when hubs.Clients.Count(other => other.User == user) < 2:
                hubs.LogIn(user, random.Next(3), random.Next(2) == 0 ? "desk" : "phone");
                break;
            case 3 when client is not null:
                hubs.LogOut(client);
                break;
            case 4 or 5 when client is not null:
                StatusCode[] codes = [StatusCode.Active, StatusCode.Away, StatusCode.Offline, StatusCode.DoNotDisturb];
                hubs.Say(client, new UserStatus(codes[random.Next(codes.Length)], Description: $"text {random.Next(3)}"));
                break;

            // A list is that of the hub where the user is; at two hubs at once he is for moments only.
            case 6 when client is not null && hubs.Clients.TrueForAll(other => other.User != client.User || other.Hub == client.Hub):
                hubs.Hide(client, new PrivacyInfo(random.Next(3) > 0, [.. Enumerable.Range(0, 6).Where(_ => random.Next(3) == 0).Select(static i => new UserItem(new UserId($"user{i}")))]));
                break;
            case 7 or 8 or 9 when client is not null && !client.Seen.ContainsKey(user):
                client.Watch(user);
                break;
            case 10 when client is not null && client.Seen.ContainsKey(user):
                client.Unwatch(user);
                break;
            case 11 when client is not null:
                hubs.SetAttribute(client, random.Next(3) == 0 ? null : [0, (byte)random.Next(3)]);
                break;
            case 12 when !hubs.IsBroken(left, right):
                hubs.Break(left, right);
                break;
            case 13:
                hubs.Heal(left, right);
                hubs.Pass(TimeSpan.FromMilliseconds(random.Next(8_000)));
                break;
        }
    }
}
