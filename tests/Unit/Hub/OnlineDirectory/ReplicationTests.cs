using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.OnlineDirectory;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>Replicas of the Online Directory follow what happens at its owners, and are repaired when they do not.</summary>
public sealed class ReplicationTests
{
    [Fact]
    public void A_login_is_known_at_every_hub_and_forgotten_when_it_is_over()
    {
        using var scene = new ManyHubsScene(3);
        var alice = scene[0].LogIn("alice");

        foreach (var node in scene.Hubs)
            Assert.Equal([alice.LoginId!], node.Where("ALICE"));
        AssertEqualEverywhere(scene);

        alice.LogOut();
        Assert.All(scene.Hubs, node => Assert.Empty(node.Where("alice")));
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void Who_was_online_before_two_hubs_met_is_known_at_both()
    {
        using var scene = new ManyHubsScene(2);
        scene.Part(0, 1);
        scene.Loop.Advance(scene[0].Options.Lease);
        scene[0].LogIn("alice");
        scene[1].LogIn("bob");

        scene.Heal(0, 1);

        Assert.Single(scene[0].Where("bob"));
        Assert.Single(scene[1].Where("alice"));
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void A_hub_alone_has_an_Online_Directory_too()
    {
        using var scene = new ManyHubsScene(1);
        var alice = scene[0].LogIn("alice");
        Assert.Equal([alice.LoginId!], scene[0].Where("alice"));
        Assert.Equal((1, 1), (scene[0].Hub.Status.Directory().Parts.Count, scene[0].Hub.Status.Directory().Parts[0].Logins));
        Assert.Equal(0, scene.Loop.TimerCount); // Nobody is there to be told anything.
    }

    [Fact]
    public void One_turn_is_told_in_one_frame_with_what_little_the_directory_knows()
    {
        using var scene = new ManyHubsScene(2);
        var sent = scene.LinkOf(0, 1).Left.Sent;
        sent.Clear();
        var clients = Enumerable.Range(0, 10).Select(i => scene[0].LogIn($"user{i}")).ToArray();
        scene[0].Edge.Break();

        var deltas = Deltas(sent);
        Assert.Equal(11, deltas.Count);
        Assert.Equal(10, deltas[^1].Changes.Count);
        Assert.All(deltas[^1].Changes, change => Assert.Equal(DirectoryChangeKind.LoginGone, change.Kind));
        Assert.Equal(Enumerable.Range((int)deltas[0].Sequence, 11).Select(i => (ulong)i), deltas.Select(delta => delta.Sequence));
        Assert.Equal(clients.Length, deltas.Take(10).Count(delta => delta.Changes[0].Login.User.Value.StartsWith("user", StringComparison.Ordinal)));
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void A_lost_change_is_noticed_at_the_next_one_and_repaired()
    {
        using var scene = new ManyHubsScene(2);
        scene.LinkOf(0, 1).IsSwallowing = true;
        scene[0].LogIn("alice");
        scene.LinkOf(0, 1).IsSwallowing = false;
        Assert.Empty(scene[1].Where("alice"));

        scene[0].LogIn("bob");

        Assert.Single(scene[1].Where("alice"));
        Assert.Equal(1, scene[1].Counters.DirectoryRepairs);
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void A_lost_last_change_is_noticed_by_the_digest_and_repaired()
    {
        using var scene = new ManyHubsScene(2);
        scene.LinkOf(0, 1).IsSwallowing = true;
        scene[0].LogIn("alice");
        scene.LinkOf(0, 1).IsSwallowing = false;

        scene.Loop.Advance(scene[0].Options.DirectoryDigests);

        Assert.Single(scene[1].Where("alice"));
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void A_question_for_a_snapshot_that_is_lost_is_asked_again_at_the_second_digest_as_often_as_it_is_lost()
    {
        using var scene = new ManyHubsScene(2);
        var link = scene.LinkOf(0, 1);
        var repairs = new List<long>();

        // The first hub is told what does not fit, and its question vanishes on the way.
        Tell(isQuestionLost: true);
        scene[1].LogIn("bob");
        Assert.Empty(scene[0].Where("bob"));
        Tell(isQuestionLost: false);
        Tell(isQuestionLost: true);
        Tell(isQuestionLost: false);
        Assert.Empty(scene[0].Where("bob"));
        Tell(isQuestionLost: false);

        Assert.Equal([1, 1, 2, 2, 3], repairs);
        Assert.Single(scene[0].Where("bob"));
        AssertEqualEverywhere(scene);

        void Tell(bool isQuestionLost)
        {
            link.IsSwallowing = isQuestionLost;
            var wrong = Bytes.Of(new DirectoryDigest(9, 9, 9));
            scene.Loop.Run(() => scene[0].Hub.OnLinkFrame(link.Left, new LinkFrame(LinkKind.DirectoryDigest, 0, wrong)));
            link.IsSwallowing = false;
            repairs.Add(scene[0].Counters.DirectoryRepairs);
        }
    }

    [Fact]
    public void A_replica_that_is_wrong_is_found_by_its_digest()
    {
        using var scene = new ManyHubsScene(2);
        scene[0].LogIn("alice");
        var link = scene.LinkOf(0, 1);
        var ghost = DirectoryChange.Came(new DirectoryLogin(999, ParticipantKind.User, 1, new UserId("ghost")));
        var sequence = scene[0].Hub.Status.Directory().Parts[0].Sequence + 1;

        scene.Loop.Run(() => scene[1].Hub.OnLinkFrame(
            link.Right, new LinkFrame(LinkKind.DirectoryDelta, 0, Bytes.Of(new DirectoryDelta(HubScene.Incarnation, sequence, 12345, [ghost])))));

        Assert.Empty(scene[1].Where("ghost"));
        Assert.Equal(1, scene[1].Counters.DirectoryRepairs);
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void Changes_of_another_start_of_the_hub_are_not_taken()
    {
        using var scene = new ManyHubsScene(2);
        var link = scene.LinkOf(0, 1);
        scene.Loop.Run(() => scene[1].Hub.OnLinkFrame(link.Right, new LinkFrame(LinkKind.DirectoryDelta, 0, Bytes.Of(
            new DirectoryDelta(HubScene.Incarnation + 1, 1, 0, [DirectoryChange.Opened("hall")])))));

        Assert.Equal(0, scene[1].Hub.Status.Directory().Parts[0].Places);
        AssertEqualEverywhere(scene);
    }

    [Fact]
    public void Twenty_thousand_logins_go_over_in_parts()
    {
        using var scene = new ManyHubsScene(2);
        scene.Part(0, 1);
        for (var i = 0; i < 20_000; i++)
            scene[0].Edge.Attach($"user{i:d5}");

        scene.Heal(0, 1);

        var frames = scene.LinkOf(0, 1).Left.Sent.Where(frame => frame.Kind == LinkKind.DirectorySnapshot).ToArray();
        Assert.InRange(frames.Length, 2, 20);
        Assert.All(frames, frame => Assert.InRange(frame.Payload.Length, 1, EntryFrames.BytesMax + 64));

        // 16 bytes and the nine of the user id; a frame has 29 of its own.
        Assert.Equal(20_000 * (16 + 9), frames.Sum(frame => frame.Payload.Length - 29));
        Assert.Equal(20_000, scene[1].Hub.Status.Directory().Parts[0].Logins);
        AssertEqualEverywhere(scene);
    }

    [Fact]
    [Trait("Mutation", "No")]
    public void A_replica_costs_less_than_400_bytes_a_login()
    {
        const int Logins = 10_000;
        var part = new HubPart(2);
        var snapshot = new IncomingSnapshot(new DirectorySnapshot(1, 1, 0, true, 0, []));
        snapshot.Entries.AddRange(Enumerable.Range(1, Logins).Select(i => DirectoryChange.Came(new DirectoryLogin((uint)i, ParticipantKind.User, 1, new UserId($"user{i:d5}")))));

        // All that is allocated: what stays is a little less.
        var before = GC.GetAllocatedBytesForCurrentThread();
        part.Replace(snapshot);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Logins;

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes a login in a replica, its id not counted");
        Assert.InRange(bytes, 50, 400);
        Assert.Equal(Logins, part.Logins.Count);
    }

    /// <summary>All replicas equal the truth, entry by entry and by their digests.</summary>
    internal static void AssertEqualEverywhere(ManyHubsScene scene)
    {
        var first = scene[0].Hub.Status.Directory();
        foreach (var node in scene.Hubs)
        {
            var listing = node.Hub.Status.Directory();
            Assert.Equal(first.Parts, listing.Parts);
            Assert.Equal(first.Digest, listing.Digest);
        }
        Assert.Equal(scene.Hubs.Select(node => node.Hub.Status.Logins), first.Parts.Select(part => part.Logins));
        Assert.All(first.Parts, part => Assert.True(part.IsLive));
    }

    private static List<DirectoryDelta> Deltas(IEnumerable<SentFrame> frames) =>
        [.. frames.Where(frame => frame.Kind == LinkKind.DirectoryDelta).Select(frame =>
        {
            var reader = new WireReader(frame.Payload);
            return DirectoryDelta.Read(ref reader);
        })];
}
