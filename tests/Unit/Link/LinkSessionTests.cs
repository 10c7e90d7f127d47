using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.InProcess;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>One real end of a link against an end that does not keep to the rules.</summary>
public sealed class LinkSessionTests : IDisposable
{
    private static readonly byte[] Key = [.. "a shared key of this community"u8];
    private static readonly LinkIdentity Hub = new(LinkRole.Hub, "hub-1", HubNumber: 1);
    private static readonly LinkIdentity Edge = new(LinkRole.Edge, "edge-7");

    private readonly ManualLoop _loop = new();
    private readonly LinkOptions _options = new();
    private readonly RecordingHandler _hub = new();
    private readonly RecordingHandler _edge = new();
    private readonly List<LinkFailure> _failures = [];

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_proof_heard_on_another_link_opens_nothing()
    {
        // An eavesdropper has this Hello and this Proof of a link that was open once.
        var nonce = new byte[LinkLimits.NonceBytes];
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, nonce);
        var first = Accept();
        _loop.Run(() => first.Send(hello));
        var proof = ProofFor(hello, ChallengeOf(first));
        _loop.Run(() => first.Send(proof));
        Assert.Equal(1, _hub.Opened);

        var second = Accept();
        _loop.Run(() => second.Send(hello));
        _loop.Run(() => second.Send(proof));

