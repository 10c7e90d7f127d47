using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens.LegacyLtpa;

/// <summary>
/// The keys of LTPA tokens: a shared secret that hides them, and the public key of those who sign them. Read from the file that servers
/// export, a list of <c>name=value</c> whose secret is under a password: 3DES in ECB mode, the key being SHA-1 of the password and four zeros.
/// </summary>
/// <param name="Secret">24 bytes; version 1 uses all for 3DES, version 2 the first 16 for AES.</param>
/// <param name="PublicKey">Of the signing servers.</param>
/// <param name="Realm">The realm that the file names; empty for none.</param>
internal sealed record LtpaKeys(byte[] Secret, RSAParameters PublicKey, string Realm)
{
    public const int SecretBytes = 24;

    private const int ExponentBytes = 3;
    private const string Prefix = "com.ibm.websphere.ltpa.";

    /// <exception cref="StoreException">A file cannot be read, is none of LTPA keys, or the password is not the one.</exception>
    public static LtpaKeys Read(string file, string passwordFile)
    {
        try
        {
            var fields = File.ReadLines(file)
                .Where(static line => line.Contains('=', StringComparison.Ordinal))
                .GroupBy(static line => line[..line.IndexOf('=', StringComparison.Ordinal)].Trim(), static line => Unescape(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim()))
                .ToDictionary(static group => group.Key, static group => group.Last(), StringComparer.Ordinal);
            var password = File.ReadLines(passwordFile).FirstOrDefault() ?? "";
            return Parse(
                fields.GetValueOrDefault($"{Prefix}3DESKey") ?? throw new FormatException("it has no 3DESKey"),
                fields.GetValueOrDefault($"{Prefix}PublicKey") ?? throw new FormatException("it has no PublicKey"),
                fields.GetValueOrDefault($"{Prefix}Realm") ?? "", password);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The LTPA keys cannot be read: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            throw new StoreCorruptException(
                $"{file} does not hold LTPA keys, or {passwordFile} not the password of their export: {failure.Message.TrimEnd('.')}.", failure);
        }
    }

    private static LtpaKeys Parse(string hiddenSecret, string publicKey, string realm, string password)
    {
        using var wrapping = TripleDES.Create();
        wrapping.Key = [.. SHA1.HashData(Encoding.UTF8.GetBytes(password)), 0, 0, 0, 0];
        var secret = wrapping.DecryptEcb(Convert.FromBase64String(hiddenSecret), PaddingMode.PKCS7);
        var key = Convert.FromBase64String(publicKey);
        if (secret.Length != SecretBytes || key.Length <= ExponentBytes)
            throw new FormatException("a key has the wrong length");
        var modulus = key.AsSpan(..^ExponentBytes);
        return new LtpaKeys(secret, new RSAParameters { Modulus = modulus.TrimStart((byte)0).ToArray(), Exponent = key[^ExponentBytes..] }, realm);
    }

    // Such files are written by a library that puts a backslash before = and :.
    private static string Unescape(string value) => value.Replace("\\", "", StringComparison.Ordinal);

    /// <summary>No key in it.</summary>
    public override string ToString() => $"LTPA keys of realm '{Realm}'";
}
