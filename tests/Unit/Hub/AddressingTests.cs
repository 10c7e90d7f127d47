using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class AddressingTests : IDisposable
{
    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void AUserIdMeansExactlyOneLoginTheLatestOfTheBestStatus()
    {
        var logins = new[] { _scene.LogIn("bob"), _scene.LogIn("bob"), _scene.LogIn("bob") };
        var alice = _scene.LogIn("alice");
        logins[0].Send(new SenseService(ServiceTypes.Awareness));
        logins[2].Send(new SetUserStatus(new UserStatus(StatusCode.Away)));

        alice.CreateIm("Bob");

        Assert.Equal([true, false, false], logins.Select(login => login.Inbox.Has<ChannelCreate>()));
    }

    [Fact]
    public void TheBestStatusIsMeantAndAtADeskBeforeMobileHoweverLateTheOtherWas()
    {
        StatusCode[] states = [StatusCode.Active, StatusCode.InMeeting, StatusCode.Idle, StatusCode.Away, StatusCode.DoNotDisturb, StatusCode.Offline];
        var order = states.SelectMany(status => new[] { status, status | StatusCode.Mobile }).ToArray();
        foreach (var (better, worse) in order.Zip(order.Skip(1)))
        {
            using var scene = new HubScene();
            var (first, second) = (scene.LogIn("bob"), scene.LogIn("bob"));
            first.Send(new SetUserStatus(new UserStatus(better)));
            second.Send(new SetUserStatus(new UserStatus(worse)));

            scene.LogIn("alice").CreateIm("bob");

            Assert.Equal((better, true, false), (better, first.Inbox.Has<ChannelCreate>(), second.Inbox.Has<ChannelCreate>()));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AStatusThatIsUnknownCountsAsActive(bool isFirst)
    {
        var (first, second) = (_scene.LogIn("bob"), _scene.LogIn("bob"));
        first.Send(new SetUserStatus(new UserStatus(isFirst ? (StatusCode)0x0077 : StatusCode.Active)));
        second.Send(new SetUserStatus(new UserStatus(isFirst ? StatusCode.Active : (StatusCode)0x0077)));
        _scene.LogIn("alice").CreateIm("bob");
        Assert.Equal((false, true), (first.Inbox.Has<ChannelCreate>(), second.Inbox.Has<ChannelCreate>()));
    }

    [Fact]
    public void TheRuleOfSelectionCanBeSetToTheLatest()
    {
        using var scene = new HubScene(options => options.LoginSelection = LoginSelectionRule.Latest);
        var (first, second) = (scene.LogIn("bob"), scene.LogIn("bob"));
        first.Send(new SenseService(ServiceTypes.Awareness));
        second.Send(new SetUserStatus(new UserStatus(StatusCode.DoNotDisturb)));

        scene.LogIn("alice").CreateIm("bob");

        Assert.Equal((false, true), (first.Inbox.Has<ChannelCreate>(), second.Inbox.Has<ChannelCreate>()));
    }

    [Fact]
    public void ALoginIdMeansThatLoginHoweverActiveAnother()
    {
        var (first, second) = (_scene.LogIn("bob"), _scene.LogIn("bob"));
        second.Send(new SenseService(ServiceTypes.Awareness));

        _scene.LogIn("alice").CreateIm(first.LoginId!);

        Assert.Equal((true, false), (first.Inbox.Has<ChannelCreate>(), second.Inbox.Has<ChannelCreate>()));
    }

    [Theory]
    [InlineData("nobody", "")]
    [InlineData("00010000000700009999", "")]
    [InlineData("bob", "elsewhere")]
    [InlineData("edge-1", "")]
    public void WhoeverIsNotHereIsNoSuchUserWhateverTheService(string user, string community)
    {
        _scene.LogIn("bob");
        var alice = _scene.LogIn("alice");

        alice.Send(new ChannelCreate { Channel = new(1), Target = new(user, community), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 });
        alice.Send(new ChannelCreate { Channel = new(2), Target = new(user, community), Service = new(0x7777), Protocol = new(1), Version = 1 });

        Assert.Equal([Reason.NoSuchUser, Reason.NoSuchUser], alice.Inbox.TakeAll<ChannelDestroy>().Select(destroy => destroy.Reason));
    }

    [Fact]
    public void OurOwnCommunityMayBeNamed()
    {
        using var scene = new HubScene(options => options.Community = "ours");
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));

        alice.Send(new ChannelCreate { Channel = new(1), Target = new("bob", "OURS"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 });

        Assert.Equal("", bob.Inbox.Take<ChannelCreate>().Creator!.Community);
    }

    [Fact]
    public void WhoHidesFromTheCallerLooksAbsent()
    {
        var (alice, bob, carol) = (_scene.LogIn("alice"), _scene.LogIn("bob"), _scene.LogIn("carol"));
        bob.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("ALICE"))])));

        alice.CreateIm("bob");
        alice.CreateIm(bob.LoginId!);
        carol.CreateIm("bob");

        Assert.Equal([Reason.NoSuchUser, Reason.NoSuchUser], alice.Inbox.TakeAll<ChannelDestroy>().Select(destroy => destroy.Reason));
        Assert.Single(bob.Inbox.TakeAll<ChannelCreate>());
        Assert.Equal(2, _scene.Counters.HiddenByPrivacy);
    }

    [Fact]
    public void AnAllowListHidesFromEverybodyElseButNotFromOneself()
    {
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        bob.Send(new SetPrivacyList(PrivacyInfo.Nobody));
        alice.CreateIm("bob");
        bob.CreateIm("bob");

        Assert.Equal(Reason.NoSuchUser, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.True(bob.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void GuestsMayNotOpenWhatIsClosedToThem()
    {
        var storage = _scene.AddApplication("storage");
        storage.Provide(ServiceTypes.Storage);
        storage.Provide(ServiceTypes.Directory);
        _scene.AddResolve("resolve");
        var guest = _scene.LogIn("guest");

        guest.Create(ServiceTypes.Storage, ProtocolTypes.Storage, 1);
        guest.Create(ServiceTypes.Directory, ProtocolTypes.Directory, 1);
        guest.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        Assert.Equal([Reason.NotAuthorized, Reason.NotAuthorized], guest.Inbox.TakeAll<ChannelDestroy>().Select(static destroy => destroy.Reason));
        Assert.False(storage.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void ClientsCannotReachServicesOfComponents()
    {
        var alice = _scene.LogIn("alice");

        alice.Create(CommunityServices.Users, new ProtocolType(0), 0);

        Assert.Equal(Reason.ServiceNotSupported, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(_scene.People.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void TheLoginIdOfAnEdgeIsNobodysAndThatOfAnApplicationIsItsOwn()
    {
        var (alice, bot) = (_scene.LogIn("alice"), _scene.AddApplication("bot"));
        foreach (var (name, isReached) in new[] { ("edge-1", false), ("bot", true) })
        {
            alice.CreateIm(_scene.Hub.Status.Participants().Single(one => one.Name == name).LoginId);
            Assert.Equal((isReached, !isReached), (bot.Inbox.Has<ChannelCreate>(), alice.Inbox.Has<ChannelDestroy>()));
            alice.Inbox.Clear();
        }
    }

    [Theory]
    [InlineData(ServiceScope.Global)]
    [InlineData(ServiceScope.Local)]
    public void WhoNamesHisOwnHubReachesWhatItHas(ServiceScope scope)
    {
        var resolve = _scene.AddApplication("resolve");
        resolve.Provide(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, scope);
        _scene.LogIn("alice").Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, _scene.Hub.Status.Participants().Single(static one => one.Name == "hub-1").LoginId);
        Assert.True(resolve.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void WhoNamesHisOwnHubIsServedByNoOther()
    {
        using var scene = new ManyHubsScene(2);
        var resolve = scene[1].AddResolve("resolve");
        var alice = scene[0].LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, scene[0].LoginId);
        Assert.Equal((Reason.ServiceNotSupported, false), (alice.Inbox.Take<ChannelDestroy>().Reason, resolve.Inbox.Has<ChannelCreate>()));
    }

    [Fact]
    public void AProviderThatNamesNoProtocolSpeaksEveryOne()
    {
        var storage = _scene.AddApplication("storage");
        storage.Provide(ServiceTypes.Storage);
        _scene.LogIn("alice").Create(ServiceTypes.Storage, new ProtocolType(0x7777), 0x0009_0009);
        Assert.True(storage.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void AServiceIsRefusedByWhatIsMissing()
    {
        var resolve = _scene.AddApplication("resolve");
        resolve.Provide(ServiceTypes.Resolve, ProtocolTypes.Resolve, version: 0x0003_0005);
        var alice = _scene.LogIn("alice");

        alice.Create(ServiceTypes.Awareness, ProtocolTypes.Awareness, 1);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Awareness, 0x0003_0005);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0x0003_0006);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0x0002_0001);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0x0003_0001);

        Assert.Equal(
            [Reason.ServiceNotSupported, Reason.ProtocolNotSupported, Reason.VersionNotSupported, Reason.VersionNotSupported],
            alice.Inbox.TakeAll<ChannelDestroy>().Select(destroy => destroy.Reason));
        Assert.Single(resolve.Inbox.TakeAll<ChannelCreate>());
    }

    [Theory]
    [InlineData("good", null)]
    [InlineData("good old other", null)]
    [InlineData("other good old", null)]
    [InlineData("old other good", null)]
    [InlineData("old other", Reason.VersionNotSupported)]
    [InlineData("other old", Reason.VersionNotSupported)]
    [InlineData("other", Reason.ProtocolNotSupported)]
    [InlineData("old|other", Reason.VersionNotSupported)] // of two providers
    [InlineData("other|old", Reason.VersionNotSupported)]
    [InlineData("other|old|other", Reason.VersionNotSupported)]
    public void OfAllThatProvidersSpeakWhatGetsNearestIsToldInWhateverOrder(string spoken, Reason? refused)
    {
        const uint version = 0x0003_0005;
        foreach (var (number, words) in spoken.Split('|').Index())
        {
            ServiceProtocol[] protocols = [.. words.Split(' ').Select(static word => word switch
            {
                "good" => new ServiceProtocol(ProtocolTypes.Resolve, version),
                "old" => new ServiceProtocol(ProtocolTypes.Resolve, version - 1),
                _ => new ServiceProtocol(ProtocolTypes.Awareness, version),
            })];
            _scene.AddApplication($"resolve-{number}").Deliver(LinkKind.Provide, 0, Bytes.Of(new Provide(ServiceTypes.Resolve, ServiceScope.Global, [.. protocols])));
        }
        var alice = _scene.LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, version);

        Assert.Equal(refused, alice.Inbox.TakeAll<ChannelDestroy>().Select(static destroy => (Reason?)destroy.Reason).SingleOrDefault());
    }

    [Theory]
    [InlineData("nothing staff team")]
    [InlineData("staff nothing team")]
    [InlineData("staff team nothing")]
    public void AGroupThatIsNoneKeepsAnAnnouncementFromNobodyElse(string groups)
    {
        var directory = _scene.AddApplication("directory");
        directory.Answer<GroupMembersRequest, GroupMembersReply>(static asked => asked.Group switch
        {
            "staff" => (Reason.Success, new GroupMembersReply([new("bob")])),
            "team" => (Reason.Success, new GroupMembersReply([new("carol")])),
            _ => (Reason.NoSuchElement, null),
        });
        directory.Provide(CommunityServices.Directory);
        var (alice, bob, carol) = (_scene.LogIn("alice"), _scene.LogIn("bob"), _scene.LogIn("carol"));

        alice.Send(new Announce { Text = "tea", Recipients = [.. groups.Split(' ').Select(static group => $"@G {group}")] });

        Assert.All([bob, carol], static login => Assert.Single(login.Inbox.TakeAll<Announce>()));
        Assert.Equal((1, 1), (_scene.Counters.Announcements, _scene.Counters.AnnouncedGroupsIgnored));
    }

    [Theory]
    [InlineData("hiding bob carol")]
    [InlineData("bob hiding carol")]
    [InlineData("bob carol hiding")]
    public void WhoHidesKeepsAnAnnouncementFromNobodyElse(string users)
    {
        var (alice, hiding, bob, carol) = (_scene.LogIn("alice"), _scene.LogIn("hiding"), _scene.LogIn("bob"), _scene.LogIn("carol"));
        hiding.Send(new SetPrivacyList(PrivacyInfo.Nobody));

        alice.Send(new Announce { Text = "tea", Recipients = [.. users.Split(' ').Select(static user => $"@U {user}")] });

        Assert.Equal((0, 1, 1), (hiding.Inbox.TakeAll<Announce>().Count, bob.Inbox.TakeAll<Announce>().Count, carol.Inbox.TakeAll<Announce>().Count));
    }

    [Fact]
    public void AServiceMeansTheLeastBusyProviderAndInTurnAmongEquals()
    {
        var providers = new[] { _scene.AddResolve("a"), _scene.AddResolve("b"), _scene.AddResolve("c") };
        var alice = _scene.LogIn("alice");
        for (var i = 0; i < 6; i++)
            alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        Assert.Equal([2, 2, 2], providers.Select(provider => provider.Inbox.TakeAll<ChannelCreate>().Count));

        providers[0].Report(500);
        providers[1].Report(100);
        providers[2].Report(900);
        for (var i = 0; i < 6; i++)
            alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        Assert.Equal([0, 6, 0], providers.Select(provider => provider.Inbox.TakeAll<ChannelCreate>().Count));
    }

    [Fact]
    public void AProviderThatDeclinesIsFollowedByTheNextUnseenByTheClient()
    {
        var (first, second) = (_scene.AddResolve("first"), _scene.AddResolve("second"));
        var alice = _scene.LogIn("alice");
        var mine = alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        first.Refuse(first.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
        Assert.False(alice.Inbox.Has<ChannelDestroy>());
        second.Accept(second.Inbox.Take<ChannelCreate>());
        Assert.Equal(second.Name, alice.Inbox.Take<ChannelAccept>(out var channel).Acceptor!.DisplayName);
        Assert.Equal(mine, channel);
        Assert.Equal(1, _scene.Counters.ProvidersSkipped);

        alice.Say(mine, [1]);
        Assert.True(second.Inbox.Has<ChannelSend>());
    }

    [Fact]
    public void WhenAllProvidersDeclineTheClientIsTold()
    {
        var providers = new[] { _scene.AddResolve("first"), _scene.AddResolve("second") };
        var alice = _scene.LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        foreach (var provider in providers)
            provider.Refuse(provider.Inbox.Take<ChannelCreate>(), Reason.ServerFull);

        Assert.Equal(Reason.ServerFull, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Empty(_scene.Hub.Status.Channels());
        Assert.Equal(0, _scene.Hub.Status.UnacceptedChannels);
    }

    [Fact]
    public void WhenTheNextProviderIsFullTheClientIsToldAndTheChannelsOfThatOneStay()
    {
        using var scene = new HubScene(options => options.Limits.ChannelsPerApplication = 1);
        var (alice, bob, carol) = (scene.LogIn("alice"), scene.LogIn("bob"), scene.LogIn("carol"));
        var full = scene.AddResolve("full");
        var his = bob.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        var taken = full.Inbox.Take<ChannelCreate>();
        full.Accept(taken);
        var declining = scene.AddResolve("declining");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        declining.Refuse(declining.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
        Assert.Equal(Reason.ServerFull, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal((1, 0), (scene.Hub.Status.Channels().Count, scene.Hub.Status.UnacceptedChannels));
        full.Send(taken.Channel, new ChannelSend(1, [5]));
        Assert.Equal([5], bob.Inbox.Take<ChannelSend>().Data);

        // Both have room again when what they have is over.
        bob.Destroy(his);
        carol.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
        Assert.Equal((true, true), (full.Inbox.Has<ChannelCreate>(), declining.Inbox.Has<ChannelCreate>()));
    }

    [Fact]
    public void AProviderThatRefusesForAnotherReasonIsBelieved()
    {
        var (first, second) = (_scene.AddResolve("first"), _scene.AddResolve("second"));
        var alice = _scene.LogIn("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);

        first.Refuse(first.Inbox.Take<ChannelCreate>(), Reason.NotAuthorized);

        Assert.Equal(Reason.NotAuthorized, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(second.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void OneTimeMessagesGoToALoginAUserOrAProviderWithTheSenderPutIn()
    {
        var resolve = _scene.AddResolve("resolve");
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        OneTime To(string user) => new() { Target = new(user), Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = 0, PayloadType = 3, Data = [1] };

        alice.Send(To("bob"));
        alice.Send(To(bob.LoginId!));
        alice.Send(To(""));
        alice.Send(To("nobody"));

        var seen = bob.Inbox.TakeAll<OneTime>();
        Assert.Equal(2, seen.Count);
        Assert.All(seen, message => Assert.Equal((new UserId("alice"), IdBlock.Nobody), (message.Sender!.UserId, message.Target)));
        Assert.Equal([1], resolve.Inbox.Take<OneTime>().Data);
        Assert.Equal(3, _scene.Counters.OneTimeMessages);
    }

    [Fact]
    public void WhoAOneTimeMessageClaimsToBeFromIsReplacedAndCountedWhenItIsAnother()
    {
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        OneTime From(string login) => new()
        {
            Target = new("bob"), Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = 0, PayloadType = 3, Data = [1],
            Sender = new LoginInfo(login, ClientType.Meanwhile, new UserId("boss"), "The Boss"),
        };

        alice.Send(From(alice.LoginId!));
        Assert.Equal(0, _scene.Counters.FalseIdentities);
        alice.Send(From(bob.LoginId!));

        Assert.Equal(1, _scene.Counters.FalseIdentities);
        Assert.All(bob.Inbox.TakeAll<OneTime>(), message => Assert.Equal((alice.LoginId, new UserId("alice")), (message.Sender!.LoginId, message.Sender.UserId)));
    }

    [Fact]
    public void AnAnnouncementReachesEachLoginOfEachUserOnce()
    {
        var (alice, bob, bob2, carol) = (_scene.LogIn("alice"), _scene.LogIn("bob"), _scene.LogIn("bob"), _scene.LogIn("carol"));
        carol.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("alice"))])));
        _scene.Edge.Frames.Clear();

        alice.Send(new Announce { Text = "tea", MayReply = true, Recipients = ["@U bob", "@U BOB", "@U carol", "@G staff", "@U nobody", "bob"] });

        foreach (var login in new[] { bob, bob2 })
        {
            var seen = Assert.Single(login.Inbox.TakeAll<Announce>());
            Assert.Equal((new UserId("alice"), "tea", true, 0), (seen.Sender!.UserId, seen.Text, seen.MayReply, seen.Recipients.Count));
        }
        Assert.False(carol.Inbox.Has<Announce>());
        Assert.Single(_scene.Edge.Frames);
        Assert.Equal((1, 1), (_scene.Counters.Announcements, _scene.Counters.AnnouncedGroupsIgnored));
    }

    [Fact]
    public void AnAnnouncementToAGroupReachesItsMembersOnceAndAnUnknownGroupNobody()
    {
        var directory = _scene.AddApplication("directory");
        directory.Answer<GroupMembersRequest, GroupMembersReply>(static asked => asked.Group == "staff"
            ? (Reason.Success, new GroupMembersReply([new("bob"), new("carol"), new("nobody")]))
            : (Reason.NoSuchElement, null));
        directory.Provide(CommunityServices.Directory);
        var (alice, bob, carol, dora) = (_scene.LogIn("alice"), _scene.LogIn("bob"), _scene.LogIn("carol"), _scene.LogIn("dora"));

        alice.Send(new Announce { Text = "tea", Recipients = ["@G staff", "@G STAFF", "@U Bob", "@U dora", "@G nothing"] });

        Assert.All([bob, carol, dora], static login => Assert.Single(login.Inbox.TakeAll<Announce>()));
        Assert.Equal(2, directory.QuestionCount);
        Assert.Equal((1, 1), (_scene.Counters.Announcements, _scene.Counters.AnnouncedGroupsIgnored));
    }

    [Fact]
    public void OfManyGroupsAndMembersAnAnnouncementReachesSoManyAsItMay()
    {
        using var scene = new HubScene(static options => (options.Limits.AnnounceGroupsMax, options.Limits.AnnounceMembersMax) = (2, 3));
        var directory = scene.AddApplication("directory");
        directory.Answer<GroupMembersRequest, GroupMembersReply>(static asked =>
            (Reason.Success, new GroupMembersReply([new(asked.Group + "1"), new(asked.Group + "2")])));
        directory.Provide(CommunityServices.Directory);
        var alice = scene.LogIn("alice");
        FakeClient[] members = [.. new[] { "a1", "a2", "b1", "b2", "c1" }.Select(name => scene.LogIn(name))];

        alice.Send(new Announce { Text = "tea", Recipients = ["@G a", "@G b", "@G c"] });

        Assert.Equal([1, 1, 1, 0, 0], members.Select(static member => member.Inbox.TakeAll<Announce>().Count));
        Assert.Equal((2, 1), (directory.QuestionCount, scene.Counters.OverLimits));
    }

    [Fact]
    public void AGuestMayNotAnnounce()
    {
        var bob = _scene.LogIn("bob");
        _scene.LogIn("guest").Send(new Announce { Text = "tea", Recipients = ["@U bob"] });

        Assert.False(bob.Inbox.Has<Announce>());
    }
}
