using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>
/// Answers whether somebody is who he says. Implemented for each kind of directory and of token; the same work is done for an unknown
/// name as for a wrong password, so that nobody can tell which it was.
/// </summary>
public interface IAuthenticationProvider
{
    /// <summary>Whether this provider can check credentials of a kind at all.</summary>
    bool Takes(CredentialKind kind);

    /// <summary>Checks a credential. Failures of the directory are <see cref="Authentication.Unavailable"/>, not exceptions.</summary>
    /// <param name="loginName">What was typed.</param>
    /// <param name="credential">The password or token; stays the caller's to dispose.</param>
    /// <param name="clientAddress">Where the client is, for tokens bound to an address; null when unknown.</param>
    /// <param name="stop">Gives up waiting.</param>
    ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, System.Net.IPAddress? clientAddress, CancellationToken stop);
}

/// <summary>The outcome of a check: a user, or the reason to tell the client.</summary>
public sealed record Authentication
{
    private Authentication(Reason reason, UserRecord? user) => (Reason, User) = (reason, user);

    /// <summary>Unknown name or wrong password; never says which.</summary>
    public static Authentication WrongCredentials { get; } = new(Reason.IncorrectLogin, null);

    /// <summary>Known, and not allowed in.</summary>
    public static Authentication Restricted { get; } = new(Reason.UserRestricted, null);

    /// <summary>The directory does not answer, or too many wait: the client is to try again. Not VerificationDown, at which Pidgin gives up.</summary>
    public static Authentication Unavailable { get; } = new(Reason.ServerNotResponding, null);

    public static Authentication TokenInvalid { get; } = new(Reason.TokenInvalid, null);

    public static Authentication TokenExpired { get; } = new(Reason.TokenExpired, null);

    public static Authentication TokenOfOtherAddress { get; } = new(Reason.TokenOfOtherAddress, null);

    /// <summary>He is this user, whichever of his names he typed.</summary>
    public static Authentication Verified(UserRecord user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new Authentication(Reason.Success, user);
    }

    /// <summary>What the client is told.</summary>
    public Reason Reason { get; }

    /// <summary>The user, if verified.</summary>
    public UserRecord? User { get; }
}
