using System.Net;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>An Edge behind load balancers that are listed, and approached by others that say they are one.</summary>
public sealed class ProxyProtocolTests : IDisposable
{
    private const string BalancerAddress = "198.51.100.4";
    private static readonly IPEndPoint Client = new(IPAddress.Parse("192.0.2.7"), 50_000);
    private static readonly IPEndPoint Server = new(IPAddress.Parse("198.51.100.1"), 1533);

    private readonly EdgeWorld _world = new(
        static limits => (limits.ConnectionsPerAddressMax, limits.ProxyHeadersWaitingMax) = (2, 3),
        static options => options.ProxyProtocolFrom = ["198.51.100.0/24"]);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_client_logs_in_under_its_own_address()
    {
        var client = Connect();
        client.Say(Balancer.HeaderFor(Client, Server));
        client.Handshake();
        client.Login("alice", "secret");
        Assert.Equal(Client.Address, new IPAddress(_world.Hub.LastAttach().Attach.Address.Span));
        Assert.Equal(Client.Address, Assert.Single(_world.Edge.ListConnections()).Address);
    }

    [Fact]
    public void A_balancer_is_one_in_either_form_of_its_address()
    {
        var client = _world.Connect($"::ffff:{BalancerAddress}");
        client.Say(Balancer.HeaderFor(Client, Server));
        Assert.Equal(Client.Address, Assert.Single(_world.Edge.ListConnections()).Address);
    }

    [Fact]
    public void Header_and_first_frame_may_come_in_any_pieces()
    {
        byte[] bytes = [.. Balancer.HeaderFor(Client, Server, 1, 2, 3), .. TestClient.FrameOf(new Handshake { ClientType = ClientType.Meanwhile })];
        var whole = Connect();
        whole.Say(bytes);
        var pieces = Connect();
        foreach (var one in bytes)
            pieces.Say([one]);
        Assert.All([whole, pieces], static client => Assert.Equal(MessageType.HandshakeAck, TestClient.TypeOf(Assert.Single(client.Messages()))));
    }

