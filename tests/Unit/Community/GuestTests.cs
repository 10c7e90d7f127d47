using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>Guests, and the rule that a user is at one machine. 127.0.0.1 and 127.0.0.2 are the two machines.</summary>
public sealed class GuestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S168_A_guest_logs_in_without_a_password_only_where_guests_are_allowed()
    {
        await using (var closed = await TestCommunity.StartAsync())
        {
            var refused = await closed.ConnectAsync();
            await refused.SendLoginAsync("", "", Stop);
            Assert.Equal(Reason.IncorrectLogin, await refused.EndAsync(Stop));
        }

        await using var open = await TestCommunity.StartAsync(new CommunityPlan { Users = { GuestsAllowed = true } });
        var guest = await open.LogInAsync("");
        Assert.Contains(await open.Hub.AskAsync(static hub => hub.Status.Participants()), p => p.LoginId == guest.LoginId && p.Kind == ParticipantKind.Guest);
    }

    [Fact]
    public async Task S170_A_guest_is_reached_by_his_login_id_and_by_nothing_else()
    {
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Users = { GuestsAllowed = true } });
        var guest = await community.LogInAsync("");
        var alice = await community.LogInAsync("alice");

        foreach (var name in new[] { "Guest", "guest" })
        {
            var channel = await alice.CreateImAsync(name);
            Assert.Equal(Reason.NoSuchUser, (await alice.TakeAsync<ChannelDestroy>(Stop, channel)).Reason);
        }

        var (mine, theirs) = await alice.ConverseAsync(guest, Stop);
        await alice.SayAsync(mine, "welcome");
        Assert.Equal("welcome", await guest.HearAsync(theirs, Stop));
    }

    [Fact]
    public async Task S171_Nothing_links_two_logins_of_one_guest()
    {
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Users = { GuestsAllowed = true } });
        var (first, second) = (await community.LogInAsync(""), await community.LogInAsync(""));
        await first.LogOutAsync(Stop);
        await second.LogOutAsync(Stop);
        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ParticipantLoggedOut>().Count == 2), "both are told");

        Assert.NotEqual(first.UserId, second.UserId);
        Assert.NotEqual(first.LoginId, second.LoginId);
        var ofFirst = community.Facts.All.Where(fact => FactText.Shows(fact, Encoding.UTF8.GetBytes(first.LoginId))).ToArray();
        Assert.NotEmpty(ofFirst);
        Assert.DoesNotContain(ofFirst, fact => FactText.Shows(fact, Encoding.UTF8.GetBytes(second.LoginId)));
        var came = community.Facts.Of<ParticipantLoggedIn>().Where(static fact => fact.Kind == ParticipantKind.Guest).ToArray();
        Assert.Equal(2, came.Select(static fact => fact.User).Distinct().Count());
    }

    [Fact]
    public async Task S166_S167_A_login_from_a_second_machine_ends_those_of_the_first_and_gets_the_messages()
    {
        await using var community = await TestCommunity.StartAsync();
        var bob = await community.LogInAsync("bob");
        CommunityClient[] old = [await community.LogInAsync("alice", from: "127.0.0.1"), await community.LogInAsync("alice", from: "127.0.0.1")];
        Assert.Equal(3, await community.Hub.AskAsync(static hub => hub.Status.Logins));

        var moved = await community.LogInAsync("alice", from: "127.0.0.2");
        foreach (var client in old)
            Assert.Equal(Reason.MultiServerLogin, await client.EndAsync(Stop));
        await bob.CreateImAsync("alice");
        Assert.Equal("bob", (await moved.AcceptAsync(Stop)).Creator!.UserId.Value);

        await community.LogInAsync("alice", from: "127.0.0.2");
        Assert.Equal(3, await community.Hub.AskAsync(static hub => hub.Status.Logins));
    }

    [Fact]
    public async Task S166_The_rule_of_one_machine_can_be_turned_off()
    {
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Hub = { SingleMachineRule = false } });
        var here = await community.LogInAsync("alice", from: "127.0.0.1");
        await community.LogInAsync("alice", from: "127.0.0.2");

        await here.AllSoFarAsync(Stop);
        Assert.Equal(2, await community.Hub.AskAsync(static hub => hub.Status.Logins));
    }
}
