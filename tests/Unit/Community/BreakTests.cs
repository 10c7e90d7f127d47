using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Community.Support;
using Sametime.Tests.Unit.ServerApplications;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>
/// A hop dies: both ends of every channel through it are told by the break itself, as no link here is found dead by its silence, and no hop
/// that lives keeps anything of the channel.
/// </summary>
public sealed class BreakTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("client")]
    [InlineData("outer Edge")]
    [InlineData("inner Edge")]
    [InlineData("link to the hub")]
    public async Task S055_S056_A_killed_hop_is_told_at_both_ends_and_no_hop_keeps_the_channel(string hop)
    {
        await using var community = await TestCommunity.StartAsync();
        var cable = community.AddRelay(community.Hub.LinkEndPoint);
        var inner = await community.AddEdgeAsync("inner", via: cable);
        var outer = await community.AddEdgeAsync("outer", behind: inner);
        var alice = await community.LogInAsync("alice", outer);
        var bob = await community.LogInAsync("bob");
        var (_, theirs) = await alice.ConverseAsync(bob, Stop);

        switch (hop)
        {
            case "client":
                alice.Kill();
                break;
            case "outer Edge":
                outer.Kill();
                break;
            case "inner Edge":
                inner.Kill();
                break;
            default:
                cable.Cut();
                break;
        }

        Assert.Equal(Reason.ConnectionBroken, (await bob.TakeAsync<ChannelDestroy>(Stop, theirs)).Reason);
        var told = await alice.EndAsync(Stop);
        if (hop is "inner Edge" or "link to the hub")
            Assert.Equal(Reason.ConnectionBroken, told);

        Assert.Empty(await community.Hub.AskAsync(static hub => hub.Status.Channels()));
        Assert.DoesNotContain(await community.Hub.AskAsync(static hub => hub.Status.Participants()), static p => p.UserId == "alice");
        Assert.Empty(Assert.Single(await community.Edge.Server.ListConnectionsAsync()).Channels);
        foreach (var edge in new[] { outer, inner }.Where(edge => $"{edge.Name} Edge" != hop))
            await TestCommunity.UntilAsync(async () => (await edge.Server.ListConnectionsAsync()).Count == 0, $"{edge.Name} has forgotten");

        // Whoever lives goes on.
        var (mine, hers) = await bob.ConverseAsync(await community.LogInAsync("carol"), Stop);
        Assert.NotEqual(mine, hers);
    }

    [Fact]
    public async Task S055_S056_A_killed_hub_is_told_to_every_client_and_the_Edges_keep_nothing()
    {
        await using var community = await TestCommunity.StartAsync();
        var other = await community.AddEdgeAsync("edge-2");
        var alice = await community.LogInAsync("alice");
        var bob = await community.LogInAsync("bob", other);
        await alice.ConverseAsync(bob, Stop);

        community.Hub.Kill();

        Assert.Equal((Reason.ConnectionBroken, Reason.ConnectionBroken), (await alice.EndAsync(Stop), await bob.EndAsync(Stop)));
        foreach (var edge in new[] { community.Edge, other })
            await TestCommunity.UntilAsync(async () => (await edge.Server.ListConnectionsAsync()).Count == 0, $"{edge.Name} has forgotten");
    }

    [Fact]
    public async Task S023_S055_A_killed_application_is_told_to_its_clients_who_go_on_talking_to_each_other()
    {
        await using var community = await TestCommunity.StartAsync();
        var echo = await community.AddApplicationAsync("echo", new EchoService());
        var (alice, bob) = (await community.LogInAsync("alice"), await community.LogInAsync("bob"));
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);
        var channel = await alice.OpenAsync(EchoService.Echo, new ProtocolType(1), 1, Stop);

        echo.Kill();
        community.Services.Kill();
        Assert.NotEqual(Reason.Success, (await alice.TakeAsync<ChannelDestroy>(Stop, channel)).Reason);
        await community.UntilAsync(static hub => hub.Status.Services.Count == 0, "no application is left");
        Assert.Equal([mine], (await community.Edge.Server.ListConnectionsAsync()).Single(c => c.LoginId.ToString() == alice.LoginId).Channels);

        await alice.SayAsync(mine, "still here?");
        Assert.Equal("still here?", await bob.HearAsync(theirs, Stop));
        await bob.ConverseAsync(alice, Stop);
    }

    [Fact]
    public async Task S055_S056_An_application_is_told_of_a_killed_client_and_forgets_the_channel()
    {
        await using var community = await TestCommunity.StartAsync();
        var echo = await community.AddApplicationAsync("echo", new EchoService());
        var alice = await community.LogInAsync("alice");
        await alice.OpenAsync(EchoService.Echo, new ProtocolType(1), 1, Stop);
        Assert.Equal(1, await ChannelsAsync(echo));

        alice.Kill();
        await TestCommunity.UntilAsync(async () => await ChannelsAsync(echo) == 0, "the application has forgotten");
        Assert.Empty(await community.Hub.AskAsync(static hub => hub.Status.Channels()));
    }

    private static Task<int> ChannelsAsync(ApplicationPart part) => part.Loop.AskAsync(() => part.Application.ChannelCount);
}
