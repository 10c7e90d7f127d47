using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>One Edge with links to several hubs, which the test plays.</summary>
public sealed class SeveralHubsTests : IDisposable
{
    private readonly HubEnd[] _hubs = [new("hub-1", 1), new("hub-2", 2), new("hub-3", 3)];
    private readonly EdgeWorld _world;

    public SeveralHubsTests() => _world = new EdgeWorld(hubs: _hubs);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void New_logins_spread_evenly_over_the_hubs_whose_links_are_open()
    {
        for (var i = 0; i < 30; i++)
            _ = _world.Ask($"user{i}");
        Assert.Equal([10, 10, 10], _hubs.Select(AttachesOf));

        _world.Loop.Run(_hubs[0].Lose);
        for (var i = 0; i < 30; i++)
            _ = _world.Ask($"later{i}");
        Assert.Equal([10, 25, 25], _hubs.Select(AttachesOf));
    }

    [Fact]
    public void With_the_first_preferred_the_others_only_stand_by()
    {
        HubEnd[] hubs = [new("hub-1", 1), new("hub-2", 2)];
        using var world = new EdgeWorld(options: static options => options.HubChoice = HubChoice.First, hubs: hubs);
        _ = world.Ask("a");
        _ = world.Ask("b");
        world.Loop.Run(hubs[0].Lose);
        _ = world.Ask("c");
        world.Loop.Run(hubs[0].Open);
        _ = world.Ask("d");
        Assert.Equal([3, 1], hubs.Select(AttachesOf));
    }

