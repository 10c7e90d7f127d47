using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>A hub whose word about who is there does not fit what it has said before, or is not whole yet.</summary>
public sealed class RepairTests : IDisposable
{
    private readonly HubScene _scene = new();
    private readonly PlayedHub _hub;

    public RepairTests() => _hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(4, PlayedHub.Came(9, "zoe"), DirectoryChange.Opened("hall"));

    private Sametime.Hub.Status.PartListing Part => _scene.Hub.Status.Directory().Parts.Single(static part => part.Hub == 2);

    private ulong Digest => Convert.ToUInt64(Part.Digest, 16);

    private int Asked => _hub.Count(LinkKind.DirectoryAsk);

    public void Dispose() => _scene.Dispose();

    /// <summary>What a digest says that is not so.</summary>
    public enum Wrong
    {
        Nothing,
        Incarnation,
        SequenceBefore,
        SequenceBehind,
        Digest,
    }

    [Theory]
    [InlineData(Wrong.Nothing, 0)]
    [InlineData(Wrong.Incarnation, 1)]
    [InlineData(Wrong.SequenceBefore, 1)]
    [InlineData(Wrong.SequenceBehind, 1)]
    [InlineData(Wrong.Digest, 1)]
    public void A_digest_that_differs_in_anything_is_a_reason_to_ask(Wrong what, int asked)
    {
        _hub.Say(new DirectoryDigest(
            what == Wrong.Incarnation ? 6u : 5u, 4ul + (what == Wrong.SequenceBehind ? 1ul : 0) - (what == Wrong.SequenceBefore ? 1ul : 0), Digest + (what == Wrong.Digest ? 1ul : 0)));
        Assert.Equal((asked, (long)asked), (Asked, _scene.Counters.DirectoryRepairs));
    }

    [Theory]
    [InlineData(Wrong.Nothing, true)]
    [InlineData(Wrong.Incarnation, false)]
    [InlineData(Wrong.SequenceBefore, false)]
    [InlineData(Wrong.SequenceBehind, false)]
    public void Changes_that_do_not_follow_are_not_taken_and_asked_for(Wrong what, bool isTaken)
    {
        _hub.Say(new DirectoryDelta(
            what == Wrong.Incarnation ? 6u : 5u, 5ul + (what == Wrong.SequenceBehind ? 1ul : 0) - (what == Wrong.SequenceBefore ? 1ul : 0), 0, [PlayedHub.Came(10, "yves")]));
        Assert.Equal(isTaken ? 1 : 0, LoginsOf("yves"));
        Assert.Equal((1, isTaken ? 5ul : 4ul), (Asked, Part.Sequence)); // the digest is wrong in any case
    }

    [Fact]
    public void Once_it_has_asked_it_takes_nothing_but_the_answer()
    {
        _hub.Say(new DirectoryDelta(5, 9, 0, []));
        Assert.Equal(1, Asked);
        _hub.Say(new DirectoryDelta(5, 5, 0, [PlayedHub.Came(10, "yves")]));
        Assert.Equal((1, 0), (Asked, LoginsOf("yves")));
        _hub.Snapshot(5, PlayedHub.Came(9, "zoe"), PlayedHub.Came(10, "yves"));
        Assert.Equal((1, 1, 0), (LoginsOf("zoe"), LoginsOf("yves"), Part.Places));
        // And then what follows it.
        _hub.Say(new DirectoryDelta(5, 6, 0, [DirectoryChange.Gone(new DirectoryLogin(10, default, 0, default))]));
        Assert.Equal((0, 6ul), (LoginsOf("yves"), Part.Sequence));
    }

    [Fact]
    public void A_change_that_cannot_be_is_no_fault_of_ours_and_changes_nothing()
    {
        var watcher = _scene.AddApplication("watcher");
        watcher.Locate("zoe", "yves");
        watcher.Heard.Clear();
        _hub.Say(new DirectoryDelta(5, 5, 0, [PlayedHub.Came(9, "zoe"), DirectoryChange.Gone(new DirectoryLogin(77, default, 0, default))]));
        Assert.Equal((0L, 1, true), (_scene.Counters.Faults, Asked, _hub.IsThere));
        Assert.Equal((1, 1), (LoginsOf("zoe"), Part.Logins));
        Assert.Empty(watcher.HeardOf<UserLocated>());
    }

