using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.InProcess;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>One or both real ends of links on a loop that the test turns.</summary>
internal sealed class LinkScene : IDisposable
{
    public static readonly byte[] Key = [.. "a shared key of this community"u8];

    private static readonly LinkIdentity HubIdentity = new(LinkRole.Hub, "hub-1", HubNumber: 1);
    private static readonly LinkIdentity EdgeIdentity = new(LinkRole.Edge, "edge-7");

    public static LinkHello Hello { get; } = new(LinkLimits.Version, LinkRole.Edge, "edge-7", 0, new byte[LinkLimits.NonceBytes]);

    public ManualLoop Loop { get; } = new();

    public LinkOptions Options { get; } = new();

    public RecordingHandler Hub { get; } = new();

    public RecordingHandler Edge { get; } = new();

    public List<LinkFailure> Failures { get; } = [];

    public void Dispose() => Loop.Dispose();

    /// <summary>A hub that accepts Edges, on any stream.</summary>
    public LinkSession AcceptOn(IByteStream stream) =>
        LinkSession.Accept(Loop, stream, HubIdentity, LinkTrust.OfLoopback(Key, LinkRole.Edge), Options, Hub, Failures.Add);

    /// <summary>A hub that accepts Edges, and whoever is at the other end.</summary>
    public RawPeer Accept()
    {
        RawPeer? peer = null;
        Loop.Run(() =>
        {
            var (theirs, ours) = InProcessPipe.Create(Loop, Loop);
            AcceptOn(ours);
            peer = new RawPeer(theirs);
        });
        return peer!;
    }

    /// <summary>An Edge that connects, and whoever is at the other end.</summary>
    public RawPeer Connect()
    {
        RawPeer? peer = null;
        Loop.Run(() =>
        {
            var (theirs, ours) = InProcessPipe.Create(Loop, Loop);
            LinkSession.Connect(Loop, ours, EdgeIdentity, Key, Options, Edge, Failures.Add);
            peer = new RawPeer(theirs);
        });
        return peer!;
    }

    /// <summary>A hub with an open link to an end that does only what the test says.</summary>
    public RawPeer OpenHub()
    {
        var peer = Accept();
        var opened = Hub.Opened;
        Loop.Run(() => peer.Send(Hello));
        Loop.Run(() => peer.Send(ProofFor(Hello, ChallengeOf(peer))));
        Assert.Equal(opened + 1, Hub.Opened);
        return peer;
    }

    public void OpenBoth()
    {
        Loop.Run(() =>
        {
            var (theirs, ours) = InProcessPipe.Create(Loop, Loop);
            AcceptOn(ours);
            LinkSession.Connect(Loop, theirs, EdgeIdentity, Key, Options, Edge, Failures.Add);
        });
        Assert.Equal((1, 1), (Hub.Opened, Edge.Opened));
    }

    /// <summary>The loop does not run for a while, as when its process is stopped.</summary>
    public void Stall(TimeSpan time)
    {
        Loop.Clock.Advance(time);
        Loop.RunUntilIdle();
    }

    public static LinkChallenge ChallengeOf(RawPeer peer) =>
        ChallengeIn(Assert.Single(peer.Frames, static frame => frame.Kind == LinkKind.Challenge).Payload);

    public static LinkChallenge ChallengeIn(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        return LinkChallenge.Read(ref reader);
    }

    public static byte[] Transcript(LinkHello hello, LinkChallenge challenge)
    {
        var bytes = new ArrayBufferWriter<byte>();
        LinkFrameWriter.Write(bytes, 0, hello);
        LinkFrameWriter.Write(bytes, 0, challenge);
        return bytes.WrittenSpan.ToArray();
    }

    public static LinkProof ProofFor(LinkHello hello, LinkChallenge challenge) => new(LinkKeys.ProofOfConnecting(Key, Transcript(hello, challenge)));

    public static byte[] BytesOf<TPayload>(TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        var bytes = new ArrayBufferWriter<byte>();
        LinkFrameWriter.Write(bytes, 0, payload);
        return bytes.WrittenSpan.ToArray();
    }
}
