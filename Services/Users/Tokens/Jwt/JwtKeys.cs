using Microsoft.IdentityModel.Tokens;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens.Jwt;

/// <summary>Public keys of an identity provider, from JWKS files.</summary>
internal static class JwtKeys
{
    /// <summary>Keys of all files. What is no public key that signs, such as a shared secret, is left out.</summary>
    /// <exception cref="StoreException">A file cannot be read, or no key is left.</exception>
    public static IReadOnlyList<SecurityKey> Read(IReadOnlyList<string> files)
    {
        SecurityKey[] keys = [.. files.SelectMany(ReadFile).Where(static key => key is RsaSecurityKey or ECDsaSecurityKey or X509SecurityKey && !string.IsNullOrEmpty(key.KeyId))];
        return keys.Length > 0
            ? keys
            : throw new StoreCorruptException($"{string.Join(", ", files)}: there is no public key with a kid in it, so no token could ever be good.");
    }

    private static IList<SecurityKey> ReadFile(string file)
    {
        try
        {
            return new JsonWebKeySet(File.ReadAllText(file)).GetSigningKeys();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The keys {file} cannot be read: {failure.Message}", failure);
        }
        catch (ArgumentException failure)
        {
            throw new StoreCorruptException($"{file} is no JWKS file: a JSON object with a list of keys is needed.", failure);
        }
    }
}