        Assert.Equal(1, _hub.Opened);
        Assert.Equal(Reason.NotAuthorized, Assert.Single(_failures).Reason);
        Assert.Equal(LinkKind.Refused, second.Frames[^1].Kind);
    }

    [Fact]
    public void The_hubs_own_proof_sent_back_to_it_opens_nothing()
    {
        var peer = Accept();
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]);
        _loop.Run(() => peer.Send(hello));

        _loop.Run(() => peer.Send(new LinkProof(LinkKeys.ProofOfAccepting(Key, Transcript(hello, ChallengeOf(peer))))));

        Assert.Equal(0, _hub.Opened);
        Assert.Equal(Reason.NotAuthorized, Assert.Single(_failures).Reason);
    }

    [Fact]
    public void An_accepting_end_that_does_not_know_the_key_is_not_trusted()
    {
        var peer = Connect();
        _loop.Run(() => peer.Send(new LinkChallenge(new byte[LinkLimits.NonceBytes], LinkRole.Hub, "hub-1", 1)));

        _loop.Run(() => peer.Send(new LinkWelcome(new byte[LinkKeys.ProofBytes])));

        Assert.Equal(0, _edge.Opened);
        Assert.Contains("does not know the shared key", Assert.Single(_failures).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkKind.Attach)]
    [InlineData(LinkKind.Message)]
    [InlineData(LinkKind.Request)]
    [InlineData(LinkKind.Proof)]
    [InlineData(LinkKind.Ping)]
    [InlineData((LinkKind)200)]
    public void A_frame_before_authentication_ends_the_link_unheard(LinkKind kind)
    {
        var peer = Accept();

        _loop.Run(() => peer.Send(kind, [1, 2, 3]));
        _loop.Advance(_options.CloseTimeout);

        Assert.Empty(_hub.Frames);
        Assert.Equal(0, _hub.Opened);
        Assert.Contains($"kind {kind} came where Hello was due", Assert.Single(_failures).Why, StringComparison.Ordinal);
        Assert.NotNull(peer.End);
    }

    [Fact]
    public void A_frame_right_behind_the_proof_is_heard_after_the_link_has_opened()
    {
        var peer = Accept();
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]);
        _loop.Run(() => peer.Send(hello));

        _loop.Run(() =>
        {
            peer.Send(ProofFor(hello, ChallengeOf(peer)));
            peer.Send(LinkKind.Message, [1]);
        });

        Assert.Equal((1, 1), (_hub.Opened, _hub.Frames.Count));
    }

    [Fact]
    public void A_Hello_cut_short_at_any_byte_is_refused()
    {
        var hello = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(hello);
        new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]).Write(ref writer);
        writer.Complete();

        for (var length = 0; length < hello.WrittenCount; length++)
        {
            var peer = Accept();
            var cut = hello.WrittenMemory[..length];
            _loop.Run(() => peer.Send(LinkKind.Hello, cut.Span));

            Assert.Equal(Reason.BadData, _failures[^1].Reason);
        }
        Assert.Equal(hello.WrittenCount, _failures.Count);
    }

    [Fact]
    public void An_end_that_never_authenticates_is_given_up_in_time()
    {
        var peer = Accept();

        _loop.Advance(_options.AuthenticationTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_failures);
        _loop.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Reason.ConnectionTimedOut, Assert.Single(_failures).Reason);
        Assert.Equal(LinkKind.Refused, Assert.Single(peer.Frames).Kind);
        Assert.NotNull(peer.End);
        Assert.Equal(0, _loop.TimerCount);
    }

    [Theory]
    [InlineData(false, LinkLimits.UnauthenticatedFrameBytesMax + 1)]
    [InlineData(true, LinkLimits.FrameBytesMax + 1)]
    [InlineData(true, 4)]
    [InlineData(true, -1)]
    public void A_length_that_is_not_allowed_ends_the_link_before_anything_is_kept(bool isOpen, int length)
    {
        var peer = isOpen ? OpenHub() : Accept();
        var frame = new byte[LinkFrame.HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame[4] = (byte)LinkKind.Message;

        _loop.Run(() => peer.SendBytes(frame));

        Assert.Equal(LinkKind.Refused, peer.Frames[^1].Kind);
        Assert.Equal(Reason.ProtocolError, isOpen ? _hub.LastReason : Assert.Single(_failures).Reason);
    }

    [Fact]
    public void A_silent_end_is_asked_three_times_and_then_given_up()
    {
        var peer = OpenHub();
        var before = peer.Frames.Count;

        // The first interval has heard the proof.
        _loop.Advance(_options.PingInterval * (_options.PingsMissedMax + 1));
        Assert.Equal((_options.PingsMissedMax, 0), (peer.Frames.Count - before, _hub.Closed));
        _loop.Advance(_options.PingInterval);

        Assert.All(peer.Frames[before..], static frame => Assert.Equal(LinkKind.Ping, frame.Kind));
        Assert.Equal((1, Reason.ConnectionTimedOut), (_hub.Closed, _hub.LastReason));
        Assert.Equal(0, _loop.TimerCount);
    }

    [Fact]
    public void A_silent_end_lives_as_long_as_it_takes_of_a_long_queue()
    {
        var peer = OpenHub();
        _loop.Run(peer.StopReading);
        _loop.Run(() =>
        {
            for (uint i = 0; i < 100; i++)
                _hub.Link!.Send(LinkKind.Message, i, [], new byte[1000]);
        });

        for (var i = 0; i < 4 * _options.PingsMissedMax; i++)
        {
            _loop.Run(() => peer.Read(frames: 1));
            _loop.Advance(_options.PingInterval);
        }
        Assert.Equal(0, _hub.Closed);
        _loop.Advance(_options.PingInterval * (_options.PingsMissedMax + 1));

        Assert.Equal((1, Reason.ConnectionTimedOut), (_hub.Closed, _hub.LastReason));
    }

    [Fact]
    public void An_interval_in_which_this_end_did_not_run_does_not_count_against_the_other()
    {
        var peer = OpenHub();
        _loop.Advance(_options.PingInterval * (_options.PingsMissedMax + 1));

        Stall(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _hub.Closed);
        _loop.Run(() => peer.Send(LinkKind.Pong, []));
        _loop.Advance(_options.PingInterval * _options.PingsMissedMax);

        Assert.Equal(0, _hub.Closed);
    }

    [Fact]
    public void An_end_that_is_always_late_gives_up_a_dead_one_all_the_same()
    {
        OpenHub();

        // The first interval has heard the proof.
        for (var i = 0; i < 1 + (2 * _options.PingsMissedMax); i++)
            Stall(_options.PingInterval * 2);
        Assert.Equal(0, _hub.Closed);
        Stall(_options.PingInterval * 2);

        Assert.Equal((1, Reason.ConnectionTimedOut), (_hub.Closed, _hub.LastReason));
    }

    [Fact]
    public void What_waits_for_an_end_that_does_not_read_has_a_bound()
    {
        _options.QueueBytesMax = 4 * (LinkFrame.HeaderBytes + 1000);
        var peer = OpenHub();
        _loop.Run(peer.StopReading);

        _loop.Run(() => SendThousands(4));
        Assert.Equal(0, _hub.Closed);
        _loop.Run(() => SendThousands(1));

        Assert.Equal((1, Reason.NotEnoughResources), (_hub.Closed, _hub.LastReason));
        Assert.Equal(StreamEnd.Reset, peer.End);
        Assert.Equal(0, _loop.TimerCount);

        void SendThousands(int frames)
        {
            for (var i = 0; i < frames; i++)
                _hub.Link!.Send(LinkKind.Message, 1, [], new byte[1000]);
        }
    }

    [Fact]
    public void An_end_that_says_anything_at_all_lives()
    {
        var peer = OpenHub();

        for (var i = 0; i < 10; i++)
        {
            _loop.Advance(_options.PingInterval * _options.PingsMissedMax);
            _loop.Run(() => peer.Send(LinkKind.Pong, []));
        }

        Assert.Equal(0, _hub.Closed);
    }

    [Fact]
    public void Two_idle_ends_keep_their_link_for_days()
    {
        OpenBoth();

        _loop.Advance(TimeSpan.FromDays(2));

        Assert.Equal((0, 0), (_hub.Closed, _edge.Closed));
    }

    [Fact]
    public void Authenticating_again_on_an_open_link_ends_it()
    {
        var peer = OpenHub();

        _loop.Run(() => peer.Send(new LinkHello(LinkLimits.Version, LinkRole.Application, "other", 0, new byte[LinkLimits.NonceBytes])));

        Assert.Equal((1, Reason.AlreadyInitialized), (_hub.Closed, _hub.LastReason));
    }

    [Fact]
    public void Seals_of_a_link_that_is_over_are_empty_and_open_nothing()
    {
        OpenBoth();
        Opaque secret = default;
        _loop.Run(() => secret = _edge.Link!.Seal("secret"u8));
        Assert.Equal("secret"u8.ToArray(), _hub.Link!.Open(secret));

        _loop.Run(() => _hub.Link.Close(Reason.Success));

        Assert.Null(_hub.Link.Open(secret));
        Assert.Equal(0, _edge.Link!.Seal("secret"u8).Length);
    }

    [Fact]
    public void What_is_sent_by_a_handler_that_hears_of_the_end_goes_nowhere()
    {
        OpenBoth();

        _loop.Run(() =>
        {
            _edge.Link!.Close(Reason.Success);
            _edge.Link.Send(LinkKind.Message, 1, [], []);
        });
        _loop.Run(() => _hub.Link!.Send(LinkKind.Message, 2, [], []));

        Assert.Empty(_hub.Frames);
        Assert.Empty(_edge.Frames);
        Assert.Equal((1, 1), (_hub.Closed, _edge.Closed));
    }

    private static LinkChallenge ChallengeOf(RawPeer peer)
    {
        var reader = new WireReader(Assert.Single(peer.Frames, static frame => frame.Kind == LinkKind.Challenge).Payload);
        return LinkChallenge.Read(ref reader);
    }

    private static byte[] Transcript(LinkHello hello, LinkChallenge challenge)
    {
        var bytes = new ArrayBufferWriter<byte>();
        LinkFrameWriter.Write(bytes, 0, hello);
        LinkFrameWriter.Write(bytes, 0, challenge);
        return bytes.WrittenSpan.ToArray();
    }

    private static LinkProof ProofFor(LinkHello hello, LinkChallenge challenge) =>
        new(LinkKeys.ProofOfConnecting(Key, Transcript(hello, challenge)));

    /// <summary>The loop does not run for a while, as when its process is stopped.</summary>
    private void Stall(TimeSpan time)
    {
        _loop.Clock.Advance(time);
        _loop.RunUntilIdle();
    }

    /// <summary>A hub that accepts Edges, and whoever is at the other end.</summary>
    private RawPeer Accept()
    {
        RawPeer? peer = null;
        _loop.Run(() =>
        {
            var (theirs, ours) = InProcessPipe.Create(_loop, _loop);
            LinkSession.Accept(_loop, ours, Hub, LinkTrust.OfLoopback(Key, LinkRole.Edge), _options, _hub, _failures.Add);
            peer = new RawPeer(theirs);
        });
        return peer!;
    }

    private RawPeer Connect()
    {
        RawPeer? peer = null;
        _loop.Run(() =>
        {
            var (theirs, ours) = InProcessPipe.Create(_loop, _loop);
            LinkSession.Connect(_loop, ours, Edge, Key, _options, _edge, _failures.Add);
            peer = new RawPeer(theirs);
        });
        return peer!;
    }

    /// <summary>A hub with an open link to an end that does only what the test says.</summary>
    private RawPeer OpenHub()
    {
        var peer = Accept();
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]);
        _loop.Run(() => peer.Send(hello));
        _loop.Run(() => peer.Send(ProofFor(hello, ChallengeOf(peer))));
        Assert.Equal(1, _hub.Opened);
        return peer;
    }

    private void OpenBoth()
    {
        _loop.Run(() =>
        {
            var (theirs, ours) = InProcessPipe.Create(_loop, _loop);
            LinkSession.Accept(_loop, ours, Hub, LinkTrust.OfLoopback(Key, LinkRole.Edge), _options, _hub, _failures.Add);
            LinkSession.Connect(_loop, theirs, Edge, Key, _options, _edge, _failures.Add);
        });
        Assert.Equal((1, 1), (_hub.Opened, _edge.Opened));
    }
}
