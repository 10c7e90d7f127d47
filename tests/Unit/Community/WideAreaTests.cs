using System.Text;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>A far site on a narrow line: what crosses it when the site has an Edge only, and when it has a hub of its own.</summary>
public sealed class WideAreaTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S062_What_is_for_many_crosses_the_line_to_a_remote_Edge_once()
    {
        const string Text = "for everybody behind the line";
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Hub = { Limits = { LoginsPerUser = 20 } } });
        var line = community.AddRelay(community.Hub.LinkEndPoint);
        var remote = await community.AddEdgeAsync("remote", via: line);
        var far = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => community.LogInAsync("alice", remote)));
        await community.Hub.AskAsync(static hub =>
        {
            hub.Notice(Text);
            return true;
        });

        foreach (var client in far)
            Assert.Equal(Text, (await client.TakeAsync<AdminNotice>(Stop)).Text);
        Assert.Equal(1, Crossings(line, Text));
    }

    [Fact]
    public async Task S063_S064_Neighbours_behind_a_remote_Edge_talk_over_the_line_and_a_hub_of_their_own_spares_it()
    {
        await using var sites = await TwoSites.StartAsync(home: "");
        var line = sites.North.AddRelay(sites.North.Hub.LinkEndPoint);
        var remote = await sites.North.AddEdgeAsync("remote", via: line);

        // Without a hub there: each message goes to the hub and back.
        var (alice, bob) = (await sites.North.LogInAsync("alice", remote), await sites.North.LogInAsync("bob", remote));
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);
        await alice.SayAsync(mine, "over the line and back");
        Assert.Equal("over the line and back", await bob.HearAsync(theirs, Stop));
        Assert.Equal(2, Crossings(line, "over the line and back"));

        line.Cut();
        foreach (var client in new[] { alice, bob })
            Assert.Equal(Reason.ConnectionBroken, (await client.TakeAsync<ChannelDestroy>(Stop, ChannelId.Master)).Reason);
        await sites.North.UntilAsync(static hub => hub.Status.Logins == 0, "the hub has lost them");
        await sites.KnownEverywhereAsync();

        // With one: nothing crosses, and a cut is not noticed.
        (alice, bob) = (await sites.South.LogInAsync("alice"), await sites.South.LogInAsync("bob"));
        (mine, theirs) = await alice.ConverseAsync(bob, Stop);
        await alice.SayAsync(mine, "among neighbours");
        Assert.Equal("among neighbours", await bob.HearAsync(theirs, Stop));
        Assert.Equal(0, Crossings(sites.Line, "among neighbours"));

        sites.Line.Cut();
        await sites.UntilApartAsync();
        await alice.SayAsync(mine, "with the line cut");
        Assert.Equal("with the line cut", await bob.HearAsync(theirs, Stop));
    }

    // How often a text has passed, in either direction.
    private static int Crossings(TcpRelay line, string text)
    {
        ReadOnlySpan<byte> bytes = line.Recorded();
        var found = 0;
        for (int at; (at = bytes.IndexOf(Encoding.UTF8.GetBytes(text))) >= 0; bytes = bytes[(at + 1)..])
            found++;
        return found;
    }
}
