using Sametime.Contracts.Link.Participants;
using Sametime.Tests.Kit.Clients;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>
/// Two sites of one community, North with hub-1 and South with hub-2: each has a hub, an Edge, services and a store of its own, and
/// the same users; what the store knows of tokens they share. The hubs are linked.
/// </summary>
internal sealed class TwoSites : IAsyncDisposable
{
    private TwoSites(TestCommunity north, TestCommunity south) =>
        (North, South, Line) = (north, south, north.AddRelay(north.Hub.LinkEndPoint));

    public TestCommunity North { get; }

    public TestCommunity South { get; }

    /// <summary>What joins the hubs.</summary>
    public TcpRelay Line { get; }

    /// <param name="home">The home of every user.</param>
    /// <param name="cluster">The cluster that both hubs are members of; empty for none.</param>
    /// <param name="balancers">Networks of load balancers in front of the Edges.</param>
    public static async Task<TwoSites> StartAsync(string home, string cluster = "", params string[] balancers)
    {
        var north = await TestCommunity.StartAsync(PlanOf("north", 1, home, cluster, balancers));
        var sites = new TwoSites(north, await TestCommunity.StartAsync(PlanOf("south", 2, home, cluster, balancers, north)));
        await sites.South.Hub.LinkToAsync(north, sites.Line.EndPoint);
        await sites.UntilBothAsync(2, "the hubs are linked");
        return sites;
    }

    /// <summary>An Edge with a link to each of the hubs.</summary>
    public Task<EdgePart> AddSharedEdgeAsync() => EdgePart.StartAsync(North, "shared", North.Hub.LinkEndPoint, South.Hub.LinkEndPoint);

    /// <summary>Waits until the hubs have lost each other.</summary>
    public Task UntilApartAsync() => UntilBothAsync(1, "the hubs have lost each other");

    /// <summary>Waits until either hub knows the users of both.</summary>
    public Task KnownEverywhereAsync() => TestCommunity.UntilAsync(
        async () => await North.Hub.AskAsync(static hub => hub.Status.Directory().Digest) == await South.Hub.AskAsync(static hub => hub.Status.Directory().Digest),
        "both hubs know the same");

    public async ValueTask DisposeAsync()
    {
        await South.DisposeAsync();
        await North.DisposeAsync();
    }

    private async Task UntilBothAsync(int hubs, string what)
    {
        foreach (var site in new[] { North, South })
            await site.UntilAsync(hub => hub.Status.Participants().Count(static p => p.Kind == ParticipantKind.Hub) == hubs, what);
    }

    private static CommunityPlan PlanOf(string name, ushort number, string home, string cluster, string[] balancers, TestCommunity? tokensOf = null)
    {
        var plan = new CommunityPlan { EdgeName = $"edge-{name}", Home = home, Balancers = balancers, TokensOf = tokensOf };
        (plan.Hub.Name, plan.Hub.Number, plan.Hub.Cluster) = ($"hub-{number}", number, cluster);
        return plan;
    }
}
