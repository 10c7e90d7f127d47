using System.Buffers;
using System.Net;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Hub;

/// <summary>A frame as it was sent.</summary>
public sealed record SentFrame(LinkKind Kind, uint Handle, byte[] Payload);

/// <summary>The hub's end of a link: hands over what the hub sends, and never calls back into the hub while it sends.</summary>
public sealed class FakeLink(LinkPeer peer, Action<SentFrame> onSent) : ILink
{
    private static byte s_lastSeal;
    private readonly byte _seal = ++s_lastSeal;

    public LinkPeer Peer => peer;

    public int QueuedBytes => 0;

    /// <summary>Set when the hub has ended the link.</summary>
    public Reason? ClosedBecause { get; private set; }

    /// <summary>Off: frames are counted only, so that a test sees what the hub alone allocates.</summary>
    public bool IsRecording { get; set; } = true;

    public long FramesSent { get; private set; }

    /// <summary>True once the test has closed it; a hub that sends all the same has a mistake.</summary>
    public bool IsDead { get; set; }

    /// <summary>As many of the next frames throw, as only a mistake of ours could make it happen.</summary>
    public int FaultsToCome { get; set; }

    public static LinkPeer Edge(string name) => new(LinkRole.Edge, name, 0, IPAddress.Loopback);

    public static LinkPeer Application(string name) => new(LinkRole.Application, name, 0, IPAddress.Loopback);

    public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (IsDead)
            throw new InvalidOperationException($"A {kind} was sent to {peer.Name}, whose link is closed.");
        if (FaultsToCome > 0)
        {
            FaultsToCome--;
            throw new InvalidOperationException("A mistake, as ordered.");
        }
        FramesSent++;
        if (IsRecording)
            onSent(new SentFrame(kind, handle, [.. head, .. body]));
    }

    public void Send<TPayload>(uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload> => Send(TPayload.Kind, handle, Bytes.Of(payload), default);

    // Good enough to see that a secret was opened with the right link and sealed anew for the other.
    public Opaque Seal(ReadOnlySpan<byte> secret) => new([_seal, .. secret]);

    public byte[]? Open(Opaque sealedSecret) => sealedSecret.Length > 0 && sealedSecret.Span[0] == _seal ? sealedSecret.Span[1..].ToArray() : null;

    public void PauseReading()
    {
    }

    public void ResumeReading()
    {
    }

    public void Close(Reason reason) => ClosedBecause = reason;
}

/// <summary>Typed payloads and messages as bytes.</summary>
public static class Bytes
{
    public static byte[] Of<TPayload>(in TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        payload.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The fields of a reply.</summary>
    public static byte[] Written<TReply>(in TReply reply)
        where TReply : ILinkReply<TReply>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        reply.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A message from its type on.</summary>
    public static byte[] Message<T>(ChannelId channel, in T message, MessageOptions options = MessageOptions.None)
        where T : IWireMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        new MessageHeader(T.Type, options, channel).Write(ref writer);
        message.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }
}
