using System.Security.Cryptography;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;

namespace Sametime.Hub.Logins;

/// <summary>A login that is being decided: what it has shown, and what is known of it so far.</summary>
internal sealed class LoginAttempt(Login login, Attach attach, byte[] secret)
{
    public Login Login => login;

    public Attach Attach => attach;

    /// <summary>The credential, opened from the Edge's seal to be sealed for the Users application.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>Who it is, once Users has said so.</summary>
    public AuthenticateReply? Who { get; set; }

    /// <summary>A question is out; its answer goes on with this attempt.</summary>
    public bool IsAsking { get; set; }

    /// <summary>The secret is needed no more.</summary>
    public void Forget() => CryptographicOperations.ZeroMemory(secret);
}
