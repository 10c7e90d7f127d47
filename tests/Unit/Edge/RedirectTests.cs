using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.InProcess;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>A login that a hub sends on to another one (S075): the Edge takes it there, and its client notices nothing.</summary>
public sealed class RedirectTests : IDisposable
{
    private const string HomeAddress = "home:1516";
    private static readonly Redirect ToHome = new(2, "hub-2", [HomeAddress]);

    private readonly EdgeWorld _world = new();
    private readonly HubEnd _home = new("hub-2", 2);

    public RedirectTests() => _world.Dialer.Hubs[HomeAddress] = _home;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_redirected_login_goes_on_at_its_home_with_the_same_secret_and_client()
    {
        var client = _world.Ask("alice", "pa55word");
        Redirect(client);
        var (handle, attach) = _home.LastAttach();
        Assert.Equal(("alice", (byte)1), (attach.LoginName, attach.Redirects));
        Assert.Equal("pa55word", Encoding.UTF8.GetString(_home.Open(attach.SealedCredential)!));
        Assert.Empty(client.Messages());

        _world.Loop.Run(() => _home.AcceptLogin(handle));
        client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 3));
        _world.Loop.Run(() => _home.Say(LinkKind.Message, handle, TestClient.MessageOf(MessageType.ChannelSend, 3)));
        Assert.Single(_home.MessagesOf(handle));
        Assert.Single(client.Messages());
        Assert.Equal("hub-2", Assert.Single(_world.Edge.ListConnections()).Upstream);
    }

    [Fact]
    public void The_handle_at_the_first_hub_is_confirmed_and_free_again()
    {
        var client = _world.Ask();
        var handle = _world.Hub.LastAttach().Handle;
        Redirect(client);
        Assert.Equal((handle, Reason.Success), Assert.Single(_world.Hub.Detaches()));
        _ = _world.Ask("bob");
        Assert.Equal(handle, _world.Hub.LastAttach().Handle);
    }

    [Fact]
    public void The_link_to_a_home_is_made_once_and_kept_for_the_next()
    {
        foreach (var name in new[] { "alice", "bob", "carol" })
            Redirect(_world.Ask(name));
        Assert.Equal([HomeAddress], Assert.Single(_world.Dialer.Dialled));
        Assert.Equal(3, _home.Frames.Count(static frame => frame.Kind == LinkKind.Attach));
    }

    [Fact]
    public void New_logins_do_not_go_to_a_hub_the_Edge_was_not_told_of_unless_no_other_is_left()
    {
        Redirect(_world.Ask("alice"));
        _ = _world.Ask("bob");
        Assert.Equal("bob", _world.Hub.LastAttach().Attach.LoginName);

        _world.Loop.Run(_world.Hub.Lose);
        _ = _world.Ask("carol");
        Assert.Equal("carol", _home.LastAttach().Attach.LoginName);
    }

    [Fact]
    public void A_home_that_is_not_reached_in_time_ends_the_login_so_that_the_client_comes_back()
    {
        _home.IsDown = true;
        Redirect(_world.Ask());
        _world.Pass(_world.Limits.RedirectWithin.TotalSeconds + 0.5);
        var before = Holdings.Of(_world.Edge);

        var client = _world.Ask();
        Redirect(client);
        _world.Pass(_world.Limits.RedirectWithin.TotalSeconds - 0.5);
        Assert.False(client.Wire.IsClosed);
        _world.Pass(1);
        Assert.Equal(Reason.ServerNotResponding, client.EndReason());
        Assert.DoesNotContain(Holdings.Of(_world.Edge).Since(before), static held => held.Contains("_waiting", StringComparison.Ordinal));

        _world.Loop.Run(_home.Open);
        Assert.Empty(_home.Frames);
    }

    [Fact]
    public void A_home_that_comes_up_in_time_takes_everybody_who_waits()
    {
        _home.IsDown = true;
        Redirect(_world.Ask("alice"));
        Redirect(_world.Ask("bob"));
        _world.Pass(1);
        _world.Loop.Run(_home.Open);
        Assert.Equal(2, _home.Frames.Count(static frame => frame.Kind == LinkKind.Attach));
    }

    [Fact]
    public void Who_answers_at_the_address_and_proves_another_number_gets_nobody()
    {
        var other = new HubEnd("hub-3", 3);
        _world.Dialer.Hubs[HomeAddress] = other;
        var client = _world.Ask();
        Redirect(client);
        _world.Pass(_world.Limits.RedirectWithin.TotalSeconds + 1);
        Assert.Equal(Reason.ServerNotResponding, client.EndReason());
        Assert.Empty(other.Frames);
        Assert.True(other.IsDisposed);
        Assert.Single(_world.Edge.Snapshot().Uplinks);
    }

    [Fact]
    public void A_hub_is_given_up_when_somebody_else_has_answered_at_each_of_its_addresses()
    {
        var other = new HubEnd("hub-3", 3);
        _world.Dialer.Hubs[HomeAddress] = other;
        Redirect(_world.Ask(), new Redirect(2, "hub-2", [HomeAddress, "home:1517"]));
        Assert.False(other.IsDisposed);
        _world.Loop.Run(other.Open);
        Assert.True(other.IsDisposed);
        Assert.Empty(other.Frames);
    }

    [Fact]
    public void A_home_that_has_moved_is_looked_for_where_it_is_now()
    {
        Redirect(_world.Ask());
        _world.Loop.Run(_home.Lose);
        var moved = new HubEnd("hub-2", 2);
        _world.Dialer.Hubs["moved:1516"] = moved;
        Redirect(_world.Ask("bob"), new Redirect(2, "hub-2", ["moved:1516"]));
        Assert.Equal((true, 2), (_home.IsDisposed, _world.Edge.Snapshot().Uplinks.Count));
        Assert.Equal("bob", moved.LastAttach().Attach.LoginName);
    }

    [Theory]
    [InlineData(true, "hub-2", false)] // it was open once, so its number is known
    [InlineData(true, "elsewhere", false)]
    [InlineData(false, "hub-2", false)] // never open: its address is all that is known
    [InlineData(false, "elsewhere", true)]
    public void A_hub_we_were_told_of_that_is_down_is_waited_for(bool wasOpen, string address, bool isDialled)
    {
        HubEnd[] hubs = [new("hub-1", 1), new("hub-2", 2) { IsDown = !wasOpen }];
        using var world = new EdgeWorld(options: static options => options.HubChoice = HubChoice.First, hubs: hubs);
        if (wasOpen)
        {
            world.Loop.Run(hubs[1].Lose);
        }

        _ = world.Ask();
        world.Loop.Run(() => hubs[0].Say(hubs[0].LastAttach().Handle, new Redirect(2, "hub-2", [address])));
        Assert.Equal(isDialled ? 1 : 0, world.Dialer.Dialled.Count);
        world.Loop.Run(hubs[1].Open);
        Assert.Equal(!isDialled, hubs[1].Frames.Exists(static frame => frame.Kind == LinkKind.Attach));
    }

    [Fact]
    public void An_Edge_that_claims_the_number_of_a_hub_gets_nobody()
    {
        var edge = new HubEnd("impostor", 2, LinkRole.Edge);
        _world.Dialer.Hubs[HomeAddress] = edge;
        var client = _world.Ask();
        Redirect(client);
        _world.Pass(_world.Limits.RedirectWithin.TotalSeconds + 1);
        Assert.Equal(Reason.ServerNotResponding, client.EndReason());
        Assert.Empty(edge.Frames);
    }

    [Fact]
    public void A_redirect_without_a_usable_address_ends_the_login()
    {
        var client = _world.Ask();
        Redirect(client, new Redirect(9, "hub-9", ["nowhere"]));
        Assert.Equal(Reason.ServerNotResponding, client.EndReason());
    }

    [Fact]
    public void There_is_a_bound_to_the_hubs_that_redirects_can_make_it_link_to()
    {
        using var world = new EdgeWorld(static limits => limits.UplinksMax = 2);
        for (ushort number = 2; number <= 4; number++)
            world.Dialer.Hubs[$"hub-{number}"] = new HubEnd($"hub-{number}", number);
        for (ushort number = 2; number <= 4; number++)
        {
            _ = world.Ask();
            world.Loop.Run(() => world.Hub.Say(world.Hub.LastAttach().Handle, new Redirect(number, $"hub-{number}", [$"hub-{number}"])));
        }
        Assert.Single(world.Dialer.Dialled);
        Assert.Equal(2, world.Edge.Snapshot().Uplinks.Count);
    }

    [Fact]
    public void A_login_that_is_sent_round_in_a_circle_is_ended()
    {
        var client = _world.Ask();
        Redirect(client);
        _world.Loop.Run(() => _home.Say(_home.LastAttach().Handle, new Redirect(1, "hub-1", ["hub-1"])));
        Assert.Equal(2, _world.Hub.LastAttach().Attach.Redirects);
        Redirect(client);
        Assert.Equal(Reason.ServerBroken, client.EndReason());
    }

    [Fact]
    public void A_client_that_leaves_while_its_home_is_looked_for_is_attached_nowhere()
    {
        _home.IsDown = true;
        var client = _world.Ask();
        Redirect(client);
        _world.Loop.Run(client.Wire.Vanish);
        _world.Loop.Run(_home.Open);
        Assert.Empty(_home.Frames);
        Assert.Equal(0, _world.Edge.Snapshot().Connections);
    }

    [Fact]
    public void A_login_that_is_in_already_is_not_redirected()
    {
        var client = _world.LogIn();
        _world.Loop.Run(() => _world.Hub.Say(client.Handle, ToHome));
        Assert.Equal(Reason.ServerBroken, client.EndReason());
        Assert.Empty(_home.Frames);
    }

    [Fact]
    public void A_home_that_is_lost_ends_who_was_sent_there_and_is_linked_to_again()
    {
        var client = _world.Ask();
        Redirect(client);
        _world.Loop.Run(() => _home.AcceptLogin(_home.LastAttach().Handle));
        client.Wire.ForgetSent();
        var other = _world.LogIn("bob");
        _world.Loop.Run(_home.Lose);
        Assert.Equal(Reason.ConnectionBroken, client.EndReason());
        Assert.False(other.Wire.IsClosed);

        Redirect(_world.Ask("carol"));
        _world.Loop.Run(_home.Open);
        Assert.Equal("carol", _home.LastAttach().Attach.LoginName);
        Assert.Single(_world.Dialer.Dialled);
    }

    [Fact]
    public void A_home_that_is_gone_for_long_is_not_dialled_any_more()
    {
        Redirect(_world.Ask());
        _world.Loop.Run(_home.Lose);
        _world.Pass(_world.Limits.UplinkForgottenAfter.TotalSeconds + 2);
        Assert.True(_home.IsDisposed);
        Assert.Single(_world.Edge.Snapshot().Uplinks);
    }

    [Fact]
    public void A_home_whose_link_is_open_is_kept_however_long()
    {
        var client = _world.Ask();
        Redirect(client);
        _world.Loop.Run(() => _home.AcceptLogin(_home.LastAttach().Handle));
        for (var minute = 0; minute <= 2 * _world.Limits.UplinkForgottenAfter.TotalMinutes; minute++)
        {
            _world.Pass(60);
            client.Say([0x80]);
        }
        Assert.False(client.Wire.IsClosed);
        Assert.Equal((false, 2), (_home.IsDisposed, _world.Edge.Snapshot().Uplinks.Count));
        Assert.Empty(_home.Detaches());
    }

    [Fact]
    public void The_time_of_a_home_that_was_lost_counts_anew_from_the_next_loss()
    {
        var (half, quarter) = (_world.Limits.UplinkForgottenAfter.TotalSeconds / 2, _world.Limits.UplinkForgottenAfter.TotalSeconds / 4);
        Redirect(_world.Ask());
        _world.Loop.Run(_home.Lose);
        _world.Pass(half + quarter);
        _world.Loop.Run(_home.Open);
        _world.Pass(half);
        _world.Loop.Run(_home.Lose);
        _world.Pass(half + quarter);
        Assert.False(_home.IsDisposed);
        _world.Pass(quarter + 2);
        Assert.True(_home.IsDisposed);
    }

    [Fact]
    public void A_hub_we_were_told_of_is_never_given_up()
    {
        _world.Loop.Run(_world.Hub.Lose);
        _world.Pass(3 * _world.Limits.UplinkForgottenAfter.TotalSeconds);
        Assert.False(_world.Hub.IsDisposed);
        _world.Loop.Run(_world.Hub.Open);
        Assert.NotEqual(0u, _world.LogIn().Handle);
    }

    [Fact]
    public void The_place_of_a_home_that_was_given_up_is_free_for_another()
    {
        using var world = new EdgeWorld(static limits => limits.UplinksMax = 2);
        for (ushort number = 2; number <= 3; number++)
        {
            var hub = new HubEnd($"hub-{number}", number);
            world.Dialer.Hubs[$"hub-{number}"] = hub;
            _ = world.Ask();
            world.Loop.Run(() => world.Hub.Say(world.Hub.LastAttach().Handle, new Redirect(number, $"hub-{number}", [$"hub-{number}"])));
            Assert.Single(hub.Frames, static frame => frame.Kind == LinkKind.Attach);
            world.Loop.Run(hub.Lose);
            world.Pass(world.Limits.UplinkForgottenAfter.TotalSeconds + 2);
        }
    }

    [Fact]
    public void Two_addresses_of_one_hub_do_not_push_each_other_out_for_ever()
    {
        var (first, second) = (new HubEnd("hub-1", 1), new HubEnd("hub-1", 1));
        using var world = new EdgeWorld(hubs: [first, second]);
        Assert.True(first.IsDisposed);
        Assert.Equal("hub-1", Assert.Single(world.Edge.Snapshot().Uplinks).Peer);
    }

    [Fact]
    public void Two_inner_Edges_are_not_one_hub()
    {
        HubEnd[] edges = [new("inner-1", 0, LinkRole.Edge), new("inner-2", 0, LinkRole.Edge)];
        using var world = new EdgeWorld(hubs: edges);
        Assert.Equal(["inner-1", "inner-2"], world.Edge.Snapshot().Uplinks.Select(static uplink => uplink.Peer!));
        Assert.All(edges, static edge => Assert.False(edge.IsDisposed));
    }

    [Fact]
    public void Who_waits_for_his_home_does_not_go_to_another_hub_that_comes_up()
    {
        HubEnd[] hubs = [new("hub-1", 1), new("hub-3", 3) { IsDown = true }];
        using var world = new EdgeWorld(hubs: hubs);
        var home = new HubEnd("hub-2", 2) { IsDown = true };
        world.Dialer.Hubs[HomeAddress] = home;
        _ = world.Ask();
        world.Loop.Run(() => hubs[0].Say(hubs[0].LastAttach().Handle, ToHome));
        world.Loop.Run(hubs[1].Open);
        Assert.Empty(hubs[1].Frames);
        world.Loop.Run(home.Open);
        Assert.Single(home.Frames);
    }

    [Fact]
    public void An_inner_Edge_takes_participants_of_outer_Edges_home()
    {
        var key = Encoding.UTF8.GetBytes("a shared key");
        var listener = new InProcessLinkListener(
            _world.Loop, new LinkIdentity(LinkRole.Edge, "edge-1"), LinkTrust.OfLoopback(key, LinkRole.Edge), new LinkOptions(),
            _world.Edge.OuterLinks, static failure => Assert.Fail(failure.Why));
        var connector = new LinkConnector(
            _world.Loop, listener.DialerOn(_world.Loop), new LinkIdentity(LinkRole.Edge, "outer"), key, new LinkOptions(), new Random(7),
            static failure => Assert.Fail(failure.Why));
        var outer = new EdgeServer(
            _world.Loop, new EdgeOptions { Name = "outer", ListenAddress = "", Tls = TlsMode.Off }, new LimitsOptions { KeyPairsReady = 1 },
            [new Upstream("edge-1", connector)], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance, offLoop: new InlineScheduler());
        _ = outer.StartAsync();
        _world.Loop.RunUntilIdle();
        var stay = AskAt(outer, "stay");
        var (handle, _) = _world.Hub.LastAttach();
        _world.Loop.Run(() => _world.Hub.AcceptLogin(handle));
        var wire = AskAt(outer, "alice");
        _world.Loop.Run(() => _world.Hub.Say(_world.Hub.LastAttach().Handle, ToHome));

        var (atHome, attach) = _home.LastAttach();
        Assert.Equal((byte)1, attach.Redirects);
        Assert.Equal("pw", Encoding.UTF8.GetString(_home.Open(attach.SealedCredential)!));
        Assert.Equal(["outer", "edge-1"], attach.Edges.Span.ToArray());
        _world.Loop.Run(() => _home.AcceptLogin(atHome));
        _world.Loop.Run(() => _home.Say(LinkKind.Broadcast, 0, TestClient.MessageOf(MessageType.AdminNotice, 0, 4)));
        Assert.Single(TestClient.MessagesIn(wire.Sent));
        Assert.Empty(TestClient.MessagesIn(stay.Sent));

        _world.Loop.Run(_home.Lose);
        Assert.True(wire.IsClosed);
        Assert.False(stay.IsClosed);
    }

    private void Redirect(TestClient client, Redirect? where = null)
    {
        Assert.False(client.Wire.IsClosed);
        _world.Loop.Run(() => _world.Hub.Say(_world.Hub.LastAttach().Handle, where ?? ToHome));
    }

    private WireEnd AskAt(EdgeServer edge, string name)
    {
        var wire = new WireEnd(time: _world.Loop.Time);
        _world.Loop.Run(() => edge.Accept(wire));
        _world.Loop.Run(() => wire.Arrive(TestClient.FrameOf(new Handshake())));
        var ack = TestClient.Read<HandshakeAck>(Assert.Single(TestClient.MessagesIn(wire.Sent)));
        wire.ForgetSent();
        var secret = AuthDataWriter.Rc2DiffieHellman("pw", KeyAgreement.Create(), ack.Key.Span, ack.Magic);
        _world.Loop.Run(() => wire.Arrive(TestClient.FrameOf(new Login(ClientType.Meanwhile, name, Opaque.Wrap(secret), AuthType.Rc2DiffieHellman))));
        return wire;
    }
}
