using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>One message for many, messages without a channel, and who is asked where somebody is, over several hubs.</summary>
public sealed class ForeignDeliveryTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(3);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void OneMessageForManyCrossesEachHubLinkOnceAndEachEdgeLinkOnce()
    {
        var resolve = _scene[0].AddResolve("resolve");
        var second = new FakeEdge(_scene.Loop, _scene[1].Hub, "second");
        FakeEdge[] edges = [_scene[0].Edge, _scene[1].Edge, second, _scene[2].Edge];
        List<FakeClient> clients = [];
        List<ChannelId> channels = [];
        for (var i = 0; i < 48; i++)
        {
            var client = edges[i % edges.Length].LogIn($"user{i}");
            client.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
            var offer = resolve.Inbox.Take<ChannelCreate>();
            resolve.Accept(offer);
            clients.Add(client);
            channels.Add(offer.Channel);
        }

        resolve.SendToMany(channels, new ChannelSend(5, [1, 2, 3]));

        Assert.All(clients, client => Assert.Equal([1, 2, 3], Assert.Single(client.Inbox.TakeAll<ChannelSend>()).Data));
        Assert.Equal(1, Sent(0, 1, LinkKind.Fanout));
        Assert.Equal(1, Sent(0, 2, LinkKind.Fanout));
        Assert.All(edges, edge => Assert.Single(edge.Frames, frame => frame.Kind == LinkKind.Fanout));
    }

    [Fact]
    public void WhoWasToGetAMessageThatBrokeOffDoesNotGetTheNextOne()
    {
        var resolve = _scene[0].AddResolve("resolve");
        var (alice, bob) = (_scene[0].Edge.LogIn("alice"), _scene[0].Edge.LogIn("bob"));
        ChannelId[] channels = [.. new[] { alice, bob }.Select(client =>
        {
            client.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
            var offer = resolve.Inbox.Take<ChannelCreate>();
            resolve.Accept(offer);
            return offer.Channel;
        })];

        _scene[0].Edge.Link.FaultsToCome = 1;
        resolve.SendToMany([channels[0]], new ChannelSend(5, [1]));
        Assert.Equal(1, _scene[0].Counters.Faults);
        resolve.SendToMany([channels[1]], new ChannelSend(5, [2]));

        Assert.False(alice.Inbox.Has<ChannelSend>());
        Assert.Equal([2], Assert.Single(bob.Inbox.TakeAll<ChannelSend>()).Data);
    }

    [Fact]
    public void OfAGroupAllMembersAtAnotherHubGetAnAnnouncementHoweverFewOneMayName()
    {
        using var scene = new ManyHubsScene(2, static options => options.Limits.AnnounceRecipientsMax = 2);
        var directory = scene[0].AddApplication("directory");
        directory.Answer<GroupMembersRequest, GroupMembersReply>(static _ =>
            (Reason.Success, new GroupMembersReply([.. Enumerable.Range(0, 5).Select(static i => new UserId($"user{i}"))])));
        directory.Provide(CommunityServices.Directory);
        FakeClient[] members = [.. Enumerable.Range(0, 5).Select(i => scene[1].LogIn($"user{i}"))];

        scene[0].LogIn("alice").Send(new Announce { Text = "tea", Recipients = ["@G staff"] });
        Assert.Equal([1, 1, 1, 1, 1], members.Select(static member => member.Inbox.TakeAll<Announce>().Count));
        var frames = scene.LinkOf(0, 1).Left.Sent.Count(static frame => frame.Kind == LinkKind.ForeignAnnounce);
        Assert.Equal((0L, 3), (scene[1].Counters.OverLimits, frames));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABroadcastReachesEveryUserOfEveryHubOnce(bool byApplication)
    {
        var clients = _scene.Hubs.SelectMany((node, i) => new[] { node.LogIn($"one{i}"), node.LogIn($"two{i}") }).ToArray();

        if (byApplication)
            _scene[0].People.Deliver(LinkKind.Broadcast, 0, Bytes.Message(ChannelId.Master, new AdminNotice("Closing soon.")));
        else
            _scene[0].Hub.Notice("Closing soon.");
        _scene.Loop.RunUntilIdle();

        Assert.All(clients, client => Assert.Equal("Closing soon.", Assert.Single(client.Inbox.TakeAll<AdminNotice>()).Text));
        Assert.Equal((1, 1, 0), (Sent(0, 1, LinkKind.Broadcast), Sent(0, 2, LinkKind.Broadcast), Sent(1, 2, LinkKind.Broadcast)));

        // To its own Edge, and from the first hub to both others.
        Assert.Equal([3, 1, 1], _scene.Hubs.Select(static node => node.Counters.BroadcastFrames));
    }

    [Fact]
    public void AnAnnouncementCrossesToEachHubOnceAndReachesEachLoginOnce()
    {
        var alice = _scene[0].LogIn("alice");
        FakeClient[] there = [_scene[1].LogIn("bob"), _scene[1].LogIn("bob"), _scene[1].LogIn("carol"), _scene[0].LogIn("dave")];
        var hidden = _scene[1].LogIn("erin");
        hidden.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("alice"))])));

        alice.Send(new Announce { Text = "Lunch", Recipients = ["@U bob", "@U bob", "@U carol", "@U dave", "@U erin", "@U nobody"] });

        Assert.All(there, client =>
        {
            var announce = Assert.Single(client.Inbox.TakeAll<Announce>());
            Assert.Equal(("Lunch", alice.LoginId), (announce.Text, announce.Sender!.LoginId));
        });
        Assert.False(hidden.Inbox.Has<Announce>());
        Assert.Equal((1, 0), (Sent(0, 1, LinkKind.ForeignAnnounce), Sent(0, 2, LinkKind.ForeignAnnounce)));
    }

    [Fact]
    public void AnotherHubNamesUsersAndNoGroupsWhichItsOwnHubHasLookedUp()
    {
        var directory = _scene[1].AddApplication("directory");
        var asked = 0;
        directory.Answer<GroupMembersRequest, GroupMembersReply>(_ =>
        {
            asked++;
            return (Reason.Success, new GroupMembersReply([new UserId("bob")]));
        });
        directory.Provide(CommunityServices.Directory);
        var (alice, bob) = (_scene[0].LogIn("alice"), _scene[1].LogIn("bob"));
        var origin = new ForeignOrigin(new LoginInfo(alice.LoginId!, ClientType.Meanwhile, new UserId("alice"), "Alice"), ParticipantKind.User);

        _scene.Loop.Run(() => _scene.LinkOf(0, 1).Left.Send(0, new ForeignAnnounce(origin, new Announce { Text = "tea", Recipients = ["@G staff"] })));
        _scene.Loop.RunUntilIdle();
        Assert.Equal((0, false), (asked, bob.Inbox.Has<Announce>()));

        _scene.Loop.Run(() => _scene.LinkOf(0, 1).Left.Send(0, new ForeignAnnounce(origin, new Announce { Text = "tea", Recipients = ["@U bob"] })));
        _scene.Loop.RunUntilIdle();
        Assert.True(bob.Inbox.Has<Announce>());
    }

    [Theory]
    [InlineData("login")]
    [InlineData("user")]
    [InlineData("service")]
    public void AOneTimeMessageReachesItsTargetAtAnotherHubWithItsTrueSender(string mode)
    {
        var (alice, bob) = (_scene[0].LogIn("alice"), _scene[1].LogIn("bob"));
        var resolve = _scene[1].AddResolve("resolve");
        var target = mode switch { "login" => bob.LoginId!, "user" => "bob", _ => "" };

        alice.Send(new OneTime { Target = new IdBlock(target), Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = ProtocolVersions.Resolve, PayloadType = 3, Data = [4] });

        var message = (mode == "service" ? resolve.Inbox : bob.Inbox).Take<OneTime>();
        Assert.Equal((alice.LoginId, IdBlock.Nobody), (message.Sender!.LoginId, message.Target));
        Assert.Equal([4], message.Data);
    }

    [Fact]
    public void ANoticeOfStoredDataReachesTheUsersOtherLoginsAtHisHub()
    {
        var bob = _scene[1].LogIn("bob");

        _scene[0].People.Ask<StorageChangedRequest, Done>(7, new StorageChangedRequest(new UserId("bob"), "", [1]));

        Assert.Single(bob.Inbox.TakeAll<OneTime>(), message => message.Service == CommunityServices.StorageEvent);
        Assert.Equal(Reason.Success, _scene[0].People.Replies[7].Reason);
    }

    [Fact]
    public void AUserWhoIsDiscardedIsEndedAtWhateverHubHeIs()
    {
        var bob = _scene[1].LogIn("bob");

        _scene[0].People.Ask<DiscardUserRequest, Done>(7, new DiscardUserRequest(new UserId("bob"), Reason.Removed));

        Assert.Equal(Reason.Removed, bob.EndedBecause);
        Assert.Equal(Reason.Success, _scene[0].People.Replies[7].Reason);
    }

    [Fact]
    public void AUserIdIsLookedUpInTheOnlineDirectoryWhenItsUserIsNotHere()
    {
        var (alice, bob) = (_scene[0].LogIn("alice"), _scene[1].LogIn("bob"));
        var before = _scene[0].Counters.DirectoryQuestions;

        alice.CreateIm("bob");

        Assert.Equal(alice.LoginId, bob.Inbox.Take<ChannelCreate>().Creator!.LoginId);
        Assert.Equal(before + 1, _scene[0].Counters.DirectoryQuestions);
        Assert.Equal(0, _scene[1].Counters.DirectoryQuestions - before);
    }

    [Fact]
    public void NeitherALoginIdNorAServiceIsLookedUpThere()
    {
        var (alice, bob) = (_scene[0].LogIn("alice"), _scene[1].LogIn("bob"));
        var resolve = _scene[2].AddResolve("resolve");
        var before = Questions();

        alice.CreateIm(bob.LoginId!);
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);

        Assert.True(bob.Inbox.Has<ChannelCreate>() && resolve.Inbox.Has<ChannelCreate>());
        Assert.Equal(before, Questions());
    }

    [Fact]
    public void AUserOfThisHubIsLookedUpNowhere()
    {
        using var scene = new HubScene();
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var before = scene.Counters.DirectoryQuestions;

        alice.CreateIm("bob");
        alice.CreateIm(bob.LoginId!);

        Assert.Equal(2, bob.Inbox.TakeAll<ChannelCreate>().Count);
        Assert.Equal(before, scene.Counters.DirectoryQuestions);
    }

    [Fact]
    public void NothingEverCrossesMoreThanTwoHubs()
    {
        using var scene = new ManyHubsScene(4, options =>
        {
            var unlimited = new Rate(PerSecond: 1_000, Burst: 1_000_000);
            (options.Limits.InstantMessages, options.Limits.ChannelCreates) = (unlimited, unlimited);
        });
        var random = new Random(20261123);
        var clients = Enumerable.Range(0, 12).Select(i => scene[i % 4].LogIn($"user{i}")).ToArray();
        var providers = Enumerable.Range(1, 2).Select(i => scene[i].AddResolve($"resolve{i}")).ToArray();
        List<(FakeClient From, ChannelId Channel)> open = [];
        for (var step = 0; step < 600; step++)
        {
            var from = clients[random.Next(clients.Length)];
            var to = clients[random.Next(clients.Length)];
            var routed = scene.Hubs.Sum(node => node.Counters.MessagesRouted);
            var crossed = Crossed(scene);
            switch (random.Next(5))
            {
                case 0 when from != to:
                    var id = from.CreateIm(random.Next(2) == 0 ? to.LoginId! : $"user{Array.IndexOf(clients, to)}");
                    var offer = to.Inbox.Take<ChannelCreate>();
                    to.Accept(offer);
                    open.Add((from, id));
                    open.Add((to, offer.Channel));
                    Assert.True(Crossed(scene) - crossed <= 2, "the request one way and its answer the other");
                    break;
                case 1:
                    from.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
                    Assert.True(Crossed(scene) - crossed <= 1);
                    break;
                case 2:
                    from.Send(new Announce { Text = "x", Recipients = [.. clients.Select((_, i) => $"@U user{i}")] });
                    Assert.True(Crossed(scene) - crossed <= 3, "one frame to each other hub");
                    break;
                case 3 when open.Count > 0:
                    var (sender, channel) = open[random.Next(open.Count)];
                    sender.Say(channel, [1]);
                    Assert.InRange(scene.Hubs.Sum(node => node.Counters.MessagesRouted) - routed, 1, 2);
                    Assert.True(Crossed(scene) - crossed <= 1);
                    break;
                default:
                    from.Send(new OneTime { Target = new IdBlock(to.LoginId!), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3, PayloadType = 1 });
                    Assert.True(Crossed(scene) - crossed <= 1);
                    break;
            }
        }
        Assert.True(open.Count > 50 && scene.Hubs.Sum(node => node.Counters.MessagesToHubs) > 20);
        Assert.All(providers, provider => Assert.True(provider.Inbox.Has<ChannelCreate>()));
    }

    // What participants say to one another; hubs also tell each other who is online.
    private static long Crossed(ManyHubsScene scene)
    {
        long frames = 0;
        for (var left = 0; left < scene.Hubs.Count; left++)
        {
            for (var right = left + 1; right < scene.Hubs.Count; right++)
                frames += scene.LinkOf(left, right).Left.Sent.Concat(scene.LinkOf(left, right).Right.Sent).Count(IsOfParticipants);
        }
        return frames;
    }

    private static bool IsOfParticipants(SentFrame frame) =>
        frame.Kind is LinkKind.Message or LinkKind.Fanout or LinkKind.ForeignCreate or LinkKind.ForeignOneTime or LinkKind.ForeignAnnounce;

    private int Sent(int left, int right, LinkKind kind) =>
        _scene.LinkOf(left, right).Left.Sent.Concat(_scene.LinkOf(left, right).Right.Sent).Count(frame => frame.Kind == kind);

    private long Questions() => _scene.Hubs.Sum(node => node.Counters.DirectoryQuestions);
}
