using System.Net;
using System.Security.Cryptography;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;

namespace FileDirectory;

/// <summary>Lets in whoever shows his badge: a token of a format that only this provider knows, <c>badge:</c> and what the badge holds.</summary>
internal sealed class BadgeReader(PeopleFile people) : IAuthenticationProvider
{
    public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

    public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(credential);
        if (!credential.Secret.Span.StartsWith("badge:"u8))
            return new(Authentication.TokenInvalid);
        try
        {
            var digest = SHA256.HashData(credential.Secret.Span["badge:".Length..]);
            var owner = people.Read().FirstOrDefault(person => CryptographicOperations.FixedTimeEquals(Convert.FromHexString(person.BadgeDigest), digest))?.User;

            // Whoever types a name as well must be the owner of the badge.
            var isHis = owner is not null && (loginName.Length == 0 || owner.Id.Value.Equals(loginName, StringComparison.OrdinalIgnoreCase));
            return new(isHis ? Authentication.Verified(owner!) : Authentication.TokenInvalid);
        }
        catch (Exception failure) when (failure is StoreException or FormatException)
        {
            return new(Authentication.Unavailable);
        }
    }
}
