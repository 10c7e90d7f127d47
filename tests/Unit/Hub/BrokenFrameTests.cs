using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>
/// What a link brings that breaks its rules ends that link, and nothing of it is done: every kind of frame, cut off anywhere. What is merely
/// unknown is counted and passed over.
/// </summary>
public sealed class BrokenFrameTests : IDisposable
{
    // A create has an older form without the cipher offer at its end.
    private const int OfferBytes = 6;

    // And an attach one without the number of its attempt.
    private const int AttemptBytes = 4;
    private static readonly ServiceProtocol Protocol = new(ProtocolTypes.Resolve, ProtocolVersions.Resolve);

    private readonly HubScene _scene = new();

    private static readonly (LinkKind Kind, byte[] Whole)[] OfApplications =
    [
        (LinkKind.Provide, Bytes.Of(new Provide(ServiceTypes.Resolve, ServiceScope.Global, [Protocol]))),
        (LinkKind.Withdraw, Bytes.Of(new Withdraw(ServiceTypes.Resolve))),
        (LinkKind.Load, Bytes.Of(new Load(500))),
        (LinkKind.Subscribe, Bytes.Of(new Subscribe(CommunityEventKinds.All))),
        (LinkKind.Locate, Bytes.Of(new Locate([new UserId("alice")]))),
        (LinkKind.Unlocate, Bytes.Of(new Unlocate([new UserId("alice")]))),
        (LinkKind.CapturePolicy, Bytes.Of(new CapturePolicy(ChatLogMode.Strict, EncryptedChat.Pass))),
        (LinkKind.Fanout, [0, 0, 0, 1, 0, 0, 0, 0, 0x80, 0, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0]),
        (LinkKind.Broadcast, new byte[MessageHeader.Size]),
        (LinkKind.Message, new byte[MessageHeader.Size]),
        (LinkKind.Message, Bytes.Message(ChannelId.Master, Create("alice", new ChannelId(1)))[..^OfferBytes]),
        (LinkKind.Message, Bytes.Message(new ChannelId(0x8000_0001), new ChannelDestroy(Reason.Success))),
        (LinkKind.Message, Bytes.Message(ChannelId.Master, new OneTime { Target = new("alice"), Service = new(1), Protocol = new(1), Version = 1, PayloadType = 1 })),
        (LinkKind.Message, Bytes.Message(ChannelId.Master, new Announce { Text = "x", Recipients = ["@U alice"] })),
    ];

    private static readonly (LinkKind Kind, byte[] Whole)[] OfEdges =
    [
        (LinkKind.Attach, Bytes.Of(new Attach(
            ClientType.Meanwhile, 0x1d, "mallory", Contracts.Crypto.CredentialKind.Password, [1], AuthType.Plain, TransportSecurity.Tls, [127, 0, 0, 1], ["edge"]))[..^AttemptBytes]),
        (LinkKind.Detach, Bytes.Of(new Detach(Reason.Success))),
        (LinkKind.EdgeHello, Bytes.Of(new EdgeHello([new Entrance("edge", ["edge:1533"])]))),
    ];

    public static TheoryData<int> Applications => [.. Enumerable.Range(0, OfApplications.Length)];

    public static TheoryData<int> Edges => [.. Enumerable.Range(0, OfEdges.Length)];

    public static TheoryData<int> Hubs => [.. Enumerable.Range(0, OfHubs(null).Length)];

    public void Dispose() => _scene.Dispose();

    [Theory]
    [MemberData(nameof(Applications))]
    public void A_frame_of_an_application_that_is_cut_off_ends_its_link(int number)
    {
        var alice = _scene.LogIn("alice");
        alice.Inbox.Clear();
        var (kind, whole) = OfApplications[number];
        for (var length = 0; length < whole.Length; length++)
        {
            var application = _scene.AddApplication("broken");
            application.Deliver(kind, 0, whole[..length]);
            Assert.Equal((length, Reason.ProtocolError), (length, application.Link.ClosedBecause));
            Assert.DoesNotContain(_scene.Hub.Status.Participants(), static one => one.Name == "broken");
        }
        Assert.Equal((whole.Length, 0L), (_scene.Counters.MalformedMessages, _scene.Counters.Faults));
        Assert.Equal((0, 0), (alice.Inbox.Count, _scene.Hub.Status.Channels().Count));
    }

