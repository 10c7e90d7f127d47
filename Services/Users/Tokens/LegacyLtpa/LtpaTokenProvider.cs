using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Services.Users.Tokens.LegacyLtpa;

/// <summary>Checks LTPA tokens of a server whose keys we have; the user they name must be in the directory.</summary>
internal sealed partial class LtpaTokenProvider(
    IUserDirectory directory, WatchedFiles<LtpaKeys> keys, TokenBook book, LtpaOptions options, TokenOptions tokens, TimeProvider time,
    ILogger<LtpaTokenProvider> log) : IAuthenticationProvider
{
    public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        var current = keys.Current;
        if (LtpaToken.Open(credential.Secret.Span, current, options.AllowVersion1) is not { } token || !IsOfRealm(token, current))
            return Authentication.TokenInvalid;
        if (time.GetUtcNow() - tokens.ClockSkew >= token.Expires)
            return Authentication.TokenExpired;
        try
        {
            var user = await TokenUser.FindAsync(directory, token.Name, loginName, stop)
                ?? (FirstName(token.Name) is { } first ? await TokenUser.FindAsync(directory, first, loginName, stop) : null);
            return user is not null && !await book.IsRevokedAsync(user.Id, token.Expires - options.Lifetime - tokens.ClockSkew, stop)
                ? Authentication.Verified(user)
                : Authentication.TokenInvalid;
        }
        catch (StoreException failure)
        {
            LogUnavailable(log, failure.Message);
            return Authentication.Unavailable;
        }
    }

    private bool IsOfRealm(LtpaToken token, LtpaKeys current)
    {
        var wanted = options.Realm.Length > 0 ? options.Realm : current.Realm;
        return wanted.Length == 0 || token.Realm.Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Of a distinguished name the value of its first part: alice, of uid=alice,ou=people,o=example. Null for another kind of name.</summary>
    internal static string? FirstName(string name)
    {
        var equals = name.IndexOf('=', StringComparison.Ordinal);
        var end = equals;
        while (end >= 0 && end < name.Length && !(name[end] is ',' or '+' && name[end - 1] != '\\'))
            end++;
        return equals > 0 && end > equals + 1 ? name[(equals + 1)..end].Replace("\\", "", StringComparison.Ordinal).Trim() : null;
    }

    [LoggerMessage(EventId = 1546, EventName = "tokens.ltpa-unavailable", Level = LogLevel.Warning,
        Message = "An LTPA token could not be checked: {Why}")]
    private static partial void LogUnavailable(ILogger log, string why);
}