    [Fact]
    public void Limits_count_the_client_and_not_the_balancer()
    {
        for (var i = 0; i < 5; i++)
            Connect().Say(Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse($"192.0.2.{i}"), 1), Server));
        Assert.Equal(5, _world.Edge.Snapshot().Connections);

        for (var i = 0; i < 3; i++)
            Connect().Say(Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("192.0.2.200"), i + 1), Server));
        Assert.Equal(7, _world.Edge.Snapshot().Connections);
        Assert.Equal(1, _world.Edge.Counters.Refused["TooManyOfAddress"]);
    }

    [Fact]
    public void A_check_by_the_balancer_itself_is_taken_as_its_own()
    {
        var check = Connect();
        check.Say(Balancer.HeaderFor(null, Server));
        Assert.Equal(BalancerAddress, Assert.Single(_world.Edge.ListConnections()).Address!.ToString());
        _world.Loop.Run(check.Wire.Vanish);
        Assert.Equal(0, _world.Edge.Snapshot().Connections);
    }

    [Fact]
    public void A_balancers_connection_without_a_header_is_refused()
    {
        var client = Connect();
        client.Say(TestClient.FrameOf(new Handshake { ClientType = ClientType.Meanwhile }));
        Assert.True(client.Wire.IsAborted);
        Assert.Equal(1, _world.Edge.Counters.Refused["ProxyHeader"]);
        Assert.Equal(0, _world.Edge.Snapshot().Connections);
    }

    [Fact]
    public void A_header_that_does_not_come_in_time_is_not_waited_for()
    {
        var client = Connect();
        client.Say(Balancer.HeaderFor(Client, Server).AsSpan(0, 20));
        _world.Pass(_world.Limits.FirstByteTimeout.TotalSeconds - 0.1);
        Assert.False(client.Wire.IsAborted);
        _world.Pass(0.2);
        Assert.True(client.Wire.IsAborted);
    }

    [Fact]
    public void The_time_for_a_header_is_over_once_it_was_read()
    {
        var (idle, user) = (Connect(), Connect());
        idle.Say([.. Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("192.0.2.8"), 1), Server), 0x80]);
        user.Say(Balancer.HeaderFor(Client, Server));
        user.Handshake();
        user.Login("alice", "secret");
        _world.Loop.Run(() => _world.Hub.AcceptLogin(_world.Hub.LastAttach().Handle));

        _world.Pass(_world.Limits.FirstByteTimeout.TotalSeconds + 1);
        Assert.Equal((false, false), (idle.Wire.IsAborted, idle.Wire.IsClosed));
        _world.Pass(60);
        Assert.Equal((false, false), (user.Wire.IsAborted, user.Wire.IsClosed));
        Assert.Empty(_world.Edge.Counters.Refused);
    }

    [Fact]
    public void A_client_that_a_full_Edge_still_tells_so_is_not_reset_by_the_time_for_its_header()
    {
        using var world = new EdgeWorld(
            static limits => limits.ConnectionsMax = 1, static options => options.ProxyProtocolFrom = ["198.51.100.0/24"]);
        _ = world.Connect();
        var client = world.Connect(BalancerAddress);
        client.Say(Balancer.HeaderFor(Client, Server));
        world.Pass(world.Limits.FirstByteTimeout.TotalSeconds + 1);
        Assert.Equal(Reason.ServerFull, client.EndReason());
        Assert.False(client.Wire.IsAborted);
    }

    [Fact]
    public void Who_was_refused_for_its_header_is_refused_once_and_gives_its_place_back()
    {
        foreach (var bytes in new byte[][] { [0, 0, 0, 1], [.. Balancer.HeaderFor(Client, Server)[..12], 0x99, 0, 0, 0] })
            Connect().Say(bytes);
        _world.Loop.Run(Connect().Wire.Vanish);
        Assert.Equal(2, _world.Edge.Counters.Refused["ProxyHeader"]);

        _world.Pass(_world.Limits.FirstByteTimeout.TotalSeconds * 2);
        Assert.Equal(2, _world.Edge.Counters.Refused["ProxyHeader"]);
        Assert.All([Connect(), Connect(), Connect()], static client => Assert.False(client.Wire.IsAborted));
        Assert.True(Connect().Wire.IsAborted);
    }

    [Fact]
    public void The_check_of_a_balancer_counts_by_the_balancers_own_address_whatever_it_says()
    {
        var check = Connect();
        var header = Balancer.HeaderFor(null, Server, [.. Client.Address.GetAddressBytes(), .. Server.Address.GetAddressBytes(), 1, 1, 2, 2]);
        header[13] = 0x11;
        check.Say(header);
        Assert.Equal(BalancerAddress, Assert.Single(_world.Edge.ListConnections()).Address!.ToString());
    }

    [Fact]
    public void Connections_that_wait_for_their_header_have_a_bound()
    {
        var waiting = Enumerable.Range(0, 3).Select(_ => Connect()).ToArray();
        Assert.True(Connect().Wire.IsAborted);

        _world.Loop.Run(waiting[0].Wire.Vanish);
        waiting[1].Say(Balancer.HeaderFor(Client, Server));
        Assert.All([Connect(), Connect()], static client => Assert.False(client.Wire.IsAborted));
        Assert.True(Connect().Wire.IsAborted);
    }

    [Fact]
    public void Of_who_is_not_taken_nothing_behind_the_header_is_read()
    {
        for (var i = 0; i < 3; i++)
        {
            var client = Connect();
            client.Say([.. Balancer.HeaderFor(new IPEndPoint(Client.Address, i + 1), Server), .. TestClient.FrameOf(new Handshake())]);
            Assert.Equal((i == 2, i != 2), (client.Wire.IsAborted, client.Messages().Count == 1));
        }
    }

    [Fact]
    public void A_header_from_anybody_else_is_refused()
    {
        var client = _world.Connect("203.0.113.66");
        client.Say(Balancer.HeaderFor(Client, Server));
        Assert.True(client.Wire.IsClosed);
        Assert.Empty(client.Messages());
        Assert.Equal(1, _world.Edge.Counters.Refused["ProxyHeader"]);
    }

    [Fact]
    public void A_second_header_is_no_way_to_another_address()
    {
        var client = Connect();
        client.Say([.. Balancer.HeaderFor(Client, Server), .. Balancer.HeaderFor(new IPEndPoint(IPAddress.Loopback, 1), Server)]);
        Assert.True(client.Wire.IsClosed);
        Assert.Empty(_world.Hub.Frames);
    }

    [Fact]
    public void A_client_that_finds_the_Edge_full_behind_a_balancer_is_told()
    {
        using var world = new EdgeWorld(
            static limits => limits.ConnectionsMax = 1, static options => options.ProxyProtocolFrom = ["198.51.100.0/24"]);
        _ = world.Connect();
        var client = world.Connect(BalancerAddress);
        client.Say(Balancer.HeaderFor(Client, Server));
        Assert.Equal(Reason.ServerFull, client.EndReason());
    }

    private TestClient Connect() => _world.Connect(BalancerAddress);
}
