using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sametime.Services.Users.Tokens.LegacyLtpa;

/// <summary>
/// What an LTPA token says. As text it is base64 of the encrypted
/// <code>
/// body % milliseconds since 1970 when it ends % base64 of the signature over SHA-1 of the body (RSA with SHA-1, PKCS #1)
/// version 1: 3DES in ECB mode; the body is the user:                       u:user\:realm/uid=alice,o=example
/// version 2: AES-128 in CBC mode, the key also being the first block; the body is attributes joined by $,
///            a backslash before what separates:                            expire:1778068800000$u:user\:realm/uid=alice,o=example
/// </code>
/// Weak by today's measure in every part, and apart from everything else for that: nothing outside this folder uses it.
/// </summary>
/// <param name="Realm">Of the user.</param>
/// <param name="Name">A distinguished name, or a plain one.</param>
/// <param name="Expires">When it ends; in version 2 as the signed body says.</param>
internal sealed record LtpaToken(string Realm, string Name, DateTimeOffset Expires)
{
    private const int AesKeyBytes = 16;
    private const int DesBlockBytes = 8;

    /// <summary>Opens a token and checks its signature; null for anything that the keys do not fit.</summary>
    public static LtpaToken? Open(ReadOnlySpan<byte> token, LtpaKeys keys, bool allowVersion1)
    {
        var cipher = new byte[token.Length];
        if (!Convert.TryFromBase64Chars(Encoding.Latin1.GetString(token), cipher, out var length) || length == 0)
            return null;
        cipher = cipher[..length];
        return Read(DecryptVersion2(cipher, keys), keys, isSignedWithTime: true)
            ?? (allowVersion1 ? Read(DecryptVersion1(cipher, keys), keys, isSignedWithTime: false) : null);
    }

    private static byte[]? DecryptVersion2(byte[] cipher, LtpaKeys keys)
    {
        using var aes = Aes.Create();
        aes.Key = keys.Secret[..AesKeyBytes];
        return cipher.Length % AesKeyBytes == 0 ? WithoutPadding(aes.DecryptCbc(cipher, aes.Key, PaddingMode.None), AesKeyBytes) : null;
    }

    private static byte[]? DecryptVersion1(byte[] cipher, LtpaKeys keys)
    {
        using var des = TripleDES.Create();
        des.Key = keys.Secret;
        return cipher.Length % DesBlockBytes == 0 ? WithoutPadding(des.DecryptEcb(cipher, PaddingMode.None), DesBlockBytes) : null;
    }

    // Padding that is wrong is an exception to the library, and to us what most wrong tokens have.
    private static byte[]? WithoutPadding(byte[] clear, int blockBytes)
    {
        var padding = clear[^1];
        return padding >= 1 && padding <= blockBytes && clear.AsSpan(^padding..).IndexOfAnyExcept(padding) < 0 ? clear[..^padding] : null;
    }

    private static LtpaToken? Read(byte[]? clear, LtpaKeys keys, bool isSignedWithTime)
    {
        if (clear is null)
            return null;
        var text = Encoding.UTF8.GetString(clear);
        var beforeSignature = text.LastIndexOf('%');
        var beforeTime = beforeSignature <= 0 ? -1 : text.LastIndexOf('%', beforeSignature - 1);
        if (beforeTime < 0)
            return null;
        var body = text[..beforeTime];
        var attributes = Attributes(body);
        var time = isSignedWithTime ? attributes.GetValueOrDefault("expire") : text[(beforeTime + 1)..beforeSignature];
        return IsSigned(body, text[(beforeSignature + 1)..], keys) && TryReadTime(time, out var expires) && attributes.TryGetValue("u", out var user)
            ? OfUser(user, expires)
            : null;
    }

    private static bool IsSigned(string body, string signature, LtpaKeys keys)
    {
        var bytes = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, bytes, out var length))
            return false;
        using var rsa = RSA.Create(keys.PublicKey);
        return rsa.VerifyData(SHA1.HashData(Encoding.UTF8.GetBytes(body)), bytes.AsSpan(..length), HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
    }

    private static bool TryReadTime(string? text, out DateTimeOffset time)
    {
        var isRead = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        time = isRead ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return isRead;
    }

    // "user:realm/name": the realm may hold a port, the name slashes.
    private static LtpaToken? OfUser(string user, DateTimeOffset expires)
    {
        const string kind = "user:";
        var slash = user.IndexOf('/', StringComparison.Ordinal);
        return user.StartsWith(kind, StringComparison.Ordinal) && slash >= kind.Length && slash < user.Length - 1
            ? new LtpaToken(user[kind.Length..slash], user[(slash + 1)..], expires)
            : null;
    }

    private static Dictionary<string, string> Attributes(string body)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var (key, word) = ((string?)null, new StringBuilder());
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '\\' && i + 1 < body.Length)
            {
                word.Append(body[++i]);
            }
            else if (body[i] == ':' && key is null)
            {
                key = word.ToString();
                word.Clear();
            }
            else if (body[i] == '$')
            {
                Add();
            }
            else
            {
                word.Append(body[i]);
            }
        }

        Add();
        return attributes;

        void Add()
        {
            if (key is not null)
                attributes[key] = word.ToString();
            key = null;
            word.Clear();
        }
    }
}
