using System.Net;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// One end of an open, authenticated link. Frames arrive at the other end in the order sent, or the link ends at both
/// ends; never a silent gap. Loop thread only.
/// </summary>
public interface ILink
{
    /// <summary>Who is at the other end, as proven when the link was made.</summary>
    LinkPeer Peer { get; }

    /// <summary>Bytes that wait to leave.</summary>
    int QueuedBytes { get; }

    /// <summary>Sends a frame; its payload is <paramref name="head"/> followed by <paramref name="body"/>.</summary>
    void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);

    /// <summary>Sends a frame with a typed payload.</summary>
    void Send<TPayload>(uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload>;

    /// <summary>Encrypts a secret (a credential) for the other end; only <see cref="Open"/> there can read it. Empty once the link is over.</summary>
    Opaque Seal(ReadOnlySpan<byte> secret);

    /// <summary>Decrypts what the other end sealed; null when it was altered or is not for this link, or the link is over.</summary>
    byte[]? Open(Opaque sealedSecret);

    /// <summary>Reads nothing more, so that the other end is slowed down. Frames that were read already still come.</summary>
    void PauseReading();

    /// <summary>Reads again.</summary>
    void ResumeReading();

    /// <summary>Ends the link, after sending what is queued.</summary>
    void Close(Reason reason);
}

/// <summary>Who is at the other end of a link.</summary>
/// <param name="Role">What it was accepted as.</param>
/// <param name="Name">Its node name, unique in the community for its role.</param>
/// <param name="HubNumber">The hub's number when the peer is a hub (or leads to one), else 0.</param>
/// <param name="Address">Where it is; null in process.</param>
public sealed record LinkPeer(LinkRole Role, string Name, ushort HubNumber, IPAddress? Address);

/// <summary>Who owns links: hears when one is ready, what it brings, and when it is over. Loop thread only.</summary>
public interface ILinkHandler
{
    /// <summary>The link is open and authenticated.</summary>
    void OnLinkOpened(ILink link);

    /// <summary>A frame of a kind that is not the link's own.</summary>
    void OnLinkFrame(ILink link, in LinkFrame frame);

    /// <summary>The link is over; nothing more comes of it. Exactly once for each opened link.</summary>
    void OnLinkClosed(ILink link, Reason reason);
}

/// <summary>A payload of a link frame: fields in order, as in the client protocol.</summary>
public interface ILinkPayload<TSelf>
    where TSelf : ILinkPayload<TSelf>
{
    static abstract LinkKind Kind { get; }

    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}
