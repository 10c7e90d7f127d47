using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>The hub's end of an Edge's uplink, played by the test: it sees every frame and says what comes back.</summary>
internal sealed class HubEnd(string name = "hub-1", ushort number = 1, LinkRole role = LinkRole.Hub) : ILinkConnector, ILink
{
    private ILinkHandler? _edge;

    public LinkPeer Peer { get; } = new(role, name, number, null);

    /// <summary>While true a link does not open by itself.</summary>
    public bool IsDown { get; set; }

    public int QueuedBytes { get; set; }

    public ILink? Link { get; private set; }

    public LinkFailure? LastFailure => null;

    public bool IsStarted => _edge is not null;

    public bool IsDisposed { get; private set; }

    /// <summary>While true frames are counted and not kept, so that the test itself allocates nothing.</summary>
    public bool IsCountingOnly { get; set; }

    public int SentCount { get; private set; }

    /// <summary>As many of the next frames throw, as only a bug of ours could make it happen.</summary>
    public int FaultsToCome { get; set; }

    public List<(LinkKind Kind, uint Handle, byte[] Payload)> Frames { get; } = [];

    public void Start(ILinkHandler handler)
    {
        _edge = handler;
        if (!IsDown)
            Open();
    }

    public void Open()
    {
        Link = this;
        _edge!.OnLinkOpened(this);
    }

    public void Lose() => Lose(Reason.ConnectionBroken);

    public void Lose(Reason reason)
    {
        if (Link is null)
            return;
        Link = null;
        _edge!.OnLinkClosed(this, reason);
    }

    public void Say(LinkKind kind, uint handle, ReadOnlySpan<byte> payload) => _edge!.OnLinkFrame(this, new LinkFrame(kind, handle, payload));

    public void Say<T>(uint handle, T payload)
        where T : ILinkPayload<T> => Say(T.Kind, handle, Bytes(payload));

    public void AcceptLogin(uint handle, uint sequence = 1, ParticipantKind kind = ParticipantKind.User) =>
        Say(handle, new Attached(new LoginId(1, 1, sequence), kind));

    public void SayFanout(ReadOnlySpan<byte> message, params (uint Handle, uint Channel)[] recipients) =>
        Say(LinkKind.Fanout, 0, FanoutPayload(message, recipients));

    public static byte[] FanoutPayload(ReadOnlySpan<byte> message, params (uint Handle, uint Channel)[] recipients)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteUInt32((uint)recipients.Length);
        foreach (var (handle, channel) in recipients)
        {
            writer.WriteUInt32(handle);
            writer.WriteUInt32(channel);
        }
        writer.WriteBytes(message);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    public (uint Handle, Attach Attach) LastAttach()
    {
        var (_, handle, payload) = Frames.Last(static f => f.Kind == LinkKind.Attach);
        return (handle, Read<Attach>(payload));
    }

    public IEnumerable<(uint Handle, Reason Reason)> Detaches() => Frames
        .Where(static f => f.Kind == LinkKind.Detach)
        .Select(static f => (f.Handle, (Reason)BinaryPrimitives.ReadUInt32BigEndian(f.Payload)));

    public IEnumerable<byte[]> MessagesOf(uint handle) => Frames.Where(f => f.Kind == LinkKind.Message && f.Handle == handle).Select(static f => f.Payload);

    public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (FaultsToCome > 0)
        {
            FaultsToCome--;
            throw new InvalidOperationException("a bug of ours");
        }

        SentCount++;
        if (!IsCountingOnly)
            Frames.Add((kind, handle, [.. head, .. body]));
    }

    public void Send<TPayload>(uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload> => Send(TPayload.Kind, handle, [], Bytes(payload));

    public Opaque Seal(ReadOnlySpan<byte> secret) => new((byte[])[0x5e, .. secret]);

    public byte[]? Open(Opaque sealedSecret) => sealedSecret.Span[1..].ToArray();

    public void PauseReading()
    {
    }

    public void ResumeReading()
    {
    }

    public void Close(Reason reason) => Lose();

    public void Dispose()
    {
        IsDisposed = true;
        Lose();
    }

    public static byte[] Bytes<T>(T payload)
        where T : ILinkPayload<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        payload.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    public static T Read<T>(ReadOnlySpan<byte> payload)
        where T : ILinkPayload<T>
    {
        var reader = new WireReader(payload);
        return T.Read(ref reader);
    }
}
