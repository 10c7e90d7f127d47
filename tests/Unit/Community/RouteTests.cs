using System.Globalization;
using System.Net;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Community.Support;
using Sametime.Tests.Unit.ServerApplications;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>What a message crosses between two programs: Edges alone and in chains, and what each hop knows of a channel.</summary>
public sealed class RouteTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S011_S012_A_thousand_clients_cost_the_hub_one_connection_come_and_gone()
    {
        const int Clients = 1_000;
        var plan = new CommunityPlan { Hub = { Limits = { LoginsPerUser = Clients } } };
        await using var community = await TestCommunity.StartAsync(plan);
        var link = community.AddRelay(community.Hub.LinkEndPoint);
        var edge = await community.AddEdgeAsync("edge-2", via: link);
        var before = await community.Hub.AskAsync(static hub => hub.Status.Counters.LinksOpened);

        var clients = new List<CommunityClient>();
        foreach (var batch in Enumerable.Range(0, Clients).Chunk(50))
            clients.AddRange(await Task.WhenAll(batch.Select(_ => community.LogInAsync("alice", edge))));
        Assert.Equal(Clients, await community.Hub.AskAsync(static hub => hub.Status.Logins));
        Assert.Equal(1, link.Accepted);

        foreach (var client in clients)
            client.Kill();
        await community.UntilAsync(static hub => hub.Status.Logins == 0, "all are gone");
        Assert.Equal(1, link.Accepted);
        Assert.Equal(before, await community.Hub.AskAsync(static hub => hub.Status.Counters.LinksOpened));
    }

    [Fact]
    public async Task S013_A_hundred_recipients_at_one_Edge_cost_one_frame_and_get_one_copy_each()
    {
        var plan = new CommunityPlan { Hub = { Limits = { LoginsPerUser = 100 } } };
        await using var community = await TestCommunity.StartAsync(plan);
        var crier = new CrierService();
        await community.AddApplicationAsync("crier", crier);
        var clients = new List<(CommunityClient Client, ChannelId Channel)>();
        for (var i = 0; i < 100; i++)
        {
            var client = await community.LogInAsync("alice");
            clients.Add((client, await client.OpenAsync(CrierService.Crier, new ProtocolType(1), 1, Stop)));
        }

        var (hubBefore, edgeBefore) = (await FanoutFramesAsync(community), community.Edge.Server.Counters.FanOutFrames);
        await clients[0].Client.SendPayloadAsync(clients[0].Channel, new EchoText("hear ye"));
        foreach (var (client, channel) in clients)
            Assert.Equal("hear ye", (await client.TakePayloadAsync<EchoText>(channel, Stop)).Text);

        Assert.Equal((1, 1), (await FanoutFramesAsync(community) - hubBefore, community.Edge.Server.Counters.FanOutFrames - edgeBefore));
        foreach (var (client, _) in clients)
            Assert.DoesNotContain(await client.AllSoFarAsync(Stop), static m => m.Type == MessageType.ChannelSend);
    }

    [Fact]
    public async Task S015_A_chain_of_Edges_answers_a_client_as_a_single_one_does()
    {
        await using var community = await TestCommunity.StartAsync();
        var outer = await ChainAsync(community);
        var plain = await community.AddEdgeAsync("edge-2");

        Assert.Equal(await ClientScript.PlayAsync(community, plain, Stop), await ClientScript.PlayAsync(community, outer, Stop));
    }

    [Fact]
    public async Task S016_Login_chat_a_message_for_many_and_a_break_pass_a_chain_of_three_Edges_in_order()
    {
        var plan = new CommunityPlan { Hub = { Limits = { InstantMessages = new Rate(100_000, 100_000) } } };
        await using var community = await TestCommunity.StartAsync(plan);
        await community.AddApplicationAsync("crier", new CrierService());
        var outer = await ChainAsync(community);
        var alice = await community.LogInAsync("alice", outer);
        var bob = await community.LogInAsync("bob");
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);

        for (var i = 0; i < 500; i++)
        {
            await alice.SayAsync(mine, $"out {i}");
            await bob.SayAsync(theirs, $"in {i}");
        }

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal($"out {i}", await bob.HearAsync(theirs, Stop));
            Assert.Equal($"in {i}", await alice.HearAsync(mine, Stop));
        }

        var (hers, his) = (await alice.OpenAsync(CrierService.Crier, new ProtocolType(1), 1, Stop), await bob.OpenAsync(CrierService.Crier, new ProtocolType(1), 1, Stop));
        for (var i = 0; i < 100; i++)
            await alice.SendPayloadAsync(hers, new EchoText(i.ToString(CultureInfo.InvariantCulture)));
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), (await alice.TakePayloadAsync<EchoText>(hers, Stop)).Text);
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), (await bob.TakePayloadAsync<EchoText>(his, Stop)).Text);
        }

        bob.Kill();
        Assert.Equal(Reason.ConnectionBroken, (await alice.TakeAsync<ChannelDestroy>(Stop, mine)).Reason);
    }

    [Fact]
    public async Task S017_Two_hundred_clients_of_a_remote_Edge_cost_one_connection_inwards()
    {
        var plan = new CommunityPlan { Hub = { Limits = { LoginsPerUser = 200 } } };
        await using var community = await TestCommunity.StartAsync(plan);
        var line = community.AddRelay(community.Edge.LinkEndPoint);
        var remote = await community.AddEdgeAsync("remote", via: line);
        foreach (var batch in Enumerable.Range(0, 200).Chunk(50))
            await Task.WhenAll(batch.Select(_ => community.LogInAsync("alice", remote)));

        Assert.Equal(200, (await community.Edge.Server.StatusAsync()).OuterParticipants);
        Assert.Equal(1, line.Accepted);
    }

    [Fact]
    public async Task S018_Clients_reach_a_hub_that_only_the_inner_Edge_may_reach()
    {
        var inside = IPAddress.Parse("127.0.0.5");
        var plan = new CommunityPlan { EdgesFrom = [new IPNetwork(inside, 32)], StartsEdge = false };
        await using var community = await TestCommunity.StartAsync(plan);
        var inner = await community.AddEdgeAsync("inner", via: community.AddRelay(community.Hub.LinkEndPoint, from: inside));
        var outer = await community.AddEdgeAsync("outer", behind: inner);

        var alice = await community.LogInAsync("alice", outer);
        var (mine, theirs) = await alice.ConverseAsync(await community.LogInAsync("bob", outer), Stop);
        Assert.NotEqual(mine, theirs);

        // From where the outer Edge is, the hub itself takes no link.
        var locked = await EdgePart.BeginAsync(community, "locked out", community.Hub.LinkEndPoint);
        await TestCommunity.UntilAsync(() => community.Hub.AskAsync(_ => community.Hub.Refusals.Count > 0), "the hub refuses");
        Assert.Null((await locked.Server.StatusAsync()).Upstream);
    }

    [Fact]
    public async Task S053_S057_S061_A_channel_lists_its_hops_and_every_hop_lists_the_channel_with_its_neighbours()
    {
        await using var community = await TestCommunity.StartAsync();
        var outer = await community.AddEdgeAsync("outer", behind: community.Edge);
        var other = await community.AddEdgeAsync("edge-2");
        var alice = await community.LogInAsync("alice", outer);
        var bob = await community.LogInAsync("bob", other);
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);

        var channel = Assert.Single(await community.Hub.AskAsync(static hub => hub.Status.Channels()));
        Assert.Equal(
            [alice.LoginId, "outer", "edge-1", "hub-1", "edge-2", bob.LoginId], channel.Hops.Select(static hop => hop.Name));
        Assert.Equal(
            [ParticipantKind.User, ParticipantKind.Edge, ParticipantKind.Edge, ParticipantKind.Hub, ParticipantKind.Edge, ParticipantKind.User],
            channel.Hops.Select(static hop => hop.Kind));
        Assert.Equal((mine.Value, theirs.Value), (channel.Hops[0].Channel, channel.Hops[^1].Channel));

        // The master channel's way, and the channel's at either end.
        var masters = (await community.Hub.AskAsync(static hub => hub.Status.Participants())).ToDictionary(static p => p.LoginId, static p => p.Edges);
        Assert.Equal(masters[alice.LoginId], channel.Hops.Skip(1).Take(2).Select(static hop => hop.Name));
        Assert.Equal(masters[bob.LoginId], channel.Hops.Reverse().Skip(1).Take(1).Select(static hop => hop.Name));

        // The same from each Edge's own listing.
        var expected = new[] { (outer, mine, (string?)null, "edge-1", alice), (community.Edge, mine, "outer", "hub-1", alice), (other, theirs, null, "hub-1", bob) };
        foreach (var (edge, id, downstream, upstream, who) in expected)
        {
            var listed = Assert.Single(await edge.Server.ListConnectionsAsync());
            Assert.Equal((who.LoginId, downstream, upstream), (listed.LoginId.ToString(), listed.Downstream, listed.Upstream));
            Assert.Equal([id], listed.Channels);
        }
    }

    [Fact]
    public async Task S054_A_hundred_thousand_numbered_messages_keep_their_order_under_random_delays()
    {
        const int Messages = 100_000;
        const int Seed = 54;
        var plan = new CommunityPlan { Hub = { Limits = { InstantMessages = new Rate(1_000_000, 1_000_000) } } };
        await using var community = await TestCommunity.StartAsync(plan);
        var delays = new Random(Seed);
        var near = await community.AddEdgeAsync("near", via: community.AddRelay(community.Hub.LinkEndPoint, delays: delays));
        var far = await community.AddEdgeAsync("far", via: community.AddRelay(community.Hub.LinkEndPoint, delays: delays));
        var alice = await community.LogInAsync("alice", via: community.AddRelay(near.EndPoint, delays: delays).EndPoint);
        var bob = await community.LogInAsync("bob", via: community.AddRelay(far.EndPoint, delays: delays).EndPoint);
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);

        var hearing = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
                Assert.Equal(i.ToString(CultureInfo.InvariantCulture), await bob.HearAsync(theirs, Stop));
        }, Stop);
        for (var i = 0; i < Messages && !hearing.IsCompleted; i++)
            await alice.SayAsync(mine, i.ToString(CultureInfo.InvariantCulture));
        await hearing;
    }

    private static Task<long> FanoutFramesAsync(TestCommunity community) => community.Hub.AskAsync(static hub => hub.Status.Counters.FanoutFrames);

    /// <summary>Three Edges in a row; the outermost.</summary>
    private static async Task<EdgePart> ChainAsync(TestCommunity community)
    {
        var middle = await community.AddEdgeAsync("middle", behind: community.Edge);
        return await community.AddEdgeAsync("outer", behind: middle);
    }
}
