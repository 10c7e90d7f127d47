using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Users;

/// <summary>
/// Users: says for the hubs who somebody is (S030, S176), by the providers of passwords and tokens. Refusals go to the client as they are:
/// IncorrectLogin for a wrong name and a wrong password alike, ServerNotResponding whenever nobody could tell; never
/// VerificationDown, at which clients give up. A user who leaves the directory or is disabled there loses his logins.
/// </summary>
internal sealed partial class UsersService(
    IReadOnlyList<IAuthenticationProvider> providers, UsersOptions options, ILogger<UsersService> log) : IService, IEventSubscriber
{
    private ServerApplication? _application;

    public void Describe(ServiceTable table)
    {
        _application = table.Application;
        table.Answers<AuthenticateRequest, AuthenticateReply>(AuthenticateAsync);
    }

    /// <summary>Facts of the directory; may come on any thread.</summary>
    public async ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        foreach (var provider in providers.OfType<IEventSubscriber>())
            await provider.OnEventsAsync(batch, stop);
        foreach (var fact in batch)
        {
            var (user, reason) = fact.Payload switch
            {
                UserRemoved removed => (removed.User, Reason.Removed),
                UserDisabled disabled => (disabled.User, Reason.UserRestricted),
                _ => (default, Reason.Success),
            };
            if (reason != Reason.Success)
                _application?.Loop.Post(() => _ = EndLoginsAsync(user, reason));
        }
    }

    private async ValueTask<Answer<AuthenticateReply>> AuthenticateAsync(AuthenticateRequest request, Asker hub, CancellationToken stop)
    {
        var secret = hub.Open(request.SealedCredential);
        if (secret is null)
        {
            LogUnreadable(log, hub.Peer.Name);
            return Reason.ServerNotResponding;
        }
        using var credential = new Credential(request.CredentialKind, secret) { Attempt = request.Attempt };
        if (request.LoginName.Length == 0 && credential.Kind == CredentialKind.Password)
        {
            // No user id: the hub gives a guest his login id for one.
            return options.GuestsAllowed
                ? new AuthenticateReply(default, options.GuestDisplayName, Description: "", HomeHub: "")
                : Reason.IncorrectLogin;
        }
        if (request.LoginName.Length > options.LoginNameCharsMax)
            return Reason.IncorrectLogin;

        var outcome = await VerifyAsync(request, credential, stop);
        // However he proved who he is.
        if (outcome.User is { IsDisabled: true })
            return Reason.UserRestricted;
        return outcome.User is { } user
            ? new AuthenticateReply(user.Id, user.DisplayName, user.Description, user.HomeHub)
            : outcome.Reason;
    }

    private async ValueTask<Authentication> VerifyAsync(AuthenticateRequest request, Credential credential, CancellationToken stop)
    {
        using var tooLong = new CancellationTokenSource(options.CheckTimeout, _application!.Loop.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, stop);
        Authentication? refusal = null;
        try
        {
            foreach (var provider in providers.Where(provider => provider.Takes(credential.Kind)))
            {
                var outcome = await provider.VerifyAsync(request.LoginName, credential, AddressOf(request.Address), either.Token);
                if (outcome.User is not null)
                    return outcome;

                // A directory that could not be asked might have known him, so that outweighs what the others say.
                if (refusal != Authentication.Unavailable)
                    refusal = outcome;
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Authentication.Unavailable;
        }
        return refusal ?? (credential.Kind == CredentialKind.Token ? Authentication.TokenInvalid : Authentication.Unavailable);
    }

    private static IPAddress? AddressOf(Opaque address) => address.Length is 4 or 16 ? new IPAddress(address.Span) : null;

    private async Task EndLoginsAsync(UserId user, Reason reason)
    {
        var answer = await _application!.AskAsync<DiscardUserRequest, Done>(new(user, reason));
        if (answer.IsOk)
            LogEnded(log, user, reason);
        else
            LogNotEnded(log, user, reason, answer.Reason);
    }

    [LoggerMessage(EventId = 1531, EventName = "users.credential-unreadable", Level = LogLevel.Warning,
        Message = "A credential from hub {Hub} was not sealed for this link")]
    private static partial void LogUnreadable(ILogger log, string hub);

    [LoggerMessage(EventId = 1532, EventName = "users.logins-ended", Level = LogLevel.Information,
        Message = "{User} is no longer in the directory or is disabled there; his logins were ended with {Reason}")]
    private static partial void LogEnded(ILogger log, UserId user, Reason reason);

    [LoggerMessage(EventId = 1533, EventName = "users.logins-not-ended", Level = LogLevel.Warning,
        Message = "{User} is no longer in the directory or is disabled there, but his logins could not be ended with {Reason}: {Why}")]
    private static partial void LogNotEnded(ILogger log, UserId user, Reason reason, Reason why);
}
