using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>One real end of a link against an end that does not keep to the rules.</summary>
public sealed class LinkSessionTests : IDisposable
{
    private readonly LinkScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_proof_heard_on_another_link_opens_nothing()
    {
        // An eavesdropper has this Hello and this Proof of a link that was open once.
        var nonce = new byte[LinkLimits.NonceBytes];
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, nonce);
        var first = _scene.Accept();
        _scene.Loop.Run(() => first.Send(hello));
        var proof = LinkScene.ProofFor(hello, LinkScene.ChallengeOf(first));
        _scene.Loop.Run(() => first.Send(proof));
        Assert.Equal(1, _scene.Hub.Opened);

        var second = _scene.Accept();
        _scene.Loop.Run(() => second.Send(hello));
        _scene.Loop.Run(() => second.Send(proof));

        Assert.Equal(1, _scene.Hub.Opened);
        Assert.Equal(Reason.NotAuthorized, Assert.Single(_scene.Failures).Reason);
        Assert.Equal(LinkKind.Refused, second.Frames[^1].Kind);
    }

    [Fact]
    public void The_hubs_own_proof_sent_back_to_it_opens_nothing()
    {
        var peer = _scene.Accept();
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]);
        _scene.Loop.Run(() => peer.Send(hello));

        var transcript = LinkScene.Transcript(hello, LinkScene.ChallengeOf(peer));
        _scene.Loop.Run(() => peer.Send(new LinkProof(LinkKeys.ProofOfAccepting(LinkScene.Key, transcript))));

        Assert.Equal(0, _scene.Hub.Opened);
        Assert.Equal(Reason.NotAuthorized, Assert.Single(_scene.Failures).Reason);
    }

    [Fact]
    public void An_accepting_end_that_does_not_know_the_key_is_not_trusted()
    {
        var peer = _scene.Connect();
        _scene.Loop.Run(() => peer.Send(new LinkChallenge(new byte[LinkLimits.NonceBytes], LinkRole.Hub, "hub-1", 1)));

        _scene.Loop.Run(() => peer.Send(new LinkWelcome(new byte[LinkKeys.ProofBytes])));

        Assert.Equal(0, _scene.Edge.Opened);
        Assert.Contains("does not know the shared key", Assert.Single(_scene.Failures).Why, StringComparison.Ordinal);
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
        var peer = _scene.Accept();

        _scene.Loop.Run(() => peer.Send(kind, [1, 2, 3]));
        _scene.Loop.Advance(_scene.Options.CloseTimeout);

        Assert.Empty(_scene.Hub.Frames);
        Assert.Equal(0, _scene.Hub.Opened);
        Assert.Contains($"kind {kind} came where Hello was due", Assert.Single(_scene.Failures).Why, StringComparison.Ordinal);
        Assert.NotNull(peer.End);
    }

    [Fact]
    public void A_frame_right_behind_the_proof_is_heard_after_the_link_has_opened()
    {
        var peer = _scene.Accept();
        var hello = new LinkHello(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]);
        _scene.Loop.Run(() => peer.Send(hello));

        _scene.Loop.Run(() =>
        {
            peer.Send(LinkScene.ProofFor(hello, LinkScene.ChallengeOf(peer)));
            peer.Send(LinkKind.Message, [1]);
        });

        Assert.Equal((1, 1), (_scene.Hub.Opened, _scene.Hub.Frames.Count));
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
            var peer = _scene.Accept();
            var cut = hello.WrittenMemory[..length];
            _scene.Loop.Run(() => peer.Send(LinkKind.Hello, cut.Span));

            Assert.Equal(Reason.BadData, _scene.Failures[^1].Reason);
        }
        Assert.Equal(hello.WrittenCount, _scene.Failures.Count);
    }

    [Fact]
    public void A_Challenge_cut_short_at_any_byte_gets_no_proof()
    {
        var challenge = LinkScene.BytesOf(new LinkChallenge(new byte[LinkLimits.NonceBytes], LinkRole.Hub, "hub-1", 1)).AsMemory(LinkFrame.HeaderBytes);

        for (var length = 0; length < challenge.Length; length++)
        {
            var peer = _scene.Connect();
            var cut = challenge[..length];
            _scene.Loop.Run(() => peer.Send(LinkKind.Challenge, cut.Span));

            Assert.Equal(Reason.BadData, _scene.Failures[^1].Reason);
            Assert.DoesNotContain(peer.Frames, static frame => frame.Kind == LinkKind.Proof);
        }
        Assert.Equal(challenge.Length, _scene.Failures.Count);
    }

    [Fact]
    public void Why_the_other_end_refuses_is_what_is_told_here()
    {
        var peer = _scene.OpenHub();

        _scene.Loop.Run(() => peer.Send(new LinkRefused(Reason.SignedOnAgain, "")));

        Assert.Equal((1, Reason.SignedOnAgain), (_scene.Hub.Closed, _scene.Hub.LastReason));
        Assert.Equal(StreamEnd.PeerClosed, peer.End);
    }

    [Fact]
    public void A_ping_is_answered_at_once_and_heard_by_nobody()
    {
        var peer = _scene.OpenHub();
        var before = peer.Frames.Count;

        _scene.Loop.Run(() => peer.Send(LinkKind.Ping, []));

        Assert.Equal(LinkKind.Pong, Assert.Single(peer.Frames[before..]).Kind);
        Assert.Empty(_scene.Hub.Frames);
    }

    [Fact]
    public void A_ping_is_answered_by_its_own_number()
    {
        var wire = OpenHubOnWire();
        var before = wire.Sent.Length;
        var ping = new ArrayBufferWriter<byte>();
        LinkFrameWriter.Write(ping, LinkKind.Ping, 77, [], []);

        _scene.Loop.Run(() => wire.Arrive(ping.WrittenSpan.ToArray()));

        var pong = wire.Sent[before..];
        Assert.Equal((LinkKind.Pong, 77u), ((LinkKind)pong[4], BinaryPrimitives.ReadUInt32BigEndian(pong[5..])));
    }

    [Fact]
    public void An_end_that_never_authenticates_is_given_up_in_time()
    {
        var peer = _scene.Accept();

        _scene.Loop.Advance(_scene.Options.AuthenticationTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_scene.Failures);
        _scene.Loop.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Reason.ConnectionTimedOut, Assert.Single(_scene.Failures).Reason);
        Assert.Equal(LinkKind.Refused, Assert.Single(peer.Frames).Kind);
        Assert.NotNull(peer.End);
        Assert.Equal(0, _scene.Loop.TimerCount);
    }

    [Theory]
    [InlineData(false, LinkLimits.UnauthenticatedFrameBytesMax + 1)]
    [InlineData(true, LinkLimits.FrameBytesMax + 1)]
    [InlineData(true, 4)]
    [InlineData(true, -1)]
    public void A_length_that_is_not_allowed_ends_the_link_before_anything_is_kept(bool isOpen, int length)
    {
        var peer = isOpen ? _scene.OpenHub() : _scene.Accept();
        var frame = new byte[LinkFrame.HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame[4] = (byte)LinkKind.Message;

        _scene.Loop.Run(() => peer.SendBytes(frame));

        Assert.Equal(LinkKind.Refused, peer.Frames[^1].Kind);
        Assert.Equal(Reason.ProtocolError, isOpen ? _scene.Hub.LastReason : Assert.Single(_scene.Failures).Reason);
    }

    [Fact]
    public void A_silent_end_is_asked_three_times_and_then_given_up()
    {
        var peer = _scene.OpenHub();
        var before = peer.Frames.Count;

        // The first interval has heard the proof.
        _scene.Loop.Advance(_scene.Options.PingInterval * (_scene.Options.PingsMissedMax + 1));
        Assert.Equal((_scene.Options.PingsMissedMax, 0), (peer.Frames.Count - before, _scene.Hub.Closed));
        _scene.Loop.Advance(_scene.Options.PingInterval);

        Assert.All(peer.Frames[before..], static frame => Assert.Equal(LinkKind.Ping, frame.Kind));
        Assert.Equal((1, Reason.ConnectionTimedOut), (_scene.Hub.Closed, _scene.Hub.LastReason));
        Assert.Equal(0, _scene.Loop.TimerCount);
    }

    [Fact]
    public void A_silent_end_lives_as_long_as_it_takes_of_a_long_queue()
    {
        var peer = _scene.OpenHub();
        _scene.Loop.Run(peer.StopReading);
        _scene.Loop.Run(() =>
        {
            for (uint i = 0; i < 100; i++)
                _scene.Hub.Link!.Send(LinkKind.Message, i, [], new byte[1000]);
        });

        for (var i = 0; i < 4 * _scene.Options.PingsMissedMax; i++)
        {
            _scene.Loop.Run(() => peer.Read(frames: 1));
            _scene.Loop.Advance(_scene.Options.PingInterval);
        }
        Assert.Equal(0, _scene.Hub.Closed);
        _scene.Loop.Advance(_scene.Options.PingInterval * (_scene.Options.PingsMissedMax + 1));

        Assert.Equal((1, Reason.ConnectionTimedOut), (_scene.Hub.Closed, _scene.Hub.LastReason));
    }

    [Fact]
    public void An_interval_in_which_this_end_did_not_run_does_not_count_against_the_other()
    {
        var peer = _scene.OpenHub();
        _scene.Loop.Advance(_scene.Options.PingInterval * (_scene.Options.PingsMissedMax + 1));

        _scene.Stall(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _scene.Hub.Closed);
        _scene.Loop.Run(() => peer.Send(LinkKind.Pong, []));
        _scene.Loop.Advance(_scene.Options.PingInterval * _scene.Options.PingsMissedMax);

        Assert.Equal(0, _scene.Hub.Closed);
    }

    [Fact]
    public void An_end_that_is_always_late_gives_up_a_dead_one_all_the_same()
    {
        _scene.OpenHub();

        // The first interval has heard the proof.
        for (var i = 0; i < 1 + (2 * _scene.Options.PingsMissedMax); i++)
            _scene.Stall(_scene.Options.PingInterval * 2);
        Assert.Equal(0, _scene.Hub.Closed);
        _scene.Stall(_scene.Options.PingInterval * 2);

        Assert.Equal((1, Reason.ConnectionTimedOut), (_scene.Hub.Closed, _scene.Hub.LastReason));
    }

    [Fact]
    public void What_waits_for_an_end_that_does_not_read_has_a_bound()
    {
        _scene.Options.QueueBytesMax = 4 * (LinkFrame.HeaderBytes + 1000);
        var peer = _scene.OpenHub();
        _scene.Loop.Run(peer.StopReading);

        _scene.Loop.Run(() => SendThousands(4));
        Assert.Equal(0, _scene.Hub.Closed);
        _scene.Loop.Run(() => SendThousands(1));

        Assert.Equal((1, Reason.NotEnoughResources), (_scene.Hub.Closed, _scene.Hub.LastReason));
        Assert.Equal(StreamEnd.Reset, peer.End);
        Assert.Equal(0, _scene.Loop.TimerCount);

        void SendThousands(int frames)
        {
            for (var i = 0; i < frames; i++)
                _scene.Hub.Link!.Send(LinkKind.Message, 1, [], new byte[1000]);
        }
    }

    [Fact]
    public void An_end_that_says_anything_at_all_lives()
    {
        var peer = _scene.OpenHub();

        for (var i = 0; i < 10; i++)
        {
            _scene.Loop.Advance(_scene.Options.PingInterval * _scene.Options.PingsMissedMax);
            _scene.Loop.Run(() => peer.Send(LinkKind.Pong, []));
        }

        Assert.Equal(0, _scene.Hub.Closed);
    }

    [Fact]
    public void Two_idle_ends_keep_their_link_for_days()
    {
        _scene.OpenBoth();

        _scene.Loop.Advance(TimeSpan.FromDays(2));

        Assert.Equal((0, 0), (_scene.Hub.Closed, _scene.Edge.Closed));
    }

    [Fact]
    public void Authenticating_again_on_an_open_link_ends_it()
    {
        var peer = _scene.OpenHub();

        _scene.Loop.Run(() => peer.Send(new LinkHello(LinkLimits.Version, LinkRole.Application, "other", 0, new byte[LinkLimits.NonceBytes])));

        Assert.Equal((1, Reason.AlreadyInitialized), (_scene.Hub.Closed, _scene.Hub.LastReason));
    }

    [Fact]
    public void Seals_of_a_link_that_is_over_are_empty_and_open_nothing()
    {
        _scene.OpenBoth();
        Opaque secret = default;
        _scene.Loop.Run(() => secret = _scene.Edge.Link!.Seal("secret"u8));
        Assert.Equal("secret"u8.ToArray(), _scene.Hub.Link!.Open(secret));

        _scene.Loop.Run(() => _scene.Hub.Link.Close(Reason.Success));

        Assert.Null(_scene.Hub.Link.Open(secret));
        Assert.Equal(0, _scene.Edge.Link!.Seal("secret"u8).Length);
    }

    [Fact]
    public void What_is_sent_by_a_handler_that_hears_of_the_end_goes_nowhere()
    {
        _scene.OpenBoth();

        _scene.Loop.Run(() =>
        {
            _scene.Edge.Link!.Close(Reason.Success);
            _scene.Edge.Link.Send(LinkKind.Message, 1, [], []);
        });
        _scene.Loop.Run(() => _scene.Hub.Link!.Send(LinkKind.Message, 2, [], []));

        Assert.Empty(_scene.Hub.Frames);
        Assert.Empty(_scene.Edge.Frames);
        Assert.Equal((1, 1), (_scene.Hub.Closed, _scene.Edge.Closed));
    }

    [Fact]
    public void A_burst_that_is_taken_within_its_turn_ends_nothing_and_the_next_is_looked_at_again()
    {
        _scene.Options.QueueBytesMax = 10_000;
        var wire = OpenHubOnWire();
        wire.IsStuck = true;
        for (var burst = 0; burst < 3; burst++)
        {
            _scene.Loop.Run(() =>
            {
                _scene.Hub.Link!.Send(LinkKind.Message, 1, [], new byte[12_000]);
                wire.Take(wire.QueuedBytes);
            });
            Assert.Equal(0, _scene.Hub.Closed);
        }

        _scene.Loop.Run(() => _scene.Hub.Link!.Send(LinkKind.Message, 1, [], new byte[12_000]));
        Assert.Equal((1, Reason.NotEnoughResources), (_scene.Hub.Closed, _scene.Hub.LastReason));
        Assert.True(wire.IsAborted);
    }

    [Fact]
    public void A_silent_end_that_answers_at_last_has_all_its_time_again()
    {
        var peer = _scene.OpenHub();
        for (var i = 0; i < 3; i++)
        {
            _scene.Loop.Advance(_scene.Options.PingInterval * (_scene.Options.PingsMissedMax + 1));
            Assert.Equal(0, _scene.Hub.Closed);
            _scene.Loop.Run(() => peer.Send(LinkKind.Pong, []));
        }
        _scene.Loop.Advance(_scene.Options.PingInterval * (_scene.Options.PingsMissedMax + 2));
        Assert.Equal((1, Reason.ConnectionTimedOut), (_scene.Hub.Closed, _scene.Hub.LastReason));
    }

    [Fact]
    public void An_end_that_is_not_read_from_is_not_silent_and_is_again_once_it_is_read()
    {
        var peer = _scene.OpenHub();
        _scene.Loop.Run(_scene.Hub.Link!.PauseReading);
        _scene.Loop.Advance(10 * _scene.Options.PingInterval * _scene.Options.PingsMissedMax);
        Assert.Equal(0, _scene.Hub.Closed);
        Assert.Contains(peer.Frames, static frame => frame.Kind == LinkKind.Ping);

        _scene.Loop.Run(_scene.Hub.Link!.ResumeReading);
        _scene.Loop.Advance(_scene.Options.PingInterval * _scene.Options.PingsMissedMax);
        Assert.Equal(0, _scene.Hub.Closed);
        _scene.Loop.Advance(2 * _scene.Options.PingInterval);
        Assert.Equal((1, Reason.ConnectionTimedOut), (_scene.Hub.Closed, _scene.Hub.LastReason));
    }

    public enum Stage
    {
        Connected,
        Challenged,
        Open,
        NotReadFrom,
        NotReading,
        Ending,
    }

    public enum Ending
    {
        PeerCloses,
        PeerResets,
        PeerRefuses,
        PeerSaysNonsense,
        HandlerCloses,
        TooMuchIsSent,
        TimePasses,
    }

    public static MatrixTheoryData<Stage, Ending> AllEnds => new(Enum.GetValues<Stage>(), Enum.GetValues<Ending>());

    [Theory]
    [MemberData(nameof(AllEnds))]
    public void However_a_link_ends_its_end_is_told_once_and_no_timer_is_left(Stage stage, Ending ending)
    {
        _scene.Options.QueueBytesMax = 10_000;
        for (var time = 1; time <= 2; time++)
        {
            var peer = stage switch
            {
                Stage.Connected or Stage.Challenged => _scene.Accept(),
                _ => _scene.OpenHub(),
            };
            var link = _scene.Hub.Link;
            if (stage == Stage.Challenged)
                _scene.Loop.Run(() => peer.Send(LinkScene.Hello));
            else if (stage == Stage.NotReadFrom)
                _scene.Loop.Run(link!.PauseReading);
            else if (stage == Stage.NotReading)
                _scene.Loop.Run(peer.StopReading);
            else if (stage == Stage.Ending)
                _scene.Loop.Run(() => link!.Close(Reason.Success));

            switch (ending)
            {
                case Ending.PeerCloses:
                    _scene.Loop.Run(peer.Close);
                    break;
                case Ending.PeerResets:
                    _scene.Loop.Run(peer.Reset);
                    break;
                case Ending.PeerRefuses:
                    _scene.Loop.Run(() => peer.Send(new LinkRefused(Reason.ServerFull, "")));
                    break;
                case Ending.PeerSaysNonsense:
                    _scene.Loop.Run(() => peer.SendBytes(new byte[LinkFrame.HeaderBytes]));
                    break;
                case Ending.HandlerCloses when stage >= Stage.Open:
                    _scene.Loop.Run(() => link!.Close(Reason.Success));
                    break;
                case Ending.TooMuchIsSent when stage >= Stage.Open:
                    _scene.Loop.Run(() => link!.Send(LinkKind.Message, 1, [], new byte[20_000]));
                    break;
                case Ending.TimePasses:
                    _scene.Loop.Advance(TimeSpan.FromMinutes(1));
                    break;
            }

            // Whoever still lives after that has an end now.
            _scene.Loop.Run(peer.Reset);
            Assert.Equal(0, _scene.Loop.TimerCount);
            _scene.Loop.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(stage < Stage.Open ? (0, 0, time) : (time, time, 0), (_scene.Hub.Opened, _scene.Hub.Closed, _scene.Failures.Count));
        }
    }

    /// <summary>A hub with an open link on a stream whose other end the test is.</summary>
    private WireEnd OpenHubOnWire()
    {
        var wire = new WireEnd(address: null, time: _scene.Loop.Time);
        _scene.Loop.Run(() => _scene.AcceptOn(wire));
        _scene.Loop.Run(() => wire.Arrive(LinkScene.BytesOf(LinkScene.Hello)));
        var proof = LinkScene.ProofFor(LinkScene.Hello, LinkScene.ChallengeIn(wire.Sent[LinkFrame.HeaderBytes..]));
        _scene.Loop.Run(() => wire.Arrive(LinkScene.BytesOf(proof)));
        Assert.Equal(1, _scene.Hub.Opened);
        return wire;
    }
}