    [Fact]
    public void A_snapshot_in_parts_is_one_when_the_last_is_there()
    {
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 3).Hello();
        hub.Say(new DirectorySnapshot(5, 8, 0, false, 0, [PlayedHub.Came(1, "anna")]));
        Assert.Equal(0, LoginsOf("anna"));
        // Begun anew: what came of the first is forgotten.
        hub.Say(new DirectorySnapshot(5, 9, 0, false, 0, [PlayedHub.Came(2, "bert")]));
        hub.Say(new DirectorySnapshot(5, 9, 1, false, 0, [PlayedHub.Came(3, "cora")]));
        Assert.Equal(0, LoginsOf("bert"));
        hub.Say(new DirectorySnapshot(5, 9, 2, true, 0, [PlayedHub.Came(4, "dirk")]));
        Assert.Equal([0, 1, 1, 1], new[] { "anna", "bert", "cora", "dirk" }.Select(LoginsOf));
        Assert.True(hub.IsThere);
    }

    /// <summary>What is wrong with the second frame of a snapshot.</summary>
    public enum Second
    {
        OfAnotherSequence,
        OfAnotherStart,
        LeftOut,
        Twice,
        WithoutFirst,
    }

    [Theory]
    [InlineData(Second.OfAnotherSequence)]
    [InlineData(Second.OfAnotherStart)]
    [InlineData(Second.LeftOut)]
    [InlineData(Second.Twice)]
    [InlineData(Second.WithoutFirst)]
    public void A_snapshot_that_is_not_one_ends_the_link(Second second)
    {
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 3).Hello();
        if (second != Second.WithoutFirst)
            hub.Say(new DirectorySnapshot(5, 8, 0, false, 0, [PlayedHub.Came(1, "anna")]));
        if (second == Second.Twice)
            hub.Say(new DirectorySnapshot(5, 8, 1, false, 0, []));
        Assert.True(hub.IsThere);
        hub.Say(new DirectorySnapshot(
            second == Second.OfAnotherStart ? 6u : 5u, second == Second.OfAnotherSequence ? 9ul : 8ul, second == Second.LeftOut ? 2u : 1u, true, 0, []));
        Assert.Equal((false, Reason.ProtocolError, 0), (hub.IsThere, hub.Link.ClosedBecause, LoginsOf("anna")));
    }

    [Fact]
    public void Nothing_is_opened_toward_a_hub_that_is_back_and_has_not_told_yet_who_is_there()
    {
        var (alice, places) = (_scene.LogIn("alice"), _scene.AddApplication("places"));
        _hub.Lose();
        var back = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello();
        alice.CreateIm("zoe");
        Assert.Equal(Reason.NoSuchUser, alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal((0, 1, false), (back.Count(LinkKind.ForeignCreate), LoginsOf("zoe"), Part.IsLive));
        places.Ask<ActivatePlaceRequest, Done>(1, new ActivatePlaceRequest("hall"));
        Assert.Equal(Reason.ServerNotResponding, places.Replies[1].Reason);

        back.Snapshot(4, PlayedHub.Came(9, "zoe"));
        alice.CreateIm("zoe");
        Assert.Equal((1, true), (back.Count(LinkKind.ForeignCreate), Part.IsLive));
    }

    [Fact]
    public void Nobody_is_asked_for_by_the_login_id_of_a_former_start()
    {
        var alice = _scene.LogIn("alice");
        _hub.Lose();
        var later = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello(6).Snapshot(0);
        alice.CreateIm(new LoginId(2, 5, 9).ToString());
        Assert.Equal((Reason.NoSuchUser, 0), (alice.Inbox.Take<ChannelDestroy>().Reason, later.Count(LinkKind.ForeignCreate)));
        alice.CreateIm(new LoginId(2, 6, 9).ToString());
        Assert.Equal(1, later.Count(LinkKind.ForeignCreate));
    }

    [Fact]
    public void A_hub_that_asks_gets_everything_anew()
    {
        _scene.LogIn("alice");
        _hub.Sent.Clear();
        var before = _scene.Counters.DirectorySnapshots;
        _hub.Say(default(DirectoryAsk));
        var reader = new WireReader(Assert.Single(_hub.Sent).Payload);
        var told = DirectorySnapshot.Read(ref reader);
        Assert.Equal((HubScene.Incarnation, 1ul, 0u, true, "alice"), (told.Incarnation, told.Sequence, told.Number, told.IsLast, Assert.Single(told.Entries).Login.User.Value));
        Assert.Equal(before + 1, _scene.Counters.DirectorySnapshots);
    }

    [Fact]
    public void An_application_that_begins_to_watch_in_the_turn_of_a_change_does_not_take_it_from_the_others()
    {
        var alice = _scene.LogIn("alice");
        var (first, second) = (_scene.AddApplication("first"), _scene.AddApplication("second"));
        first.Locate("alice");
        _scene.Loop.Run(() =>
        {
            Deliver(_scene.Edge.Link, LinkKind.Message, alice.Handle, Bytes.Message(ChannelId.Master, new ChannelDestroy(Reason.Success)));
            Deliver(second.Link, LinkKind.Locate, 0, Bytes.Of(new Locate([new UserId("alice")])));
        });
        Assert.Equal([1, 0], first.HeardOf<UserLocated>().Select(static heard => heard.Logins.Count));
        Assert.Equal([0], second.HeardOf<UserLocated>().Select(static heard => heard.Logins.Count));
    }

    [Fact]
    public void Nor_is_one_told_that_takes_its_wish_back_in_that_turn()
    {
        var alice = _scene.LogIn("alice");
        var watcher = _scene.AddApplication("watcher");
        watcher.Locate("alice");
        _scene.Loop.Run(() =>
        {
            Deliver(_scene.Edge.Link, LinkKind.Message, alice.Handle, Bytes.Message(ChannelId.Master, new ChannelDestroy(Reason.Success)));
            Deliver(watcher.Link, LinkKind.Unlocate, 0, Bytes.Of(new Unlocate([new UserId("alice")])));
        });
        Assert.Single(watcher.HeardOf<UserLocated>());
    }

    private void Deliver(ILink from, LinkKind kind, uint handle, byte[] payload) => _scene.Hub.OnLinkFrame(from, new LinkFrame(kind, handle, payload));

    private int LoginsOf(string user) => _scene.Hub.Status.LoginsOf(new UserId(user)).Count;
}
