using System.Net;
using Sametime.Compose.Commands;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Names of hubs and clusters lead to the Edges that serve them (S090, S091).</summary>
public sealed class ResolverTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(3, static options => options.Cluster = options.Number >= 2 ? "south" : "");

    public ResolverTests()
    {
        for (var hub = 0; hub < 3; hub++)
            Tell(hub, $"edge{hub + 1}.example:1533");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_hub_or_a_cluster_is_served_by_the_Edges_linked_to_it_and_every_hub_knows()
    {
        foreach (var node in _scene.Hubs)
        {
            Assert.Equal(["edge1.example:1533"], node.Hub.Resolve("hub-1")!);
            Assert.Equal(["edge3.example:1533"], node.Hub.Resolve("HUB-3")!);
            Assert.Equal(["edge2.example:1533", "edge3.example:1533"], node.Hub.Resolve("south")!.Order());
            Assert.Null(node.Hub.Resolve("nobody"));
            Assert.Null(node.Hub.Resolve(""));
        }
    }

    [Fact]
    public void A_thousand_answers_begin_with_each_address_equally_often()
    {
        Tell(1, "a:1", "b:1", "c:1");
        var first = Enumerable.Range(0, 1_000).Select(_ => _scene[0].Hub.Resolve("south")!).ToArray();
        Assert.All(first.CountBy(static answer => answer[0]), static count => Assert.Equal(250, count.Value));
        Assert.All(first, static answer => Assert.Equal(4, answer.Distinct().Count()));
    }

    [Fact]
    public void An_Edge_or_a_hub_that_is_gone_is_told_no_more()
    {
        _scene[1].Edge.Break();
        Settle();
        Assert.Equal(["edge3.example:1533"], _scene[0].Hub.Resolve("south")!);
        Assert.Empty(_scene[0].Hub.Resolve("hub-2")!);

        _scene.LinkOf(0, 2).Break();
        Settle();
        Assert.Empty(_scene[0].Hub.Resolve("south")!);
        Assert.Null(_scene[0].Hub.Resolve("hub-3"));

        _scene.Link(0, 2);
        Settle();
        Assert.Equal(["edge3.example:1533"], _scene[0].Hub.Resolve("south")!);
    }

    [Fact]
    public void An_Edge_that_names_too_many_places_is_no_Edge()
    {
        var max = _scene[0].Options.Limits.EntrancesMax;
        var entrances = Enumerable.Range(0, max + 1).Select(static i => new Entrance($"edge-{i}", [$"edge{i}:1533"])).ToArray();
        _scene[0].Edge.Deliver(LinkKind.EdgeHello, 0, Bytes.Of(new EdgeHello([.. entrances[..max]])));
        Assert.Null(_scene[0].Edge.Link.ClosedBecause);
        Assert.Equal(max, _scene[0].Hub.Resolve("hub-1")!.Count);

        _scene[0].Edge.Deliver(LinkKind.EdgeHello, 0, Bytes.Of(new EdgeHello([.. entrances])));
        Assert.Equal(Reason.ProtocolError, _scene[0].Edge.Link.ClosedBecause);
        Assert.Empty(_scene[0].Hub.Resolve("hub-1")!);
        Assert.Equal(1, _scene[0].Counters.MalformedMessages);
    }

    [Fact]
    public void Addresses_become_records_that_a_name_server_can_serve()
    {
        string[] records = [.. ResolveCommand.Records("south", "chat.example", ["192.0.2.1:1533", "edge.example:1544", "[2001:db8::1]:1533"])];
        Assert.Equal(
            [
                "south.chat.example. 30 IN A 192.0.2.1",
                "edge1.south.chat.example. 30 IN A 192.0.2.1",
                "_sametime._tcp.south.chat.example. 30 IN SRV 0 0 1533 edge1.south.chat.example.",
                "_sametime._tcp.south.chat.example. 30 IN SRV 0 0 1544 edge.example.",
                "south.chat.example. 30 IN AAAA 2001:db8::1",
                "edge2.south.chat.example. 30 IN AAAA 2001:db8::1",
                "_sametime._tcp.south.chat.example. 30 IN SRV 0 0 1533 edge2.south.chat.example.",
            ],
            records);
    }

    private void Tell(int hub, params string[] addresses)
    {
        var edge = _scene[hub].Edge;
        edge.Deliver(LinkKind.EdgeHello, 0, Bytes.Of(new EdgeHello([new Entrance(edge.Name, [.. addresses])])));
    }

    private void Settle() => _scene.Loop.Advance(TimeSpan.FromSeconds(10));
}
