using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>With which reason a loss is told: its own for who is lost, and as a break for what went through him.</summary>
public sealed class LostTests
{
    private const CommunityEventKinds Heard = CommunityEventKinds.ComponentChanged | CommunityEventKinds.LoggedOut;

    public static TheoryData<Reason> Reasons => [Reason.Success, Reason.ConnectionTimedOut, Reason.ProtocolError];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_an_application(Reason reason)
    {
        using var scene = new HubScene();
        var (resolve, subscriber, alice) = (scene.AddResolve("resolve"), scene.AddApplication("subscriber"), scene.LogIn("alice"));
        subscriber.Subscribe(Heard);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
        resolve.Accept(resolve.Inbox.Take<ChannelCreate>());

        resolve.Break(reason);

        Assert.Equal(Reason.ConnectionBroken, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.ConnectionBroken, Assert.Single(scene.Events.Of<ChannelDestroyed>()).Reason);
        Assert.Equal(new RouteBroken("resolve", 1, Reason.ConnectionBroken), Assert.Single(scene.Events.Of<RouteBroken>()));
        Assert.Equal(reason, Assert.Single(scene.Events.Of<ServiceDown>()).Reason);
        Assert.Equal(reason, Assert.Single(scene.Events.Of<ParticipantLoggedOut>()).Reason);
        Assert.Equal(reason, subscriber.HeardOf<ComponentChanged>()[^1].Reason);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_an_Edge_whose_clients_are_broken_off_however_it_went(Reason reason)
    {
        using var scene = new HubScene();
        var (far, subscriber) = (new FakeEdge(scene.Loop, scene.Hub, "far"), scene.AddApplication("subscriber"));
        var (alice, carol) = (scene.LogIn("alice"), far.LogIn("carol"));
        subscriber.Subscribe(Heard);
        scene.Converse(alice, carol);

        far.Break(reason);

        Assert.Equal(Reason.ConnectionBroken, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(
            [new RouteBroken(carol.LoginId!, 1, Reason.ConnectionBroken), new RouteBroken("far", 1, Reason.ConnectionBroken)], scene.Events.Of<RouteBroken>());
        Assert.Equal(
            [(ParticipantKind.User, Reason.ConnectionBroken), (ParticipantKind.Edge, reason)],
            scene.Events.Of<ParticipantLoggedOut>().Select(static fact => (fact.Kind, fact.Reason)));
        Assert.Equal(Reason.ConnectionBroken, Assert.Single(subscriber.HeardOf<LoggedOut>()).Reason);
        Assert.Equal(reason, subscriber.HeardOf<ComponentChanged>()[^1].Reason);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_another_hub(Reason reason)
    {
        using var scene = new ManyHubsScene(2);
        var subscriber = scene[0].AddApplication("subscriber");
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        subscriber.Subscribe(Heard);
        scene.Converse(alice, bob);

        scene.Loop.Run(() => scene.LinkOf(0, 1).Break(reason));

        Assert.Equal((Reason.ConnectionBroken, Reason.ConnectionBroken), (alice.Inbox.Take<ChannelDestroy>().Reason, bob.Inbox.Take<ChannelDestroy>().Reason));
        Assert.Equal(new RouteBroken("hub-2", 1, Reason.ConnectionBroken), Assert.Single(scene[0].Events.Of<RouteBroken>()));
        Assert.Equal((ParticipantKind.Hub, reason), Assert.Single(scene[0].Events.Of<ParticipantLoggedOut>().Select(static fact => (fact.Kind, fact.Reason))));
        Assert.Equal(reason, subscriber.HeardOf<ComponentChanged>()[^1].Reason);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_a_client_who_said_goodbye_when_it_was_one(Reason reason)
    {
        using var scene = new HubScene();
        var subscriber = scene.AddApplication("subscriber");
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        subscriber.Subscribe(Heard);
        scene.Converse(alice, bob);

        alice.HasDetached = true;
        scene.Edge.Deliver(LinkKind.Detach, alice.Handle, Bytes.Of(new Detach(reason)));

        Assert.Equal(reason, alice.EndedBecause); // the Edge is told what it told
        Assert.Equal(reason == Reason.Success ? Reason.Success : Reason.ConnectionBroken, bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(reason == Reason.Success ? [] : [new RouteBroken(alice.LoginId!, 1, reason)], scene.Events.Of<RouteBroken>());
        Assert.Equal(reason, Assert.Single(scene.Events.Of<ParticipantLoggedOut>()).Reason);
        Assert.Equal(reason, Assert.Single(subscriber.HeardOf<LoggedOut>()).Reason);
    }

    [Fact]
    public void What_was_asked_of_it_is_answered_and_what_was_asked_of_others_is_not()
    {
        using var scene = new HubScene();
        scene.People.Answer<LoadPrivacyRequest, PrivacyReply>(static _ => null);
        var (directory, asker) = (scene.AddApplication("directory"), scene.AddApplication("asker"));
        directory.Provide(CommunityServices.Directory);
        asker.Ask<GroupMembersRequest, GroupMembersReply>(1, new GroupMembersRequest("staff"));
        asker.Ask<LoadPrivacyRequest, PrivacyReply>(2, new LoadPrivacyRequest(new UserId("alice")));
        asker.Ask<GroupMembersRequest, GroupMembersReply>(3, new GroupMembersRequest("team"));

        directory.Break();

        Assert.Equal([(1u, Reason.ServerNotResponding), (3u, Reason.ServerNotResponding)], asker.Replies.Select(static reply => (reply.Key, reply.Value.Reason)));
        Assert.Equal(1, scene.Hub.Status.OpenRequests);
    }
}
