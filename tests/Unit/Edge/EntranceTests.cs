using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Where clients connect, as hubs are told it: to this Edge, and to those chained behind it.</summary>
public sealed class EntranceTests
{
    private static readonly EdgeHello OfOuter = new([new Entrance("outer", ["outer.example:1533"])]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_hub_is_told_at_once_and_anew_whenever_it_changes()
    {
        using var world = new EdgeWorld(options: static options => options.PublicAddresses = ["edge-1.example:1533", "edge-1.example:80"]);
        Assert.Equal(["edge-1 at edge-1.example:1533 edge-1.example:80"], Told(world.Hub));
        var outer = new OuterEnd(world);
        Assert.Single(Told(world.Hub));
        world.Loop.Run(() => outer.Link.Say(0, OfOuter));
        Assert.Equal("edge-1 at edge-1.example:1533 edge-1.example:80, outer at outer.example:1533", Told(world.Hub)[1]);
        world.Loop.Run(outer.Link.Lose);
        Assert.Equal((3, "edge-1 at edge-1.example:1533 edge-1.example:80"), (Told(world.Hub).Count, Told(world.Hub)[2]));

        // A hub that comes back has forgotten it.
        world.Loop.Run(world.Hub.Lose);
        world.Loop.Run(world.Hub.Open);
        Assert.Equal(4, Told(world.Hub).Count);
    }

    [Fact]
    public void Where_there_is_nothing_to_tell_nothing_is_told_but_that_there_is_nothing_any_more()
    {
        using var world = new EdgeWorld();
        var (outer, silent) = (new OuterEnd(world), new OuterEnd(world));
        world.Loop.Run(silent.Link.Lose);
        Assert.Empty(Told(world.Hub));
        world.Loop.Run(() => outer.Link.Say(0, OfOuter));
        world.Loop.Run(outer.Link.Lose);
        Assert.Equal(["outer at outer.example:1533", ""], Told(world.Hub));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("0.0.0.0", false)] // any of the machine: nobody can connect to that
    [InlineData("::", false)]
    public async Task Without_public_addresses_it_is_where_the_Edge_listens(string address, bool isTold)
    {
        Assert.SkipUnless(address != "::" || Socket.OSSupportsIPv6, "This machine has no IPv6.");
        var (errors, hub) = (new List<Exception>(), new HubEnd());
        using var loop = new EventLoop("entrances", errors.Add);
        var edge = new EdgeServer(
            loop, new EdgeOptions { Name = "edge-1", Port = 0, Tls = TlsMode.Off, ListenAddress = address }, new LimitsOptions { KeyPairsReady = 1 }, [new Upstream("hub-1", hub)],
            EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance);
        await edge.StartAsync().ForAsync(Stop);
        Assert.Equal(isTold ? [$"edge-1 at {address}:{edge.Port}"] : [], Told(hub));
        await edge.DisposeAsync().ForAsync(CancellationToken.None);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "")]
    [InlineData("nonsense", "Edge:ProxyProtocolFrom: 'nonsense' is no network; write it as 10.0.0.0/8.")]
    [InlineData("10.0.0.0/99", "Edge:ProxyProtocolFrom: '10.0.0.0/99' is no network; write it as 10.0.0.0/8.")]
    public void A_load_balancers_network_that_is_none_is_one_clear_sentence(string network, string sentence)
    {
        var said = "";
        try
        {
            using var world = new EdgeWorld(options: options => options.ProxyProtocolFrom = ["192.0.2.0/24", network]);
        }
        catch (InvalidOperationException error)
        {
            said = error.Message;
        }

        Assert.Equal(sentence, said);
    }

    private static List<string> Told(HubEnd hub) => [.. hub.Frames.Where(static frame => frame.Kind == LinkKind.EdgeHello)
        .Select(static frame => string.Join(", ", HubEnd.Read<EdgeHello>(frame.Payload).Entrances.Select(static one => $"{one.Edge} at {string.Join(' ', one.Addresses)}")))];
}