    [Fact]
    public void A_lost_hub_ends_its_own_clients_and_nobody_else()
    {
        var clients = Enumerable.Range(0, 3).Select(i => LogInAt(_hubs[i])).ToArray();
        _world.Loop.Run(_hubs[1].Lose);

        Assert.Equal(Reason.ConnectionBroken, clients[1].EndReason());
        Assert.False(clients[0].Wire.IsClosed || clients[2].Wire.IsClosed);
        clients[0].SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 5));
        Assert.Single(_hubs[0].MessagesOf(clients[0].Handle));
        Assert.Equal(["hub-1", null, "hub-3"], _world.Edge.Snapshot().Uplinks.Select(static uplink => uplink.Peer));
    }

    [Fact]
    public void Nobody_is_let_in_only_when_no_hub_is_left()
    {
        foreach (var hub in _hubs)
            _world.Loop.Run(hub.Lose);
        Assert.Equal(Reason.ServerNotResponding, _world.Ask().EndReason());
    }

    [Fact]
    public void The_same_handle_number_at_two_hubs_is_two_clients()
    {
        var (first, second) = (LogInAt(_hubs[0]), LogInAt(_hubs[1]));
        Assert.Equal(first.Handle, second.Handle);
        _world.Loop.Run(() => _hubs[1].Say(LinkKind.Message, second.Handle, TestClient.MessageOf(MessageType.ChannelSend, 7)));
        Assert.Empty(first.Messages());
        Assert.Single(second.Messages());
    }

    [Fact]
    public void A_broadcast_of_a_hub_reaches_its_own_clients_once()
    {
        var clients = Enumerable.Range(0, 3).Select(i => LogInAt(_hubs[i])).ToArray();
        foreach (var hub in _hubs)
            _world.Loop.Run(() => hub.Say(LinkKind.Broadcast, 0, TestClient.MessageOf(MessageType.AdminNotice, 0, 4)));
        Assert.All(clients, static client => Assert.Single(client.Messages()));
    }

    [Fact]
    public void A_broadcast_crosses_to_a_chained_Edge_once_and_where_nobody_of_that_hub_is_not_at_all()
    {
        var outer = new OuterEnd(_world);
        var notice = TestClient.MessageOf(MessageType.AdminNotice, 0, 4);
        outer.Attach(1); // at the first hub
        _world.Loop.Run(() => _hubs[1].Say(LinkKind.Broadcast, 0, notice));
        Assert.Empty(outer.Link.Frames);
        _world.Loop.Run(() => _hubs[0].Say(LinkKind.Broadcast, 0, notice));
        Assert.Equal(LinkKind.Broadcast, Assert.Single(outer.Link.Frames).Kind);

        outer.Attach(2); // at the second
        outer.Link.Frames.Clear();
        _world.Loop.Run(() => _hubs[1].Say(LinkKind.Broadcast, 0, notice));
        var (kind, _, payload) = Assert.Single(outer.Link.Frames);
        Assert.True(Fanout.TryRead(payload, out var fanout));
        Assert.Equal((LinkKind.Fanout, 1, 2u, 0u), (kind, fanout.Count, fanout[0].Handle, fanout[0].Channel));
        Assert.Equal(notice, fanout.Message.ToArray());
    }

    [Fact]
    public void A_congested_hub_holds_up_its_own_clients_only()
    {
        var (slow, quick) = (LogInAt(_hubs[0]), LogInAt(_hubs[1]));
        _hubs[0].QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
        slow.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        quick.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        Assert.True(slow.Wire.IsPaused);
        Assert.False(quick.Wire.IsPaused);

        _hubs[0].QueuedBytes = 0;
        _world.Loop.Advance(_world.Limits.UplinkQueueInterval);
        Assert.False(slow.Wire.IsPaused);
    }

    [Fact]
    public void Connections_are_listed_with_the_hub_that_each_is_at()
    {
        for (var i = 0; i < 3; i++)
            LogInAt(_hubs[i]);
        Assert.Equal(["hub-1", "hub-2", "hub-3"], _world.Edge.ListConnections().Select(static listing => listing.Upstream));
        Assert.Equal([(1, 1), (2, 1), (3, 1)], _world.Edge.Snapshot().Uplinks.Select(static uplink => ((int)uplink.Hub, uplink.Participants)));
    }

    [Fact]
    public void The_status_shows_each_link_and_what_waits_on_all_of_them()
    {
        (_hubs[0].QueuedBytes, _hubs[1].QueuedBytes, _hubs[2].QueuedBytes) = (1_000, 200, 30);
        var outer = new OuterEnd(_world);
        outer.Attach(1);
        var client = LogInAt(_hubs[1]);
        client.Wire.IsStuck = true;
        _world.Loop.Run(() => _hubs[1].Say(LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1, 20)));
        _ = _world.Connect();
        _world.Pass(1);
        var status = _world.Edge.Snapshot();
        Assert.Equal(("edge-1", "hub-1", 2, 1, 1_230L, (long)client.Wire.QueuedBytes), (status.Name, status.Upstream, status.Connections, status.LoggedIn, status.UplinkQueuedBytes, status.QueuedBytes));
        Assert.Equal(["outer"], status.OuterEdges);
        Assert.Equal((1, null), (status.OuterParticipants, status.CertificateDaysLeft));
        Assert.Equal(1_230, _world.Edge.UplinkQueuedBytes);
        Assert.Equal(
            [("hub-1", "hub-1", 1, 1, 1_000), ("hub-2", "hub-2", 2, 1, 200), ("hub-3", "hub-3", 3, 0, 30)],
            status.Uplinks.Select(static uplink => (uplink.Addresses.Single(), uplink.Peer!, (int)uplink.Hub, uplink.Participants, uplink.QueuedBytes)));
        Assert.All(status.Uplinks, static uplink => Assert.Equal((true, null), (uplink.IsConfigured, uplink.LastFailure)));
        _world.Loop.Run(_hubs[0].Lose);
        Assert.Equal(("hub-2", 230L), (_world.Edge.Snapshot().Upstream, _world.Edge.Snapshot().UplinkQueuedBytes));
    }

    [Fact]
    public void A_connection_is_listed_with_what_is_known_of_it_before_and_after_it_is_in()
    {
        var outer = new OuterEnd(_world);
        outer.Attach(1);
        var handle = _hubs[0].LastAttach().Handle;
        var client = _world.Connect(isPrivate: true);
        Assert.Equal(
            [(null, null, "Silent", TransportSecurity.Tls, null), (null, null, "LoggingIn", TransportSecurity.None, "hub-1")],
            Listed());
        client.Handshake();
        client.Login("guest", "secret");
        var at = _hubs[1].LastAttach().Handle;
        _world.Loop.Run(() => _hubs[1].AcceptLogin(at, 8, ParticipantKind.Guest));
        _world.Loop.Run(() => _hubs[0].AcceptLogin(handle, 9));
        Assert.Equal(
            [
                (new LoginId(1, 1, 8), ParticipantKind.Guest, "In", TransportSecurity.Tls, "hub-2"),
                (new LoginId(1, 1, 9), ParticipantKind.User, "In", TransportSecurity.None, "hub-1"),
            ],
            Listed());
        Assert.All(_world.Edge.ListConnections(), static listing => Assert.Equal("192.0.2.7", listing.Address!.ToString()));

        IEnumerable<(LoginId?, ParticipantKind?, string, TransportSecurity, string?)> Listed() =>
            _world.Edge.ListConnections().Select(static listing => (listing.LoginId, listing.Kind, listing.State, listing.Security, listing.Upstream));
    }

    private TestClient LogInAt(HubEnd hub)
    {
        var before = AttachesOf(hub);
        var client = _world.Ask();
        Assert.Equal(before + 1, AttachesOf(hub));
        client.Handle = hub.LastAttach().Handle;
        _world.Loop.Run(() => hub.AcceptLogin(client.Handle, client.Handle));
        client.Wire.ForgetSent();
        return client;
    }

    private static int AttachesOf(HubEnd hub) => hub.Frames.Count(static frame => frame.Kind == LinkKind.Attach);
}
