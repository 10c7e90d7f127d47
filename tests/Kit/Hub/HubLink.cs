using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Hub;

/// <summary>
/// A link between two hubs on one loop: what one end sends arrives at the other in order, in a later turn. A test breaks it, or makes it
/// swallow what is sent, as a network may.
/// </summary>
public sealed class HubLink
{
    private readonly ManualLoop _loop;
    private readonly Queue<Action> _heldUp = [];
    private bool _isOpen = true;

    public HubLink(ManualLoop loop, (string Name, ushort Number, ILinkHandler Hub) left, (string Name, ushort Number, ILinkHandler Hub) right)
        : this(loop, left.Hub, new LinkPeer(LinkRole.Hub, left.Name, left.Number, null), right.Hub, new LinkPeer(LinkRole.Hub, right.Name, right.Number, null))
    {
    }

    /// <summary>A link between a hub and another component, or whatever two.</summary>
    public HubLink(ManualLoop loop, ILinkHandler left, LinkPeer leftPeer, ILinkHandler right, LinkPeer rightPeer)
    {
        _loop = loop;
        Left = new End(this, rightPeer, left);
        Right = new End(this, leftPeer, right);
        Left.Hub.OnLinkOpened(Left);
        Right.Hub.OnLinkOpened(Right);
    }

    /// <summary>The end that the first hub holds.</summary>
    public End Left { get; }

    /// <summary>The end that the second hub holds.</summary>
    public End Right { get; }

    /// <summary>On: frames are held up on the way; off again: they arrive, in order.</summary>
    public bool IsSlow
    {
        get;
        set
        {
            field = value;
            while (!value && _heldUp.TryDequeue(out var arrival))
                _loop.Post(arrival);
        }
    }

    /// <summary>On: frames vanish on the way, and neither end knows.</summary>
    public bool IsSwallowing { get; set; }

    /// <summary>Frames that arrived, in either direction.</summary>
    public long FramesCarried { get; private set; }

    /// <summary>Both ends hear that the link is lost; what was on its way is lost with it.</summary>
    public void Break(Reason reason = Reason.ConnectionBroken)
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        Left.Hub.OnLinkClosed(Left, reason);
        Right.Hub.OnLinkClosed(Right, reason);
    }

    private void Carry(End from, LinkKind kind, uint handle, byte[] payload)
    {
        if (IsSlow)
            _heldUp.Enqueue(Arrive);
        else
            _loop.Post(Arrive);

        void Arrive()
        {
            if (!_isOpen || IsSwallowing)
                return;
            FramesCarried++;
            var to = from == Left ? Right : Left;
            to.Hub.OnLinkFrame(to, new LinkFrame(kind, handle, payload));
        }
    }

    /// <summary>What one hub holds of the link.</summary>
    public sealed class End : ILink
    {
        private readonly HubLink _link;

        internal End(HubLink link, LinkPeer peer, ILinkHandler hub) => (_link, Peer, Hub) = (link, peer, hub);

        public LinkPeer Peer { get; }

        public int QueuedBytes => 0;

        /// <summary>Every frame this end has sent.</summary>
        public List<SentFrame> Sent { get; } = [];

        internal ILinkHandler Hub { get; }

        public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            if (!_link._isOpen)
                return;
            byte[] payload = [.. head, .. body];
            Sent.Add(new SentFrame(kind, handle, payload));
            _link.Carry(this, kind, handle, payload);
        }

        public void Send<TPayload>(uint handle, in TPayload payload)
            where TPayload : ILinkPayload<TPayload> => Send(TPayload.Kind, handle, Bytes.Of(payload), default);

        // Marked with the sender, so that a secret that was not sealed for this link does not open.
        public Opaque Seal(ReadOnlySpan<byte> secret) => new([(byte)_link.GetHashCode(), .. secret]);

        public byte[]? Open(Opaque sealedSecret) =>
            sealedSecret.Length > 0 && sealedSecret.Span[0] == (byte)_link.GetHashCode() ? sealedSecret.Span[1..].ToArray() : null;

        public void PauseReading()
        {
        }

        public void ResumeReading()
        {
        }

        public void Close(Reason reason) => _link._loop.Post(() => _link.Break(reason));
    }
}
