using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class ApplicationTests : IDisposable
{
    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void SensingIsAnsweredAtOnceWhenTheServiceCanBeHad()
    {
        _scene.AddResolve("resolve");
        var alice = _scene.LogIn("alice");

        alice.Send(new SenseService(ServiceTypes.Resolve));
        alice.Send(new SenseService(ServiceTypes.InstantMessage));
        alice.Send(new SenseService(ServiceTypes.FileTransfer));
        alice.Send(new SenseService(ServiceTypes.Place));

        Assert.Equal([ServiceTypes.Resolve, ServiceTypes.InstantMessage, ServiceTypes.FileTransfer], alice.Inbox.TakeAll<SenseService>().Select(sense => sense.Service));
    }

    [Fact]
    public void AServiceThatComesUpIsToldToEveryLoginInOneFrameAnEdge()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "edge-2");
        var clients = new[] { _scene.LogIn("alice"), _scene.LogIn("bob"), far.LogIn("carol") };
        _scene.Edge.Frames.Clear();
        far.Frames.Clear();
        var before = _scene.Counters.BroadcastFrames;

        _scene.AddResolve("resolve");

        Assert.All(clients, client => Assert.Equal(ServiceTypes.Resolve, client.Inbox.Take<SenseService>().Service));
        Assert.Equal((1, 1), (_scene.Edge.Frames.Count, far.Frames.Count));
        Assert.Equal(2, _scene.Counters.BroadcastFrames - before);
    }

    [Fact]
    public void LosingAnApplicationEndsItsChannelsAndItsReturnIsTold()
    {
        var resolve = _scene.AddResolve("resolve");
        var alice = _scene.LogIn("alice");
        var open = alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        resolve.Accept(resolve.Inbox.Take<ChannelCreate>());
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        alice.Inbox.Clear();

        resolve.Break();

        var ended = alice.Inbox.TakeAll<ChannelDestroy>();
        Assert.Equal([Reason.ConnectionBroken, Reason.ConnectionBroken], ended.Select(destroy => destroy.Reason));
        Assert.False(alice.Inbox.Has<SenseService>());
        Assert.Contains(_scene.Events.Of<RouteBroken>(), fact => fact is { Peer: "resolve", Channels: 2 });
        Assert.Contains(_scene.Events.Of<ServiceDown>(), fact => fact.Service == ServiceTypes.Resolve.Value);
        alice.Say(open, [1]);
        Assert.Equal(1, _scene.Counters.UnknownChannels);

        _scene.AddResolve("resolve");
        Assert.Equal(ServiceTypes.Resolve, alice.Inbox.Take<SenseService>().Service);
    }

    [Fact]
    public void WhenOneOfTwoProvidersIsLostItsClientsAreToldToComeBackAtOnce()
    {
        var (first, second) = (_scene.AddResolve("first"), _scene.AddResolve("second"));
        var alice = _scene.LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        first.Accept(first.Inbox.Take<ChannelCreate>());

        first.Break();

        Assert.True(alice.Inbox.Has<ChannelDestroy>());
        Assert.Equal(ServiceTypes.Resolve, alice.Inbox.Take<SenseService>().Service);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        Assert.True(second.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void AWithdrawnServiceKeepsItsOpenChannels()
    {
        var resolve = _scene.AddResolve("resolve");
        var alice = _scene.LogIn("alice");
        var open = alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        resolve.Accept(resolve.Inbox.Take<ChannelCreate>());

        resolve.Withdraw(ServiceTypes.Resolve);
        alice.Say(open, [1]);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        Assert.True(resolve.Inbox.Has<ChannelSend>());
        Assert.Equal(Reason.ServiceNotSupported, alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void AMessageForManyCostsOneFrameAnEdge()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "edge-2");
        var resolve = _scene.AddResolve("resolve");
        var clients = Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? _scene.Edge : far).LogIn($"user{i}")).ToArray();
        var channels = new List<ChannelId>();
        var own = new List<ChannelId>();
        foreach (var client in clients)
        {
            own.Add(client.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0));
            var offer = resolve.Inbox.Take<ChannelCreate>();
            resolve.Accept(offer);
            channels.Add(offer.Channel);
        }
        _scene.Edge.Frames.Clear();
        far.Frames.Clear();

        resolve.SendToMany([.. channels, new ChannelId(0x8000_9999)], new ChannelSend(1, [5]));

        Assert.Equal((1, 1), (_scene.Edge.Frames.Count, far.Frames.Count));
        for (var i = 0; i < clients.Length; i++)
        {
            Assert.Equal([5], clients[i].Inbox.Take<ChannelSend>(out var channel).Data);
            Assert.Equal(own[i], channel);
        }
        Assert.Equal((20, 2, 1), (_scene.Counters.FanoutRecipients, _scene.Counters.FanoutFrames, _scene.Counters.UnknownChannels));
    }

    [Fact]
    public void AnApplicationMayOpenAChannelToAUser()
    {
        var resolve = _scene.AddResolve("resolve");
        var alice = _scene.LogIn("alice");

        resolve.Send(ChannelId.Master, new ChannelCreate { Channel = new(1), Target = new("alice"), Service = ServiceTypes.Conference, Protocol = ProtocolTypes.Conference, Version = 2 });
        alice.Accept(alice.Inbox.Take<ChannelCreate>());

        Assert.Equal(new UserId("alice"), resolve.Inbox.Take<ChannelAccept>(out var channel).Acceptor!.UserId);
        Assert.Equal(new ChannelId(1), channel);
    }

    [Fact]
    public void ASubscriberIsToldThePresentStateAndThenEachChange()
    {
        var alice = _scene.LogIn("alice");
        var subscriber = _scene.AddApplication("logger");
        subscriber.Subscribe(CommunityEventKinds.All);

        Assert.Equal(alice.LoginId, Assert.Single(subscriber.HeardOf<LoggedIn>()).Login.LoginId);
        Assert.Equal(
            new[] { ParticipantKind.Hub, ParticipantKind.Edge, ParticipantKind.Application, ParticipantKind.Application }.Order(),
            subscriber.HeardOf<ComponentChanged>().Select(component => component.ParticipantKind).Order());
        Assert.Equal(2, subscriber.HeardOf<ServiceChanged>().Count);
        Assert.Equal(CommunityEventKinds.SnapshotComplete, subscriber.Heard[^1].Kind);
        subscriber.Heard.Clear();

        var bob = _scene.LogIn("bob");
        bob.Send(new SetUserStatus(new UserStatus(StatusCode.Away, 5, "lunch")));
        bob.Send(new SetPrivacyList(PrivacyInfo.Nobody));
        bob.Vanish();
        _scene.AddResolve("resolve").Break();

        Assert.Equal(
            [
                CommunityEventKinds.LoggedIn, CommunityEventKinds.StatusChanged, CommunityEventKinds.PrivacyChanged, CommunityEventKinds.LoggedOut,
                CommunityEventKinds.ComponentChanged, CommunityEventKinds.ServiceChanged, CommunityEventKinds.ServiceChanged, CommunityEventKinds.ComponentChanged,
            ],
            subscriber.Heard.Select(heard => heard.Kind));
        Assert.Equal(new StatusChanged(bob.LoginId!, "bob", new UserStatus(StatusCode.Away, 5, "lunch")), subscriber.HeardOf<StatusChanged>()[0]);
        Assert.Equal(new PrivacyChanged("bob", PrivacyInfo.Nobody), subscriber.HeardOf<PrivacyChanged>()[0]);
        Assert.Equal(new LoggedOut(bob.LoginId!, "bob", Reason.ConnectionBroken), subscriber.HeardOf<LoggedOut>()[0]);
    }

    [Fact]
    public void WhoHasNotSubscribedHearsNothingAndWhoHasOnlyWhatHeAskedFor()
    {
        var (deaf, half) = (_scene.AddApplication("deaf"), _scene.AddApplication("half"));
        half.Subscribe(CommunityEventKinds.LoggedOut);

        _scene.LogIn("alice").Vanish();

        Assert.Empty(deaf.Heard);
        Assert.Equal([CommunityEventKinds.SnapshotComplete, CommunityEventKinds.LoggedOut], half.Heard.Select(heard => heard.Kind));
    }

    [Fact]
    public void WhoSubscribesAgainHearsWhatHeAskedForLastAndNothingOfBefore()
    {
        var subscriber = _scene.AddApplication("subscriber");
        subscriber.Subscribe(CommunityEventKinds.LoggedOut);
        subscriber.Subscribe(CommunityEventKinds.LoggedIn);
        _scene.LogIn("alice").Vanish();
        Assert.Equal(
            [CommunityEventKinds.SnapshotComplete, CommunityEventKinds.SnapshotComplete, CommunityEventKinds.LoggedIn], subscriber.Heard.Select(heard => heard.Kind));

        subscriber.Subscribe(CommunityEventKinds.None);
        subscriber.Heard.Clear();
        _scene.LogIn("alice").Vanish();
        Assert.Empty(subscriber.Heard);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AMessageForManyReachesTheOthersWhereverAChannelIsThatIsNone(int at)
    {
        var resolve = _scene.AddResolve("resolve");
        FakeClient[] clients = [_scene.LogIn("alice"), _scene.LogIn("bob")];
        var channels = clients.Select(client =>
        {
            client.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
            var offer = resolve.Inbox.Take<ChannelCreate>();
            resolve.Accept(offer);
            return offer.Channel;
        }).ToList();
        channels.Insert(at, new ChannelId(0x8000_9999));

        resolve.SendToMany(channels, new ChannelSend(1, [5]));

        Assert.All(clients, static client => Assert.Single(client.Inbox.TakeAll<ChannelSend>()));
        Assert.Equal(1, _scene.Counters.UnknownChannels);
    }

    [Fact]
    public void DiscardingAUserEndsAllHisLoginsWithTheReason()
    {
        var (first, second, other) = (_scene.LogIn("alice"), _scene.LogIn("alice"), _scene.LogIn("bob"));

        _scene.People.Ask<DiscardUserRequest, Done>(9, new DiscardUserRequest(new UserId("ALICE"), Reason.Removed));

        Assert.Equal((Reason.Removed, Reason.Removed), (first.EndedBecause, second.EndedBecause));
        Assert.Null(other.EndedBecause);
        Assert.Equal(Reason.Success, _scene.People.Replies[9].Reason);
    }

    [Fact]
    public void ChangedStorageIsToldToTheOtherLoginsOnceEach()
    {
        var (saver, second, third, other) = (_scene.LogIn("alice"), _scene.LogIn("alice"), _scene.LogIn("alice"), _scene.LogIn("bob"));

        _scene.People.Ask<StorageChangedRequest, Done>(1, new StorageChangedRequest(new UserId("alice"), saver.LoginId!, [100_000u]));

        foreach (var login in new[] { second, third })
        {
            var notice = Assert.Single(login.Inbox.TakeAll<OneTime>());
            Assert.Equal((CommunityServices.StorageEvent, new Opaque([0, 0, 0, 1, 0, 1, 0x86, 0xa0])), (notice.Service, notice.Data));
        }
        Assert.False(saver.Inbox.Has<OneTime>());
        Assert.False(other.Inbox.Has<OneTime>());
    }

    [Fact]
    public void StorageNoticesCanBeTurnedOff()
    {
        using var scene = new HubScene(options => options.StorageNotices = false);
        var (saver, second) = (scene.LogIn("alice"), scene.LogIn("alice"));
        scene.People.Ask<StorageChangedRequest, Done>(1, new StorageChangedRequest(new UserId("alice"), saver.LoginId!, [1u]));

        Assert.False(second.Inbox.Has<OneTime>());
        Assert.Equal(Reason.Success, scene.People.Replies[1].Reason);
    }

    [Fact]
    public void AQuestionToAnotherServiceIsPassedOnAndItsAnswerBack()
    {
        var asker = _scene.AddApplication("asker");

        asker.Ask<LoadPrivacyRequest, PrivacyReply>(4, new LoadPrivacyRequest(new UserId("alice")));
        asker.Ask<SilentRequest, Done>(5, new SilentRequest());

        var reader = new WireReader(asker.Replies[4].Fields);
        Assert.Equal((Reason.Success, PrivacyInfo.Everybody), (asker.Replies[4].Reason, PrivacyReply.Read(ref reader).Privacy));
        Assert.Equal(Reason.ServiceNotSupported, asker.Replies[5].Reason);
    }

    [Fact]
    public void AQuestionWithoutAnAnswerEndsInTime()
    {
        _scene.AddApplication("silent").Provide(SilentRequest.Service);
        var asker = _scene.AddApplication("asker");
        asker.Ask<SilentRequest, Done>(5, new SilentRequest());
        Assert.Empty(asker.Replies);

        _scene.Loop.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Reason.ServerNotResponding, asker.Replies[5].Reason);
        Assert.Equal((1, 0), (_scene.Counters.RequestsTimedOut, _scene.Hub.Status.OpenRequests));
    }

    [Fact]
    public void AnApplicationThatLinksAgainReplacesItsFormerLink()
    {
        var former = _scene.AddResolve("resolve");
        var alice = _scene.LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        var latter = _scene.AddResolve("resolve");

        Assert.Equal(Reason.SignedOnAgain, former.Link.ClosedBecause);
        Assert.True(alice.Inbox.Has<ChannelDestroy>());
        former.Break();
        Assert.Equal(1, _scene.Hub.Status.Participants().Count(participant => participant.Name == "resolve"));
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        Assert.True(latter.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void FramesThatBreakTheRulesOfTheLinkEndIt()
    {
        var bad = _scene.AddApplication("bad");
        bad.Deliver(LinkKind.Provide, 0, [1, 2]);
        Assert.Equal(Reason.ProtocolError, bad.Link.ClosedBecause);

        var strange = _scene.AddApplication("strange");
        strange.Deliver((LinkKind)99, 0, []);
        Assert.Null(strange.Link.ClosedBecause);
        Assert.Equal(1, _scene.Counters.UnknownFrames);
    }

    [Fact]
    public void AnAdministratorsNoticeReachesEveryLogin()
    {
        var clients = new[] { _scene.LogIn("alice"), _scene.LogIn("bob") };
        _scene.Hub.Notice("Back at noon.");
        _scene.People.Deliver(LinkKind.Broadcast, 0, Bytes.Message(ChannelId.Master, new AdminNotice("Really.")));

        Assert.All(clients, client => Assert.Equal(["Back at noon.", "Really."], client.Inbox.TakeAll<AdminNotice>().Select(notice => notice.Text)));
    }

    private readonly record struct SilentRequest : ILinkRequest<SilentRequest, Done>
    {
        public static ServiceType Service => new(0x00C0_0999);

        public static ushort Code => 1;

        public static SilentRequest Read(ref WireReader reader) => default;

        public void Write(ref WireWriter writer)
        {
        }
    }
}
