using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class StatusTests : IDisposable
{
    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void AStatusIsToldToAllLoginsOfTheUserAndNobodyElse()
    {
        var (first, second, other) = (_scene.LogIn("alice"), _scene.LogIn("alice"), _scene.LogIn("bob"));
        var status = new UserStatus(StatusCode.Away, 12345, "lunch");

        first.Send(new SetUserStatus(status));

        Assert.Equal(status, first.Inbox.Take<SetUserStatus>().Status);
        Assert.Equal(status, second.Inbox.Take<SetUserStatus>().Status);
        Assert.False(other.Inbox.Has<SetUserStatus>());
        Assert.Equal("lunch", Assert.Single(_scene.Events.Of<StatusSet>()).Description);
    }

    [Fact]
    public void ChangesTooFastAreMergedIntoTheLast()
    {
        var alice = _scene.LogIn("alice");
        for (uint i = 1; i <= 15; i++)
            alice.Send(new SetUserStatus(new UserStatus(StatusCode.Active, i)));
        Assert.Equal(10, alice.Inbox.TakeAll<SetUserStatus>().Count);

        _scene.Loop.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(15u, Assert.Single(alice.Inbox.TakeAll<SetUserStatus>()).Status.Time);
        Assert.Equal((11, 4), (_scene.Counters.StatusChanges, _scene.Counters.StatusChangesMerged));
    }

    [Fact]
    public void WhoGoesOnAndOnIsToldOfNoMoreOftenThanTheRateAllows()
    {
        using var scene = new HubScene(static options => options.Limits.StatusChanges = new Rate(PerSecond: 1, Burst: 1));
        var alice = scene.LogIn("alice");
        for (uint i = 0; i < 40; i++)
        {
            alice.Send(new SetUserStatus(new UserStatus(StatusCode.Active, i)));
            scene.Loop.Advance(TimeSpan.FromSeconds(0.25));
        }

        // The first at once, then one a second.
        Assert.InRange(scene.Counters.StatusChanges, 10, 11);
    }

    [Fact]
    public void AStatusThatWaitsDiesWithItsLogin()
    {
        var alice = _scene.LogIn("alice");
        for (uint i = 1; i <= 11; i++)
            alice.Send(new SetUserStatus(new UserStatus(StatusCode.Active, i)));
        alice.Vanish();
        _scene.Loop.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(10, _scene.Counters.StatusChanges);
    }

    [Fact]
    public void APrivacyListIsEchoedWhenItIsStored()
    {
        var saved = new List<SavePrivacyRequest>();
        _scene.People.Answer<SavePrivacyRequest, Done>(request =>
        {
            saved.Add(request);
            return (Reason.Success, default);
        });
        var (first, second) = (_scene.LogIn("alice"), _scene.LogIn("alice"));
        first.Inbox.Clear();
        second.Inbox.Clear();
        var list = new PrivacyInfo(Deny: true, [new UserItem(new UserId("carol"), "", "Carol")]);

        first.Send(new SetPrivacyList(list));

        Assert.Equal(list, first.Inbox.Take<SetPrivacyList>().Privacy);
        Assert.Equal(list, second.Inbox.Take<SetPrivacyList>().Privacy);
        Assert.Equal(new SavePrivacyRequest(new UserId("alice"), first.LoginId!, list), Assert.Single(saved));

        // The next login gets it without anybody being asked.
        Assert.Equal(list, _scene.LogIn("alice").Inbox.Take<LoginAck>().Privacy);
    }

    [Fact]
    public void APrivacyListThatIsNotStoredIsNeitherEchoedNorApplied()
    {
        _scene.People.Answer<SavePrivacyRequest, Done>(_ => (Reason.Failure, default));
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        bob.Inbox.Clear();

        bob.Send(new SetPrivacyList(PrivacyInfo.Nobody));
        alice.CreateIm("bob");

        Assert.False(bob.Inbox.Has<SetPrivacyList>());
        Assert.True(bob.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void WhileAListIsBeingStoredOnlyTheLastOfTheNextOnesIsKept()
    {
        var asked = 0;
        _scene.People.Answer<SavePrivacyRequest, Done>(_ => asked++ == 0 ? null : (Reason.Success, default));
        var alice = _scene.LogIn("alice");
        alice.Inbox.Clear();
        for (var i = 0; i < 5; i++)
            alice.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId($"user{i}"))])));
        Assert.Equal(1, asked);

        _scene.Loop.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(2, asked);
        Assert.Equal(new UserId("user4"), Assert.Single(alice.Inbox.TakeAll<SetPrivacyList>()).Privacy.Users[0].User);
    }

    [Fact]
    public void TheLastOfTheNextOnesIsThatOfWhicheverLoginSaidIt()
    {
        var saved = new List<(string Saver, string Listed)>();
        _scene.People.Answer<SavePrivacyRequest, Done>(request =>
        {
            saved.Add((request.LoginId, request.Privacy.Users[0].User.Value));
            return saved.Count == 1 ? null : (Reason.Success, default);
        });
        var (first, second) = (_scene.LogIn("alice"), _scene.LogIn("alice"));
        foreach (var (login, listed) in ((FakeClient, string)[])[(first, "a"), (first, "b"), (second, "c")])
            login.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId(listed))])));

        _scene.Loop.Advance(_scene.Options.Limits.ReplyWithin - TimeSpan.FromMilliseconds(1));
        Assert.Single(saved);
        _scene.Loop.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([(first.LoginId!, "a"), (second.LoginId!, "c")], saved);
    }

    [Fact]
    public void AGuestsListAppliesWithoutBeingStored()
    {
        var (guest, alice) = (_scene.LogIn("guest"), _scene.LogIn("alice"));
        var questions = _scene.People.QuestionCount;
        guest.Send(new SetPrivacyList(PrivacyInfo.Nobody));
        alice.CreateIm(guest.LoginId!);

        Assert.True(guest.Inbox.Has<SetPrivacyList>());
        Assert.Equal(Reason.NoSuchUser, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(questions, _scene.People.QuestionCount);
    }

    [Fact]
    public void TheListingShowsAllKindsOfParticipantsWithTheirHub()
    {
        var alice = _scene.Edge.Attach("alice", outerEdges: ["outer"]);
        _scene.LogIn("guest");
        _scene.Edge.Attach("undecided", address: "127.0.0.1");
        var all = _scene.Hub.Status.Participants();

        foreach (var kind in Enum.GetValues<ParticipantKind>())
            Assert.Contains(all, participant => participant.Kind == kind);
        Assert.All(all, participant => Assert.Equal((LoginId.TextLength, "hub-1"), (participant.LoginId.Length, participant.Hub)));
        Assert.Equal(all.Count, all.Select(participant => participant.LoginId).Distinct().Count());
        Assert.Equal(["outer", "edge-1"], all.Single(participant => participant.LoginId == alice.LoginId).Edges);

        _scene.Loop.Advance(TimeSpan.FromMinutes(1));
        alice.CreateIm("alice");
        var listed = _scene.Hub.Status.Participants().Single(participant => participant.LoginId == alice.LoginId);
        Assert.Equal(
            (ParticipantKind.User, "alice Example", "alice", 2, _scene.Loop.Clock.GetUtcNow() - TimeSpan.FromMinutes(1)), (listed.Kind, listed.Name, listed.UserId, listed.Channels, listed.Since));
    }

    [Fact]
    public void WhoIsNotLetInYetIsNotListedAndCanDoNothing()
    {
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(_ => null);
        var bob = _scene.Edge.Attach("bob");
        bob.CreateIm("bob");

        Assert.DoesNotContain(_scene.Hub.Status.Participants(), participant => participant.Kind == ParticipantKind.User);
        Assert.Equal(0, bob.Inbox.Count);
        Assert.Equal(0, _scene.Counters.ChannelsCreated);
    }

    [Fact]
    public void AChannelShowsEveryHopOfItsRoute()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "edge-2");
        var alice = _scene.Edge.Attach("alice", outerEdges: ["outer"]);
        var bob = far.LogIn("bob");
        var (mine, his) = _scene.Converse(alice, bob);

        var channel = Assert.Single(_scene.Hub.Status.Channels());

        Assert.True(channel.IsOpen);
        Assert.Equal([alice.LoginId!, "outer", "edge-1", "hub-1", "edge-2", bob.LoginId!], channel.Hops.Select(hop => hop.Name));
        Assert.Equal([mine.Value, mine.Value, mine.Value, 0, his.Value, his.Value], channel.Hops.Select(hop => hop.Channel));
        Assert.True(LoginId.TryParse(bob.LoginId, out var bobsId));
        Assert.Equal(channel.Hops, Assert.Single(_scene.Hub.Status.ChannelsOf(bobsId)).Hops);

        // Messages count in both directions.
        Assert.Equal((ServiceTypes.InstantMessage, 0L), (channel.Service, channel.Messages));
        alice.Say(mine, [1]);
        alice.Say(mine, [2]);
        bob.Say(his, [3]);
        Assert.Equal(3, Assert.Single(_scene.Hub.Status.Channels()).Messages);
    }

    [Fact]
    public void ConnectionsOfClientsDoNotMoveTheCounterOfLinks()
    {
        var before = _scene.Counters.LinksOpened;
        for (var i = 0; i < 50; i++)
            _scene.LogIn($"user{i}").Vanish();

        Assert.Equal(before, _scene.Counters.LinksOpened);
    }
}