    [Theory]
    [MemberData(nameof(Edges))]
    public void A_frame_of_an_Edge_that_is_cut_off_ends_its_link(int number)
    {
        var (kind, whole) = OfEdges[number];
        for (var length = 0; length < whole.Length; length++)
        {
            var edge = new FakeEdge(_scene.Loop, _scene.Hub, "broken");
            edge.Deliver(kind, 9, whole[..length]);
            Assert.Equal((length, Reason.ProtocolError), (length, edge.Link.ClosedBecause));
        }
        Assert.Equal((whole.Length, 0L), (_scene.Counters.MalformedMessages, _scene.Counters.Faults));
        Assert.Equal(0, _scene.Hub.Status.UndecidedLogins);
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public void A_frame_of_another_hub_that_is_cut_off_ends_its_link(int number)
    {
        _scene.LogIn("alice");
        for (var length = 0; length < OfHubs(null)[number].Whole.Length; length++)
        {
            var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
            var (kind, whole) = OfHubs(hub)[number];
            Assert.True(hub.IsThere);
            hub.Say(kind, 0, whole[..length]);
            Assert.Equal((length, false, Reason.ProtocolError), (length, hub.IsThere, hub.Link.ClosedBecause));
            hub.Lose();
        }
        Assert.Equal(0, _scene.Counters.Faults);
    }

    [Fact]
    public void Those_frames_are_sound_as_long_as_they_are_whole()
    {
        _scene.LogIn("alice");
        foreach (var (kind, whole) in OfApplications)
        {
            var application = _scene.AddApplication("sound");
            application.Deliver(kind, 0, whole);
            Assert.Equal((kind, null), (kind, application.Link.ClosedBecause));
        }
        for (var i = 0; i < OfHubs(null).Length; i++)
        {
            var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
            var (kind, whole) = OfHubs(hub)[i];
            hub.Say(kind, 0, whole);
            Assert.Equal((kind, true), (kind, hub.IsThere));
            hub.Lose();
        }
    }

    [Fact]
    public void A_hub_that_has_not_said_hello_may_say_nothing_else_and_hello_once()
    {
        var early = new PlayedHub(_scene.Loop, _scene.Hub, 2);
        early.Say(LinkKind.DirectoryInquiry, 1, []);
        Assert.Equal((Reason.ProtocolError, 0), (early.Link.ClosedBecause, early.Count(LinkKind.DirectoryInquired)));

        var twice = new PlayedHub(_scene.Loop, _scene.Hub, 3).Hello();
        Assert.True(twice.IsThere);
        twice.Hello();
        Assert.Equal((false, Reason.ProtocolError), (twice.IsThere, twice.Link.ClosedBecause));

        var cut = new PlayedHub(_scene.Loop, _scene.Hub, 4);
        cut.Say(LinkKind.HubHello, 0, Bytes.Of(new HubHello(5, new LoginId(4, 5, 1), "", [], []))[..^1]);
        Assert.Equal((false, Reason.ProtocolError), (cut.IsThere, cut.Link.ClosedBecause));
    }

    [Fact]
    public void What_is_unknown_is_counted_and_passed_over()
    {
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
        hub.Say((LinkKind)99, 0, []);
        Assert.Equal((1L, true), (_scene.Counters.UnknownFrames, hub.IsThere));
        hub.Say(LinkKind.Message, 0, Bytes.Message(new ChannelId(1), new AdminNotice("x")));
        Assert.Equal((2L, true), (_scene.Counters.UnknownFrames, hub.IsThere));

        var application = _scene.AddApplication("strange");
        application.Send(ChannelId.Master, new AdminNotice("x"));
        Assert.Equal((3L, null), (_scene.Counters.UnknownFrames, application.Link.ClosedBecause));

        _scene.Edge.Deliver((LinkKind)99, 0, []);
        Assert.Equal((4L, null), (_scene.Counters.UnknownFrames, _scene.Edge.Link.ClosedBecause));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    public void A_channel_of_another_hub_must_be_in_its_own_half(uint channel)
    {
        // What is in the creator's half there is in the other one here; the master channel is in none.
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
        hub.Say(new ForeignCreate(hub.Origin(9, "zoe"), new ChannelId(1), default, default, Create("alice", new ChannelId(channel == 0 ? 0x8000_0000 : channel))));
        Assert.Equal((false, Reason.ProtocolError), (hub.IsThere, hub.Link.ClosedBecause));
    }

    /// <summary>Who a hub may not speak for.</summary>
    public enum Stranger
    {
        OfThirdHub,
        OfFormerStart,
        Component,
        Nobody,
    }

    public static MatrixTheoryData<Stranger, LinkKind> Strangers => new(
        Enum.GetValues<Stranger>(), [LinkKind.ForeignCreate, LinkKind.ForeignOneTime, LinkKind.ForeignAnnounce, LinkKind.Message]);

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_hub_that_speaks_for_somebody_whom_it_has_not_let_in_is_cut_off(Stranger stranger, LinkKind kind)
    {
        var alice = _scene.LogIn("alice");
        alice.Inbox.Clear();
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
        var origin = hub.Origin(9, "zoe");
        origin = stranger switch
        {
            Stranger.OfThirdHub => origin with { Login = origin.Login with { LoginId = new LoginId(3, hub.Incarnation, 9).ToString() } },
            Stranger.OfFormerStart => origin with { Login = origin.Login with { LoginId = new LoginId(2, hub.Incarnation - 1, 9).ToString() } },
            Stranger.Component => origin with { ParticipantKind = ParticipantKind.Edge },
            _ => origin with { Login = origin.Login with { LoginId = "zoe" } },
        };
        switch (kind)
        {
            case LinkKind.ForeignCreate:
                hub.Say(new ForeignCreate(origin, new ChannelId(1), default, default, Create("alice", new ChannelId(0x8000_0001))));
                break;
            case LinkKind.ForeignOneTime:
                hub.Say(new ForeignOneTime(origin, new OneTime { Target = new("alice"), Service = new(1), Protocol = new(1), Version = 1, PayloadType = 1 }));
                break;
            case LinkKind.ForeignAnnounce:
                hub.Say(new ForeignAnnounce(origin, new Announce { Text = "x", Recipients = ["@U alice"] }));
                break;
            default:
                // An accept says who accepts; a component is told by nothing in it, so there it names nobody.
                var accept = new ChannelAccept { Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3, Acceptor = stranger == Stranger.Component ? null : origin.Login };
                hub.Say(kind, 0, Bytes.Message(new ChannelId(1), accept));
                break;
        }
        Assert.Equal((false, Reason.ProtocolError), (hub.IsThere, hub.Link.ClosedBecause));
        Assert.Equal(0, alice.Inbox.Count);
    }

    private static ChannelCreate Create(string target, ChannelId channel) => new()
    {
        Channel = channel,
        Target = new IdBlock(target),
        Service = ServiceTypes.InstantMessage,
        Protocol = ProtocolTypes.InstantMessage,
        Version = ProtocolVersions.InstantMessage,
    };

    private static (LinkKind Kind, byte[] Whole)[] OfHubs(PlayedHub? hub)
    {
        var incarnation = hub?.Incarnation ?? 5;
        var origin = hub?.Origin(9, "zoe")
            ?? new ForeignOrigin(new LoginInfo(new LoginId(2, 5, 9).ToString(), ClientType.Meanwhile, new UserId("zoe"), "zoe"), ParticipantKind.User);
        return
        [
            (LinkKind.ForeignCreate, Bytes.Of(new ForeignCreate(origin, new ChannelId(1), default, default, Create("nobody", new ChannelId(0x8000_0001))))[..^OfferBytes]),
            (LinkKind.ForeignOneTime, Bytes.Of(new ForeignOneTime(origin, new OneTime { Target = new("nobody"), Service = new(1), Protocol = new(1), Version = 1, PayloadType = 1 }))),
            (LinkKind.ForeignAnnounce, Bytes.Of(new ForeignAnnounce(origin, new Announce { Text = "x", Recipients = ["@U nobody"] }))),
            (LinkKind.Offers, Bytes.Of(new Offers([new Offer(ServiceTypes.Resolve, 1, 0, [Protocol])]))),
            (LinkKind.Roster, Bytes.Of(new Roster([new Entrance("edge", ["edge:1533"])]))),
            (LinkKind.Fanout, [0, 0, 0, 1, 0, 0, 0, 0, 0x80, 0, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0]),
            (LinkKind.Broadcast, new byte[MessageHeader.Size]),
            (LinkKind.Message, new byte[MessageHeader.Size]),
            (LinkKind.Message, Bytes.Message(new ChannelId(1), new ChannelDestroy(Reason.Success))),
            (LinkKind.DirectorySnapshot, Bytes.Of(new DirectorySnapshot(incarnation, 0, 0, true, 0, [PlayedHub.Came(9, "zoe")]))),
            (LinkKind.DirectoryDelta, Bytes.Of(new DirectoryDelta(incarnation, 1, 0, [PlayedHub.Came(9, "zoe")]))),
            (LinkKind.DirectoryDigest, Bytes.Of(new DirectoryDigest(incarnation, 0, 0))),
        ];
    }
}
