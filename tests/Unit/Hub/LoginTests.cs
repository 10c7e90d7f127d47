using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class LoginTests : IDisposable
{
    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void ALoginIsToldWhoItIsAndItsPrivacyList()
    {
        _scene.People.Answer<LoadPrivacyRequest, PrivacyReply>(_ => (Reason.Success, new PrivacyReply(PrivacyInfo.Nobody)));

        var alice = _scene.LogIn("alice", "10.1.2.3");

        Assert.Equal(ParticipantKind.User, alice.ParticipantKind);
        var ack = alice.Inbox.Take<LoginAck>();
        Assert.Equal(alice.LoginId, ack.Login.LoginId);
        Assert.Equal(new UserId("alice"), ack.Login.UserId);
        Assert.Equal("", ack.Login.Community);
        Assert.Equal(0x0a010203u, ack.Login.Details!.Address);
        Assert.Equal(PrivacyInfo.Nobody, ack.Privacy);
        Assert.Equal(PrivacyInfo.Nobody, alice.Inbox.Take<SetPrivacyList>().Privacy);
        Assert.Equal(0, alice.Inbox.Count);
        Assert.Equal(1, _scene.Counters.LoginsAccepted);
        Assert.Equal("10.1.2.3", Assert.Single(_scene.Events.Of<ParticipantLoggedIn>(), fact => fact.Kind == ParticipantKind.User).Address);
    }

    [Fact]
    public void TheCredentialIsSealedAnewForTheUsersApplication()
    {
        byte[]? seen = null;
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(request =>
        {
            seen = _scene.People.Link.Open(request.SealedCredential);
            return (Reason.IncorrectLogin, null);
        });

        var alice = _scene.Edge.Attach("alice", password: "wrong");

        Assert.Equal("wrong"u8, seen!);
        Assert.Equal(Reason.IncorrectLogin, alice.EndedBecause);
        Assert.Equal(1, _scene.Counters.LoginsRefused);
        Assert.Equal(Reason.IncorrectLogin, Assert.Single(_scene.Events.Of<LoginRefused>()).Reason);
        Assert.Equal(0, _scene.Edge.OpenHandles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhoeverIsAskedForALoginMayTakeAllTheTimeThatItHas(bool isPrivacy)
    {
        if (isPrivacy)
            _scene.People.Answer<LoadPrivacyRequest, PrivacyReply>(static _ => null);
        else
            _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => null);
        var alice = _scene.Edge.Attach("alice");
        _scene.Loop.Advance(_scene.Options.Limits.LoginDecision - TimeSpan.FromMilliseconds(1)); // far above what another question may take
        Assert.Equal((null, null), (alice.LoginId, alice.EndedBecause));

        byte[] reply = isPrivacy ? Bytes.Written(new PrivacyReply(PrivacyInfo.Everybody)) : Bytes.Written(new AuthenticateReply(new UserId("alice"), "Alice", "", ""));
        _scene.People.Deliver(LinkKind.Reply, _scene.People.Frames.Last(static frame => frame.Kind == LinkKind.Request).Handle, [0, 0, 0, 0, .. reply]);
        Assert.NotNull(alice.LoginId);
        _scene.Loop.Advance(_scene.Options.Limits.LoginDecision);
        Assert.Null(alice.EndedBecause);
    }

    [Fact]
    public void ACredentialThatWasNotSealedForThisLinkLetsNobodyIn()
    {
        var other = _scene.AddApplication("other").Link;
        var attach = new Attach(
            ClientType.Meanwhile, 0x1d, "alice", Contracts.Crypto.CredentialKind.Password, other.Seal("secret"u8), AuthType.Plain, TransportSecurity.Tls, [127, 0, 0, 1], ["edge-1"]);
        var edge = new List<SentFrame>();
        var link = new FakeLink(FakeLink.Edge("edge-2"), edge.Add);
        _scene.Hub.OnLinkOpened(link);
        _scene.Loop.Run(() => _scene.Hub.OnLinkFrame(link, new LinkFrame(LinkKind.Attach, 5, Bytes.Of(attach))));
        var frame = Assert.Single(edge);
        var reader = new WireReader(frame.Payload);
        Assert.Equal((LinkKind.Detach, 5u, Reason.ServerBroken), (frame.Kind, frame.Handle, Detach.Read(ref reader).Reason));
        Assert.Equal((0, 0, 1L), (_scene.People.QuestionCount, _scene.Hub.Status.UndecidedLogins, _scene.Counters.LoginsRefused));
    }

    [Fact]
    public void AnAddressThatTheWireHasNoRoomForIsToldToTheLogAlone()
    {
        var alice = _scene.LogIn("alice", "2001:db8::7");
        Assert.Equal(0u, alice.Inbox.Take<LoginAck>().Login.Details!.Address);
        Assert.Equal("2001:db8::7", Assert.Single(_scene.Events.Of<ParticipantLoggedIn>(), static fact => fact.Kind == ParticipantKind.User).Address);
    }

    [Fact]
    public void WhatComesAndGoesIsStatedAsItWas()
    {
        _scene.Events.Facts.Clear();
        var alice = _scene.LogIn("alice", "10.1.2.3");
        Assert.True(LoginId.TryParse(alice.LoginId, out var id));
        alice.Send(new SetUserStatus(new UserStatus(StatusCode.Away, 12345, "lunch")));
        alice.Vanish();
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => (Reason.IncorrectLogin, null));
        _scene.Edge.Attach("mallory", address: "10.9.9.9");
        Assert.Equal(
            [
                new ParticipantLoggedIn(id, ParticipantKind.User, new UserId("alice"), "alice Example", ClientType.Meanwhile, "10.1.2.3"),
                new StatusSet(id, new UserId("alice"), StatusCode.Away, 12345, "lunch"),
                new ParticipantLoggedOut(id, ParticipantKind.User, new UserId("alice"), Reason.ConnectionBroken),
                new LoginRefused("mallory", "10.9.9.9", AuthType.Plain, Reason.IncorrectLogin),
            ],
            _scene.Events.Facts);
    }

    [Fact]
    public void WhatAComponentOffersIsStatedAsItWas()
    {
        _scene.Events.Facts.Clear();
        var resolve = _scene.AddResolve("resolve");
        Assert.True(LoginId.TryParse(_scene.Hub.Status.Participants().Single(static one => one.Name == "resolve").LoginId, out var id));
        var alice = _scene.LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
        _scene.Events.Facts.RemoveAll(static fact => fact is not (ParticipantLoggedIn { Kind: ParticipantKind.Application } or ServiceUp));
        Assert.Equal([new ParticipantLoggedIn(id, ParticipantKind.Application, default, "resolve", ClientType.Service, "127.0.0.1"), new ServiceUp(ServiceTypes.Resolve.Value, id)], _scene.Events.Facts);

        _scene.Events.Facts.Clear();
        resolve.Break(Reason.NetworkError);
        _scene.Events.Facts.RemoveAll(static fact => fact is ChannelDestroyed);
        Assert.Equal(
            [
                new ServiceDown(ServiceTypes.Resolve.Value, id, Reason.NetworkError), new RouteBroken("resolve", 1, Reason.ConnectionBroken),
                new ParticipantLoggedOut(id, ParticipantKind.Application, default, Reason.NetworkError),
            ],
            _scene.Events.Facts);
    }

    [Fact]
    public void AClientIsNeverToldThatTheVerificationIsDown()
    {
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(_ => (Reason.VerificationDown, null));

        Assert.Equal(Reason.ServerNotResponding, _scene.Edge.Attach("alice").EndedBecause);
    }

    [Fact]
    public void WithoutTheUsersApplicationALoginWaitsAndGoesOnWhenItComes()
    {
        _scene.LogIn("bob");
        _scene.People.Break();

        var alice = _scene.Edge.Attach("alice");
        Assert.Null(alice.EndedBecause);
        Assert.Equal(1, _scene.Hub.Status.UndecidedLogins);

        HubScene.LetIn(_scene.AddApplication("people"));
        Assert.NotNull(alice.LoginId);
        Assert.Equal(2, _scene.Hub.Status.Logins);
    }

    [Fact]
    public void ALoginThatWaitsForItsListGoesOnWhenThatCanBeHad()
    {
        _scene.People.Withdraw(CommunityServices.Privacy);
        var alice = _scene.Edge.Attach("alice");
        _scene.AddApplication("other").Provide(CommunityServices.Directory);
        Assert.Equal((null, 1), (alice.LoginId, _scene.Hub.Status.UndecidedLogins));
        _scene.People.Provide(CommunityServices.Privacy);
        Assert.NotNull(alice.LoginId);
    }

    [Fact]
    public void WithAnEdgeThatIsLostGoThoseAloneWhoWaitBehindIt()
    {
        _scene.People.Break();
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "far");
        var (alice, _) = (_scene.Edge.Attach("alice"), far.Attach("bob"));
        far.Break();
        Assert.Equal(1, _scene.Hub.Status.UndecidedLogins);
        HubScene.LetIn(_scene.AddApplication("people"));
        Assert.NotNull(alice.LoginId);
        Assert.Equal((1, 0L), (_scene.Hub.Status.Logins, _scene.Counters.LoginsRefused));
    }

    [Fact]
    public void ALoginThatIsNotDecidedInTimeIsRefused()
    {
        _scene.People.Break();
        var alice = _scene.Edge.Attach("alice");

        _scene.Loop.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Null(alice.EndedBecause);
        _scene.Loop.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(Reason.ServerNotResponding, alice.EndedBecause);
        Assert.Equal(0, _scene.Hub.Status.UndecidedLogins);
    }

    [Fact]
    public void ALoginGoesOnWithTheNextUsersApplicationWhenTheFirstIsLostWhileAsking()
    {
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(_ => null);
        var alice = _scene.Edge.Attach("alice");
        HubScene.LetIn(_scene.AddApplication("more people"));
        Assert.Null(alice.LoginId);

        _scene.People.Break();

        Assert.NotNull(alice.LoginId);
    }

    [Fact]
    public void AUsersApplicationThatCannotTellIsNotAskedASecondTime()
    {
        var asked = 0;
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(_ => (++asked > 1 ? Reason.IncorrectLogin : Reason.ServerNotResponding, null));

        var alice = _scene.Edge.Attach("alice");

        Assert.Equal(1, asked);
        Assert.Equal(Reason.ServerNotResponding, alice.EndedBecause);
        Assert.Equal(0, _scene.Edge.OpenHandles);
    }

    [Fact]
    public void WhoseStoredListCannotBeReadIsNotLetIn()
    {
        _scene.People.Answer<LoadPrivacyRequest, PrivacyReply>(_ => (Reason.Failure, null));

        Assert.Equal(Reason.ServerNotResponding, _scene.Edge.Attach("alice").EndedBecause);
        Assert.Equal(0, _scene.Hub.Status.Logins);
    }

    [Fact]
    public void AGuestIsKnownByHisLoginId()
    {
        var guest = _scene.LogIn("guest of honour");

        Assert.Equal(ParticipantKind.Guest, guest.ParticipantKind);
        Assert.Equal(new UserId(guest.LoginId!), guest.Inbox.Take<LoginAck>().Login.UserId);
        Assert.False(guest.Inbox.Has<SetPrivacyList>());
    }

    [Fact]
    public void EachConnectionIsALoginOfItsOwn()
    {
        var logins = new[] { _scene.LogIn("alice"), _scene.LogIn("alice"), _scene.LogIn("alice") };

        Assert.Equal(3, logins.Select(login => login.LoginId).Distinct().Count());
        Assert.Equal((1, 3), (_scene.Hub.Status.Users, _scene.Hub.Status.Logins));
    }

    [Fact]
    public void ASecondMachineEndsTheLoginsOfTheFirst()
    {
        var first = _scene.LogIn("alice", "10.0.0.1");
        var second = _scene.LogIn("alice", "10.0.0.1");

        var other = _scene.LogIn("alice", "10.0.0.2");

        Assert.Equal(Reason.MultiServerLogin, first.EndedBecause);
        Assert.Equal(Reason.MultiServerLogin, second.EndedBecause);
        Assert.Null(other.EndedBecause);
        Assert.Equal(2, _scene.Counters.LoginsDisplaced);
        Assert.Equal(
            [(first.LoginId!, "alice", other.LoginId!, Reason.MultiServerLogin), (second.LoginId!, "alice", other.LoginId!, Reason.MultiServerLogin)],
            _scene.Events.Of<LoginDiscarded>().Select(fact => (fact.Login.ToString(), fact.User.Value, fact.DisplacedBy.ToString(), fact.Reason)));
    }

    [Fact]
    public void TheSingleMachineRuleCanBeTurnedOff()
    {
        using var scene = new HubScene(options => options.SingleMachineRule = false);
        var first = scene.LogIn("alice", "10.0.0.1");
        scene.LogIn("alice", "10.0.0.2");

        Assert.Null(first.EndedBecause);
        Assert.Equal(2, scene.Hub.Status.Logins);
    }

    [Fact]
    public void TheSixthLoginFromAMachineEndsTheOldest()
    {
        var logins = Enumerable.Range(0, 6).Select(_ => _scene.LogIn("alice")).ToArray();

        Assert.Equal(Reason.MultiServerLogin, logins[0].EndedBecause);
        Assert.All(logins[1..], login => Assert.Null(login.EndedBecause));
    }

    [Fact]
    public void ALogoutIsConfirmedAndFreesTheHandle()
    {
        var alice = _scene.LogIn("alice");

        alice.LogOut();

        Assert.Equal(Reason.Success, alice.EndedBecause);
        Assert.Equal(0, _scene.Edge.OpenHandles);
        Assert.Equal(Reason.Success, Assert.Single(_scene.Events.Of<ParticipantLoggedOut>()).Reason);
        Assert.Equal((0, 0), (_scene.Hub.Status.Users, _scene.Hub.Status.Logins));
    }

    [Fact]
    public void AClientThatGoesWhileItWaitsLeavesNothingBehind()
    {
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(_ => null);
        var alice = _scene.Edge.Attach("alice");

        alice.Vanish();

        Assert.Equal((0, 0), (_scene.Hub.Status.UndecidedLogins, _scene.Edge.OpenHandles));
        _scene.Loop.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (_scene.Hub.Status.OpenRequests, _scene.Loop.TimerCount));
    }

    [Fact]
    public void AHundredLoginsAndLogoutsLeaveNothingBehind()
    {
        for (var i = 0; i < 100; i++)
        {
            var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
            _scene.Converse(alice, bob);
            alice.CreateIm("bob");
            alice.Vanish();
            bob.LogOut();
        }

        var status = _scene.Hub.Status;
        Assert.Equal((0, 0, 0, 0), (status.Logins, status.Channels().Count, status.UnacceptedChannels, status.OpenRequests));
        Assert.Equal((0, 0), (_scene.Edge.OpenHandles, _scene.Loop.TimerCount));
        Assert.Equal(200, _scene.Counters.LoginsEnded);
    }

    [Fact]
    public void LosingAnEdgeEndsItsLoginsAndNoOthers()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "edge-2");
        var (alice, bob) = (_scene.LogIn("alice"), far.LogIn("bob"));
        _scene.Converse(alice, bob);

        far.Break();

        Assert.Equal(1, _scene.Hub.Status.Logins);
        Assert.Equal(Reason.ConnectionBroken, alice.Inbox.Take<Contracts.Wire.Channels.ChannelDestroy>().Reason);
        Assert.Contains(_scene.Events.Of<RouteBroken>(), fact => fact is { Peer: "edge-2", Channels: 1 });
    }

    [Fact]
    public void DrainingEndsEverybodyWithAReasonToComeBackAndLetsNobodyIn()
    {
        var alice = _scene.LogIn("alice");

        _scene.Hub.Drain();
        _scene.Loop.RunUntilIdle();

        Assert.Equal(Reason.ConnectionClosed, alice.EndedBecause);
        Assert.Equal(Reason.ServerNotResponding, _scene.Edge.Attach("bob").EndedBecause);
        Assert.True(_scene.Hub.IsDraining);
    }

    [Fact]
    public void DrainingSendsThoseAwayWhoWaitToBeLetIn()
    {
        _scene.People.Break();
        var alice = _scene.Edge.Attach("alice");
        Assert.Null(alice.EndedBecause);

        _scene.Hub.Drain();
        HubScene.LetIn(_scene.AddApplication("people"));

        Assert.Equal(Reason.ServerNotResponding, alice.EndedBecause);
        Assert.Equal((0, 0), (_scene.Hub.Status.UndecidedLogins, _scene.Hub.Status.Logins));
    }

    [Fact]
    public void AnEdgeThatReusesAHandleInUseIsDisconnected()
    {
        var alice = _scene.LogIn("alice");

        _scene.Edge.Deliver(LinkKind.Attach, alice.Handle, AttachBytes());

        Assert.Equal(Reason.ProtocolError, _scene.Edge.Link.ClosedBecause);
        Assert.Equal(0, _scene.Hub.Status.Logins);
    }

    private byte[] AttachBytes() => Bytes.Of(new Attach(
        ClientType.Meanwhile, 0x1d, "mallory", Contracts.Crypto.CredentialKind.Password, _scene.Edge.Link.Seal("x"u8),
        AuthType.Plain, TransportSecurity.Tls, [127, 0, 0, 1], ["edge-1"]));
}
