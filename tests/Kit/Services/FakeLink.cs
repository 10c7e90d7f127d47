using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Services;

/// <summary>An application's end of its link to a <see cref="FakeHub"/>. "Seals" by a mark in front, so that tests can make sealed secrets.</summary>
public sealed class FakeLink(FakeHub hub) : ILink
{
    private const byte SealMark = 0x5e;

    public LinkPeer Peer { get; } = new(LinkRole.Hub, "hub", HubNumber: 1, Address: null);

    public int QueuedBytes => 0;

    /// <summary>What is sent on a link that is over goes nowhere.</summary>
    public bool IsOver { get; set; }

    public static Opaque Sealed(ReadOnlySpan<byte> secret) => new((byte[])[SealMark, .. secret]);

    public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (!IsOver)
            hub.Take(kind, handle, head, body);
    }

    public void Send<TPayload>(uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        payload.Write(ref writer);
        writer.Complete();
        Send(TPayload.Kind, handle, output.WrittenSpan, default);
    }

    public Opaque Seal(ReadOnlySpan<byte> secret) => Sealed(secret);

    public byte[]? Open(Opaque sealedSecret) =>
        sealedSecret.Length > 0 && sealedSecret.Span[0] == SealMark ? sealedSecret.Span[1..].ToArray() : null;

    public void PauseReading()
    {
    }

    public void ResumeReading()
    {
    }

    public void Close(Reason reason) => hub.LoseLink(reason);
}
