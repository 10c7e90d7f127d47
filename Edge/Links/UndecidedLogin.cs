using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Edge.Links;

/// <summary>
/// A login that no hub has decided yet: what is to be said of it, and its secret, open, since each link that it goes over seals it
/// anew. Whoever holds it says so when the login is decided, and then the secret is zero.
/// </summary>
internal sealed class UndecidedLogin(Attach attach, Credential credential)
{
    private byte _redirects = attach.Redirects;
    private bool _isOver;

    /// <summary>Asks the hub at the other end of the link to log a participant in. Returns its handle, or 0 when there is no link.</summary>
    public uint AttachVia(Uplink uplink, IParticipant participant)
    {
        if (_isOver || uplink.Link is not { } link)
        {
            return 0;
        }

        var handle = uplink.Attach(participant, attach with { SealedCredential = link.Seal(credential.Secret.Span), Redirects = _redirects });
        if (link.Peer.Role != LinkRole.Hub)
        {
            // An inner Edge sees to redirects itself.
            Forget();
        }

        return handle;
    }

    /// <summary>Notes that a hub has sent it on. False when that was once too often, or nothing is left to send.</summary>
    public bool TryRedirect() => !_isOver && _redirects++ < Redirect.Max;

    /// <summary>The login is decided, or its client has gone.</summary>
    public void Forget()
    {
        _isOver = true;
        credential.Dispose();
    }
}
