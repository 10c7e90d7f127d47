using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Passwords;

namespace Sametime.Services.Users.Tokens;

/// <summary>
/// Every kind of token that this community takes, behind one limit of refusals by address: whoever tries tokens by the hundred is not
/// listened to for a while. The providers are asked in turn; what the client is told is the most telling of their refusals, for a token
/// that one of them knows to be expired is to the others just no token of theirs.
/// </summary>
internal sealed partial class TokenDoor(
    IReadOnlyList<IAuthenticationProvider> providers, IEventPublisher events, TokenOptions options, TimeProvider time, ILogger<TokenDoor> log)
    : IAuthenticationProvider
{
    private readonly WindowCounter<IPAddress> _refusals = new(options.RefusalWindow, options.AddressesMax, time);
    private readonly WindowCounter<IPAddress> _told = new(options.RefusalWindow, options.AddressesMax, time);
    private readonly Lock _guard = new();

    public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        var from = AddressNetwork.Of(clientAddress ?? IPAddress.None);
        if (!MayTry(from, out var isFirst))
            return await ThrottleAsync(loginName, from, isFirst, stop);

        // Counted from the start, so that many at once cannot slip through; taken back unless it was refused.
        var outcome = Authentication.Unavailable;
        try
        {
            return outcome = credential.Secret.Length <= options.TokenBytesMax
                ? await AskAsync(loginName, credential, clientAddress, stop)
                : Authentication.TokenInvalid;
        }
        finally
        {
            if (outcome.User is not null || outcome == Authentication.Unavailable)
                Count(from, -1);
        }
    }

    private async ValueTask<Authentication> AskAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        var refusal = Authentication.TokenInvalid;
        foreach (var provider in providers)
        {
            var outcome = await provider.VerifyAsync(loginName, credential, clientAddress, stop);
            if (outcome.User is { } user)
                return user.IsDisabled ? Authentication.Restricted : outcome;
            if (Weight(outcome) > Weight(refusal))
                refusal = outcome;
        }

        return refusal;
    }

    // Nobody could tell: that outweighs all, as he might have been let in.
    private static int Weight(Authentication refusal) =>
        refusal == Authentication.Unavailable ? 2 : refusal == Authentication.TokenInvalid || refusal == Authentication.WrongCredentials ? 0 : 1;

    private bool MayTry(IPAddress from, out bool isFirst)
    {
        lock (_guard)
        {
            isFirst = false;
            if (_refusals[from] < options.RefusalsPerAddress)
            {
                _refusals.Add(from, 1);
                return true;
            }

            isFirst = _told[from] == 0;
            _told.Add(from, 1);
            return false;
        }
    }

    private void Count(IPAddress from, int amount)
    {
        lock (_guard)
            _refusals.Add(from, amount);
    }

    private async ValueTask<Authentication> ThrottleAsync(string loginName, IPAddress from, bool isFirst, CancellationToken stop)
    {
        if (isFirst)
        {
            LogThrottled(log, from);
            events.TryPublish(new AccountThrottled(loginName, from.ToString(), ThrottleScope.Address));
        }

        await Task.Delay(options.ThrottledDelay, time, stop);
        return Authentication.Unavailable;
    }

    [LoggerMessage(EventId = 1544, EventName = "tokens.throttled", Level = LogLevel.Warning,
        Message = "Too many tokens from {Address} were refused; for a while none from there is checked")]
    private static partial void LogThrottled(ILogger log, IPAddress address);
}
