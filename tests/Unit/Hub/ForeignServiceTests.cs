using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Services whose provider is at another hub than who wants them.</summary>
public sealed class ForeignServiceTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(3);
    private readonly FakeClient _alice;

    public ForeignServiceTests() => _alice = _scene[0].LogIn("alice");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void AGlobalServiceOfAnotherHubServesAUserOfThisOne()
    {
        var resolve = _scene[2].AddResolve("resolve");

        var (mine, his) = Serve(_alice, resolve);
        _alice.Say(mine, [1]);
        resolve.Send(his, new ChannelSend(2, [9]));

        Assert.Equal([1], resolve.Inbox.Take<ChannelSend>().Data);
        Assert.Equal([9], _alice.Inbox.Take<ChannelSend>().Data);
    }

    [Fact]
    public void ALocalServiceOfAnotherHubIsNotToBeHad()
    {
        var resolve = _scene[2].AddResolve("resolve", ServiceScope.Local);

        CreateResolve(_alice);

        Assert.Equal(Reason.ServiceNotSupported, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(_alice.Inbox.Has<SenseService>());
        Serve(_scene[2].LogIn("carol"), resolve);
    }

    [Fact]
    public void AServiceThatIsLocalNowIsNotToBeHadFromElsewhereAnyMore()
    {
        var resolve = _scene[2].AddResolve("resolve");
        resolve.Provide(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, ServiceScope.Local);

        CreateResolve(_alice);
        Assert.Equal(Reason.ServiceNotSupported, _alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void AProviderOfTheOwnHubComesFirstHoweverBusy()
    {
        var near = _scene[0].AddResolve("near");
        _scene[1].AddResolve("far");
        near.Report(900);

        Serve(_alice, near);
        Serve(_alice, near);
    }

    [Fact]
    public void AmongOtherHubsTheLeastBusyIsChosenAndEqualsTakeTurns()
    {
        FakeApplication[] providers = [_scene[1].AddResolve("one"), _scene[2].AddResolve("two")];
        for (var i = 0; i < 4; i++)
            CreateResolve(_alice);
        Assert.All(providers, provider => Assert.Equal(2, provider.Inbox.TakeAll<ChannelCreate>().Count));

        providers[0].Report(500);
        Serve(_alice, providers[1]);
        Serve(_alice, providers[1]);
    }

    [Fact]
    public void AHubIsAsBusyAsItsLeastBusyProvider()
    {
        var (busy, free, other) = (_scene[1].AddResolve("busy"), _scene[1].AddResolve("free"), _scene[2].AddResolve("other"));
        busy.Report(900);
        free.Report(100);
        other.Report(500);
        Serve(_alice, free);
        Serve(_alice, free);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHubSpeaksEachProtocolThatOneOfItsProvidersSpeaks(bool isAnyTaken)
    {
        var (usual, special) = (_scene[1].AddResolve("usual"), _scene[1].AddApplication("special"));
        if (isAnyTaken)
            special.Provide(ServiceTypes.Resolve);
        else
            special.Provide(ServiceTypes.Resolve, ProtocolTypes.Conference, 2);
        _alice.Create(ServiceTypes.Resolve, ProtocolTypes.Conference, 2);
        Assert.Equal((false, true), (usual.Inbox.Has<ChannelCreate>(), special.Inbox.Has<ChannelCreate>()));
        _alice.Create(ServiceTypes.Resolve, ProtocolTypes.Awareness, 9);
        Assert.Equal(!isAnyTaken, _alice.Inbox.Has<ChannelDestroy>());
    }

    [Fact]
    public void AProviderThatIsFullIsPassedOverForOneOfTheNextHub()
    {
        var near = _scene[0].AddResolve("near");
        var far = _scene[1].AddResolve("far");
        var farther = _scene[2].AddResolve("farther");

        var mine = CreateResolve(_alice);
        near.Refuse(near.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
        far.Refuse(far.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
        farther.Accept(farther.Inbox.Take<ChannelCreate>());

        _alice.Inbox.Take<ChannelAccept>(out var channel);
        Assert.Equal(mine, channel);
        Assert.Empty(_scene[1].Hub.Status.Channels());
    }

    [Fact]
    public void WhenAllAreFullTheCallerIsToldSoOnce()
    {
        var (near, far) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"));

        CreateResolve(_alice);
        near.Refuse(near.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
        far.Refuse(far.Inbox.Take<ChannelCreate>(), Reason.ServerFull);

        Assert.Equal([Reason.ServerFull], _alice.Inbox.TakeAll<ChannelDestroy>().Select(destroy => destroy.Reason));
        Assert.All(_scene.Hubs, node => Assert.Empty(node.Hub.Status.Channels()));
    }

    [Fact]
    public void AServiceOfAnotherHubThatComesUpIsToldToEveryUser()
    {
        var bob = _scene[1].LogIn("bob");
        _alice.Inbox.Clear();

        _scene[2].AddResolve("resolve");

        Assert.Equal(ServiceTypes.Resolve, Assert.Single(_alice.Inbox.TakeAll<SenseService>()).Service);
        Assert.Single(bob.Inbox.TakeAll<SenseService>());
        _alice.Send(new SenseService(ServiceTypes.Resolve));
        Assert.Single(_alice.Inbox.TakeAll<SenseService>());
    }

    [Fact]
    public void WhoLostAProviderOfAnotherHubIsToldSoAndCalledBackWhenThereIsASecondOne()
    {
        var lost = _scene[1].AddResolve("lost");
        Serve(_alice, lost);
        var left = _scene[1].AddResolve("left");
        _alice.Inbox.Clear();

        lost.Break();

        Assert.Equal(Reason.ConnectionBroken, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Single(_alice.Inbox.TakeAll<SenseService>());
        Serve(_alice, left);
    }

    [Fact]
    public void WhoLostTheOnlyProviderOfAHubIsCalledBackToAnotherHub()
    {
        var lost = _scene[1].AddResolve("lost");
        Serve(_alice, lost);
        var left = _scene[2].AddResolve("left");
        _alice.Inbox.Clear();

        lost.Break();

        Assert.Equal(Reason.ConnectionBroken, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Single(_alice.Inbox.TakeAll<SenseService>());
        Serve(_alice, left);
    }

    [Fact]
    public void WithTheLinkOfAHubItsServicesGoAndAnotherHubStepsIn()
    {
        var (lost, left) = (_scene[1].AddResolve("lost"), _scene[2].AddResolve("left"));
        lost.Report(0);
        left.Report(100);
        Serve(_alice, lost);
        _alice.Inbox.Clear();

        _scene.LinkOf(0, 1).Break();
        _scene.Loop.RunUntilIdle();

        Assert.Equal(Reason.ConnectionBroken, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Single(_alice.Inbox.TakeAll<SenseService>(), sense => sense.Service == ServiceTypes.Resolve);
        Serve(_alice, left);
    }

    [Fact]
    public void WithTheApplicationsOfOneHubGoneItsUsersAreToldAndTheOthersServed()
    {
        var (near, far) = (_scene[0].AddResolve("near", ServiceScope.Local), _scene[1].AddResolve("far", ServiceScope.Local));
        var bob = _scene[1].LogIn("bob");
        Serve(_alice, near);
        var (his, atFar) = Serve(bob, far);
        bob.Inbox.Clear();

        near.Break();

        Assert.Equal(Reason.ConnectionBroken, _alice.Inbox.Take<ChannelDestroy>().Reason);
        CreateResolve(_alice);
        Assert.Equal(Reason.ServiceNotSupported, _alice.Inbox.Take<ChannelDestroy>().Reason);
        far.Send(atFar, new ChannelSend(1, [1]));
        bob.Inbox.Take<ChannelSend>(out var channel);
        Assert.Equal(his, channel);
        Assert.Equal(0, bob.Inbox.Count);
    }

    [Theory]
    [InlineData(ServiceScope.Global)]
    [InlineData(ServiceScope.Local)]
    public void AComponentReachesTheApplicationsOfAHubByTheLoginIdOfTheHub(ServiceScope scope)
    {
        _scene[0].AddResolve("near");
        var asker = _scene[0].AddApplication("asker");
        var meant = _scene[1].AddResolve("meant", scope);

        asker.Send(ChannelId.Master, new ChannelCreate
        {
            Channel = new ChannelId(1),
            Target = new IdBlock(_scene[1].LoginId),
            Service = ServiceTypes.Resolve,
            Protocol = ProtocolTypes.Resolve,
            Version = ProtocolVersions.Resolve,
        });

        var offer = meant.Inbox.Take<ChannelCreate>();
        Assert.Equal("asker", offer.Creator!.DisplayName);
        meant.Accept(offer);
        Assert.Equal("meant", asker.Inbox.Take<ChannelAccept>().Acceptor!.DisplayName);
    }

    [Fact]
    public void AClientReachesNoLocalServiceByTheLoginIdOfAHub()
    {
        _scene[1].AddResolve("hidden", ServiceScope.Local);
        _alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, _scene[1].LoginId);
        Assert.Equal(Reason.ServiceNotSupported, _alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void ALoginIsDecidedByTheUsersApplicationOfAnotherHubWithItsSecretSealedForEachLink()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].People.Break();
        byte[]? secret = null;
        scene[1].People.Answer<AuthenticateRequest, AuthenticateReply>(request =>
        {
            secret = scene[1].People.Link.Open(request.SealedCredential);
            return (Reason.Success, new AuthenticateReply(new UserId(request.LoginName), "Alice", "", ""));
        });

        var alice = scene[0].LogIn("alice");

        Assert.Equal(0, LoginIdOf(alice).Hub - 1);
        Assert.Equal("secret"u8.ToArray(), secret);
    }

    [Fact]
    public void ALoginThatWaitsGoesOnWhenAnotherHubOffersUsers()
    {
        using var scene = new ManyHubsScene(2);
        foreach (var node in scene.Hubs)
            node.People.Break();
        var alice = scene[0].Edge.Attach("alice");
        Assert.Null(alice.LoginId);

        HubScene.LetIn(scene[1].AddApplication("people-again"));

        Assert.NotNull(alice.LoginId);
    }

    [Fact]
    public void AQuestionOfAnotherHubGoesNoFurther()
    {
        using var scene = new ManyHubsScene(3);
        scene[1].People.Break();
        var payload = new byte[6];
        new byte[] { 0x00, 0xC0, 0x00, 0x02 }.CopyTo(payload, 0);

        scene.LinkOf(0, 1).Left.Send(LinkKind.Request, 77, payload, default);
        scene.Loop.RunUntilIdle();

        Assert.DoesNotContain(scene.LinkOf(1, 2).Left.Sent, frame => frame.Kind == LinkKind.Request);
        Assert.Equal(Reason.ServerNotResponding, ReasonOf(scene.LinkOf(0, 1).Right.Sent.Single(frame => frame.Kind == LinkKind.Reply)));
    }

    [Fact]
    public void WhoIsLessBusyAtAnotherHubNowIsAskedHoweverBusyHeWas()
    {
        FakeApplication[] providers = [_scene[1].AddResolve("first"), _scene[2].AddResolve("second")];
        foreach (var (first, second, chosen) in ((ushort, ushort, int)[])[(500, 300, 1), (100, 300, 0), (100, 50, 1), (100, 900, 0), (1000, 900, 1)])
        {
            providers[0].Report(first);
            providers[1].Report(second);
            CreateResolve(_alice);
            Assert.Equal((first, second, chosen), (first, second, Array.FindIndex(providers, static provider => provider.Inbox.Has<ChannelCreate>())));
            providers[chosen].Inbox.Clear();
        }
    }

    [Fact]
    public void SeveralOffersOfOneTurnAreToldOnceAndOnlyWhatHasChanged()
    {
        var told = _scene.LinkOf(0, 1).Left.Sent.Count(frame => frame.Kind == LinkKind.Offers);
        var resolve = _scene[0].AddApplication("resolve");
        _scene[0].Hub.OnLinkFrame(resolve.Link, new LinkFrame(LinkKind.Provide, 0, Bytes.Of(new Provide(ServiceTypes.Resolve, ServiceScope.Global, []))));
        _scene[0].Hub.OnLinkFrame(resolve.Link, new LinkFrame(LinkKind.Provide, 0, Bytes.Of(new Provide(ServiceTypes.Storage, ServiceScope.Global, []))));
        _scene.Loop.RunUntilIdle();
        resolve.Provide(ServiceTypes.Directory, ProtocolTypes.Resolve, 0, ServiceScope.Local);

        Assert.Equal(told + 1, _scene.LinkOf(0, 1).Left.Sent.Count(frame => frame.Kind == LinkKind.Offers));
    }

    private static LoginId LoginIdOf(FakeClient client) => LoginId.TryParse(client.LoginId, out var id) ? id : default;

    private static Reason ReasonOf(SentFrame reply) => (Reason)new WireReader(reply.Payload).ReadUInt32();

    private static ChannelId CreateResolve(FakeClient client) => client.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);

    /// <summary>The client opens a channel, and this provider gets it.</summary>
    private static (ChannelId AtClient, ChannelId AtProvider) Serve(FakeClient client, FakeApplication provider)
    {
        var mine = CreateResolve(client);
        var offer = provider.Inbox.Take<ChannelCreate>();
        provider.Accept(offer);
        client.Inbox.Take<ChannelAccept>();
        return (mine, offer.Channel);
    }
}
