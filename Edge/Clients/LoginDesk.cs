using System.Net;
using System.Security.Cryptography;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge.Links;

namespace Sametime.Edge.Clients;

/// <summary>
/// Turns a Login into what a hub can decide: asks the policy whether the secret may come this way, and opens it off the loop. It
/// never judges the secret itself.
/// </summary>
internal sealed class LoginDesk(EdgeOptions options, CryptoPolicy policy, OffLoop offLoop, Uplinks uplinks, EdgeCounters counters)
{
    private const int UnmatchableSecretBytes = 32;

    /// <summary>Draining or without a hub, nobody is let in; the reason makes clients come back by themselves.</summary>
    public bool IsClosed { get; set; }

    /// <summary>
    /// The reason to refuse at once, or Success; then exactly one of the two callbacks comes, on the loop.
    /// </summary>
    public Reason Begin(
        Login login, LoginAttempt attempt, IPAddress address, bool isPrivate, Action<UndecidedLogin> ready, Action<Exception> failed)
    {
        var reason = Judge(login, address, isPrivate);
        if (reason == Reason.Success)
        {
            var reader = new AuthDataReader(attempt.Key!, attempt.Magic);
            offLoop.Run(() => OpenSecret(reader, login), credential => ready(Prepare(login, attempt, address, isPrivate, credential)), failed);
        }
        else
        {
            counters.CountRefused(reason.ToString());
        }

        return reason;
    }

    private Reason Judge(Login login, IPAddress address, bool isPrivate)
    {
        var reason = policy.Judge(login.AuthType, new LoginTransport(isPrivate, address));
        return reason != Reason.Success ? reason
            : IsClosed || !uplinks.IsOpen ? Reason.ServerNotResponding
            : Reason.Success;
    }

    // What cannot be opened goes on as a password that nobody has: the directory does the work of a wrong password, and the answer
    // comes in the time and with the reason of one. An answer from here would tell that the wrapping, not the password, was wrong.
    private static Credential OpenSecret(AuthDataReader reader, Login login) =>
        reader.TryOpen(login.AuthType, login.AuthData.Span, out var credential)
            ? credential
            : new Credential(CredentialKind.Password, RandomNumberGenerator.GetBytes(UnmatchableSecretBytes));

    private UndecidedLogin Prepare(Login login, LoginAttempt attempt, IPAddress address, bool isPrivate, Credential credential) => new(
        new Attach(
            login.ClientType,
            attempt.ProtocolMinor,
            login.LoginName,
            credential.Kind,
            Opaque.Empty,
            login.AuthType,
            isPrivate ? TransportSecurity.Tls : TransportSecurity.None,
            new Opaque((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes()),
            [options.Name],
            Attempt: Opaque.Wrap(RandomNumberGenerator.GetBytes(Attach.AttemptBytes))),
        credential);
}
