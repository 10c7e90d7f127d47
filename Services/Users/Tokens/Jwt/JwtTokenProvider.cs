using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Services.Users.Tokens.Jwt;

/// <summary>
/// Checks JSON web tokens: signed by a key of the issuer that the token names, by one of a few algorithms with public keys (so that
/// neither "none" nor a public key taken for a shared secret leads in), for us, and in their time.
/// </summary>
internal sealed partial class JwtTokenProvider(
    IUserDirectory directory, WatchedFiles<IReadOnlyList<SecurityKey>> keys, TokenBook book, JwtOptions options, TokenOptions tokens,
    TimeProvider time, ILogger<JwtTokenProvider> log) : IAuthenticationProvider
{
    /// <summary>What a token may be signed with; closed, whatever the keys would allow.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = tokens.TokenBytesMax };

    public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        if (!credential.Secret.Span.StartsWith("eyJ"u8)) // {" in base64, as every JSON object begins
            return Authentication.TokenInvalid;
        var result = await _handler.ValidateTokenAsync(Encoding.Latin1.GetString(credential.Secret.Span), Rules());
        if (!result.IsValid)
            return result.Exception is SecurityTokenExpiredException ? Authentication.TokenExpired : Authentication.TokenInvalid;
        var token = (JsonWebToken)result.SecurityToken;
        if (!token.TryGetPayloadValue<string>(options.UserClaim, out var named) || string.IsNullOrEmpty(named))
            return Authentication.TokenInvalid;
        try
        {
            var user = await TokenUser.FindAsync(directory, named, loginName, stop);
            return user is not null && !await book.IsRevokedAsync(user.Id, IssuedAt(token) - tokens.ClockSkew, stop)
                ? Authentication.Verified(user)
                : Authentication.TokenInvalid;
        }
        catch (StoreException failure)
        {
            LogUnavailable(log, failure.Message);
            return Authentication.Unavailable;
        }
    }

    private TokenValidationParameters Rules() => new()
    {
        ValidIssuer = options.Issuer,
        ValidAudience = options.Audience,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = keys.Current,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        LifetimeValidator = (from, until, _, _) => IsInTime(from, until),
        IncludeTokenOnFailedValidation = false,
    };

    // The library's own way asks the clock of the machine.
    private bool IsInTime(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow();
        return until is not { } end || from is { } begin && now.UtcDateTime + tokens.ClockSkew < begin ? false
            : now.UtcDateTime - tokens.ClockSkew >= end ? throw new SecurityTokenExpiredException()
            : true;
    }

    // A token that does not say when it was issued was, as far as we know, issued before everything.
    private static DateTimeOffset IssuedAt(JsonWebToken token) =>
        token.IssuedAt == default ? DateTimeOffset.UnixEpoch : new DateTimeOffset(token.IssuedAt, TimeSpan.Zero);

    [LoggerMessage(EventId = 1547, EventName = "tokens.jwt-unavailable", Level = LogLevel.Warning,
        Message = "A JSON web token could not be checked: {Why}")]
    private static partial void LogUnavailable(ILogger log, string why);
}
