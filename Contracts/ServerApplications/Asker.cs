using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>The hub that asks an application something, over one link.</summary>
public readonly struct Asker
{
    private readonly ILink _link;

    internal Asker(ILink link) => _link = link;

    /// <summary>Who it is, as proven when the link was made.</summary>
    public LinkPeer Peer => _link.Peer;

    /// <summary>Decrypts a secret that was sealed for this link (a credential); null when it was altered or is not for us.</summary>
    public byte[]? Open(Opaque sealedSecret) => _link.Open(sealedSecret);

    /// <summary>Encrypts a secret of an answer, for this link.</summary>
    public Opaque Seal(ReadOnlySpan<byte> secret) => _link.Seal(secret);
}
