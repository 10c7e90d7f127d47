using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Links that come: of hubs that may not be what they say, and of components that were there before.</summary>
public sealed class JoiningTests : IDisposable
{
    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_hub_is_greeted_with_all_that_it_must_know_before_it_has_said_a_word()
    {
        using var scene = new HubScene(static options => (options.Cluster, options.LinkAddresses) = ("south", ["hub-1:1516", "hub-1:1517"]));
        new PlayedHub(scene.Loop, scene.Hub, 3).Hello(8);
        var hub = new PlayedHub(scene.Loop, scene.Hub, 2);
        var reader = new WireReader(Assert.Single(hub.Sent).Payload);
        var me = scene.Hub.Status.Participants().Single(static one => one is { Kind: ParticipantKind.Hub, Name: "hub-1" }).LoginId;
        var hello = HubHello.Read(ref reader);
        Assert.Equal(
            (HubScene.Incarnation, me, "south", "hub-1:1516 hub-1:1517", new HubStart(3, 8)),
            (hello.Incarnation, hello.Node.ToString(), hello.Cluster, string.Join(' ', hello.LinkAddresses), Assert.Single(hello.Seen)));
    }

    [Fact]
    public void A_hub_of_another_number_than_its_link_has_proven_is_refused()
    {
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello(node: 3);
        Assert.Equal((false, Reason.ProtocolError), (hub.IsThere, hub.Link.ClosedBecause));
    }

    [Fact]
    public void An_earlier_start_of_a_hub_is_refused_and_the_same_or_a_later_one_is_not()
    {
        new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello(5).Lose();
        foreach (var (incarnation, isTaken) in new[] { (4u, false), (5u, true), (6u, true), (5u, false) })
        {
            var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello(incarnation);
            Assert.Equal((incarnation, isTaken), (incarnation, hub.IsThere));
            hub.Lose();
        }
    }

    [Fact]
    public void Who_has_this_hubs_number_and_an_earlier_start_is_refused_and_this_one_goes_on()
    {
        var fenced = 0;
        _scene.Hub.Fenced = () => fenced++;
        foreach (var incarnation in new[] { HubScene.Incarnation - 1, HubScene.Incarnation })
        {
            var ghost = new PlayedHub(_scene.Loop, _scene.Hub, 1).Hello(incarnation);
            Assert.Equal((Reason.ProtocolError, 0), (ghost.Link.ClosedBecause, fenced));
        }
        Assert.NotNull(_scene.LogIn("alice").LoginId);
    }

    [Theory]
    [InlineData(1, HubScene.Incarnation + 1, true)]
    [InlineData(1, HubScene.Incarnation, false)]
    [InlineData(3, HubScene.Incarnation + 1, false)] // a start of another hub
    public void A_hub_that_has_met_a_later_start_of_this_one_fences_it(int number, uint incarnation, bool isFenced)
    {
        var fenced = 0;
        _scene.Hub.Fenced = () => fenced++;
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello(5, null, new HubStart(9, 99), new HubStart((ushort)number, incarnation));
        Assert.Equal((isFenced ? 1 : 0, !isFenced), (fenced, hub.IsThere));
    }

    [Fact]
    public void A_hub_that_links_again_before_its_former_link_is_known_dead_is_there_once_and_what_crossed_the_former_is_over()
    {
        using var scene = new ManyHubsScene(2);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var (mine, his) = scene.Converse(alice, bob);
        var former = scene.LinkOf(0, 1);
        scene.Heal(0, 1);

        Assert.Equal((Reason.ConnectionBroken, Reason.ConnectionBroken), (alice.Inbox.Take<ChannelDestroy>(out var atAlice).Reason, bob.Inbox.Take<ChannelDestroy>(out var atBob).Reason));
        Assert.Equal((mine, his), (atAlice, atBob));
        Assert.All(scene.Hubs, static node => Assert.Equal(2, node.Hub.Status.Participants().Count(static one => one.Kind == ParticipantKind.Hub)));
        Assert.Contains(scene[0].Events.Of<ParticipantLoggedOut>(), static fact => fact is { Kind: ParticipantKind.Hub, Reason: Reason.SignedOnAgain });
        former.Left.Sent.Clear();
        former.Left.Send(LinkKind.DirectoryAsk, 0, default, default);
        Assert.Empty(former.Left.Sent); // it is closed

        scene.Converse(alice, bob);
        OnlineDirectory.ReplicationTests.AssertEqualEverywhere(scene);
    }

    [Fact]
    public void An_Edge_that_links_again_replaces_its_former_link_and_nobody_elses()
    {
        var (far, twin) = (new FakeEdge(_scene.Loop, _scene.Hub, "far"), _scene.AddApplication("far"));
        var (carol, alice) = (far.LogIn("carol"), _scene.LogIn("alice"));
        _scene.Converse(alice, carol);
        var (before, frames) = (_scene.Counters.LinksOpened, far.Frames.Count);

        var again = new FakeEdge(_scene.Loop, _scene.Hub, "far");
        Assert.Equal((Reason.SignedOnAgain, null, null), (far.Link.ClosedBecause, twin.Link.ClosedBecause, _scene.Edge.Link.ClosedBecause));
        Assert.Equal(Reason.ConnectionBroken, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal((1, before + 1, frames), (_scene.Hub.Status.Logins, _scene.Counters.LinksOpened, far.Frames.Count));

        // What is still heard of the former is nobody's word.
        far.Break();
        Assert.NotNull(again.LogIn("carol").LoginId);
        _scene.Loop.RunUntilIdle();
        Assert.Equal(1, _scene.Hub.Status.Participants().Count(static one => one is { Kind: ParticipantKind.Edge, Name: "far" }));
    }

    [Fact]
    public void Who_comes_and_goes_among_the_components_is_told_with_its_reason()
    {
        var subscriber = _scene.AddApplication("subscriber");
        subscriber.Subscribe(CommunityEventKinds.ComponentChanged);
        subscriber.Heard.Clear();
        new FakeEdge(_scene.Loop, _scene.Hub, "far").Break(Reason.NetworkError);
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello();
        hub.Lose();
        hub.Lose(); // told once

        Assert.Equal(
            [
                (ParticipantKind.Edge, "far", true, Reason.Success), (ParticipantKind.Edge, "far", false, Reason.NetworkError),
                (ParticipantKind.Hub, "hub-2", true, Reason.Success), (ParticipantKind.Hub, "hub-2", false, Reason.ConnectionBroken),
            ],
            subscriber.HeardOf<ComponentChanged>().Select(static heard => (heard.ParticipantKind, heard.Name, heard.Up, heard.Reason)));
        Assert.Equal([Reason.NetworkError, Reason.ConnectionBroken], _scene.Events.Of<ParticipantLoggedOut>().Select(static fact => fact.Reason));
        Assert.Empty(_scene.Events.Of<RouteBroken>());
    }

    [Fact]
    public void Who_was_ended_already_is_no_broken_route_of_an_Edge_that_is_lost()
    {
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        _scene.Converse(alice, bob);
        // In one turn, so that the Edge has not confirmed the end of any of them.
        foreach (var client in new[] { alice, bob })
            _scene.Hub.OnLinkFrame(_scene.Edge.Link, new LinkFrame(LinkKind.Message, client.Handle, Bytes.Message(ChannelId.Master, new ChannelDestroy(Reason.Success))));
        _scene.Edge.Break();
        Assert.Empty(_scene.Events.Of<RouteBroken>());
        Assert.Equal(2, _scene.Counters.LoginsEnded);
    }
}
