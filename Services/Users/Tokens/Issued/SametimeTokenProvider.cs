using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>Checks tokens that Users issued: signature, community, time, place, user, and what the store knows of it.</summary>
internal sealed partial class SametimeTokenProvider(
    IUserDirectory directory, TokenKeys keys, TokenBook book, TokenOptions options, TimeProvider time, ILogger<SametimeTokenProvider> log)
    : IAuthenticationProvider
{
    public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        if (SametimeToken.Open(credential.Secret.Span, keys.Find) is not { } token || token.Audience != options.Audience)
            return Authentication.TokenInvalid;
        var now = time.GetUtcNow();
        if (now + options.ClockSkew < token.Issued)
            return Authentication.TokenInvalid;
        if (now - options.ClockSkew >= token.Expires)
            return Authentication.TokenExpired;
        if (!token.Address.IsEmpty && token.Address != SametimeToken.AddressOf(clientAddress))
            return Authentication.TokenOfOtherAddress;
        try
        {
            // Asked at each login: he may have left meanwhile.
            var user = await TokenUser.FindAsync(directory, token.User.Value, loginName, stop);
            return user is not null && user.Id == token.User && await book.TakeAsync(token, credential.Attempt, stop)
                ? Authentication.Verified(user)
                : Authentication.TokenInvalid;
        }
        catch (StoreException failure)
        {
            LogUnavailable(log, failure.Message);
            return Authentication.Unavailable;
        }
    }

    [LoggerMessage(EventId = 1543, EventName = "tokens.store-unavailable", Level = LogLevel.Warning,
        Message = "A token could not be checked: {Why}")]
    private static partial void LogUnavailable(ILogger log, string why);
}
