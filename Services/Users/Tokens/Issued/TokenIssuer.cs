using System.Net;
using System.Security.Cryptography;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>Makes tokens for users of the directory.</summary>
internal sealed class TokenIssuer(IUserDirectory directory, TokenKeys keys, TokenBook book, TokenOptions options, TimeProvider time)
{
    /// <summary>Makes a token and notes it in the store first. Null when the directory does not know the user, or has him disabled.</summary>
    /// <param name="user">Whom it lets in.</param>
    /// <param name="oneTime">Whether once only.</param>
    /// <param name="lifetime">How long; null for the usual time. More than the most allowed is the most allowed.</param>
    /// <param name="address">Where from; null for wherever.</param>
    /// <param name="issuedFor">Who asked, for the books.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="StoreException">The directory or the store does not answer; then there is no token.</exception>
    public async ValueTask<IssuedToken?> IssueAsync(
        UserId user, bool oneTime, TimeSpan? lifetime, IPAddress? address, string issuedFor, CancellationToken stop)
    {
        if (await directory.FindUserAsync(user, stop) is not { IsDisabled: false } known)
            return null;
        var issued = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()); // as exact as the token says it
        var asked = lifetime is { Ticks: > 0 } some ? some : options.Lifetime;
        var key = keys.Signing;
        var token = new SametimeToken(
            key.Id, oneTime, Opaque.Wrap(RandomNumberGenerator.GetBytes(SametimeToken.IdBytes)), known.Id, options.Audience,
            issued, issued + (asked < options.LifetimeMax ? asked : options.LifetimeMax), SametimeToken.AddressOf(address));
        await book.NoteAsync(token, issuedFor, stop);
        return new IssuedToken(token.Sign(key), token.Digest, token.Expires);
    }
}

/// <summary>A token that was made.</summary>
/// <param name="Token">Its bytes, which are ASCII text: whoever has them is let in.</param>
/// <param name="Digest">What names it in the store.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record IssuedToken(byte[] Token, string Digest, DateTimeOffset Expires)
{
    public override string ToString() => $"token {Digest[..8]}, until {Expires:O}";
}
