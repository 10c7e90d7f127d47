using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>
/// A server that issues LTPA tokens and exports its keys, written from the description of the format and sharing nothing with what reads it.
/// </summary>
internal sealed class LtpaServer(string realm = "example:389") : IDisposable
{
    public const string Password = "WebAS";

    private readonly RSA _signing = RSA.Create(1024);

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(24);

    public void Dispose() => _signing.Dispose();

    /// <summary>The exported key file.</summary>
    public string Export()
    {
        using var wrapping = TripleDES.Create();
        (wrapping.Mode, wrapping.Padding) = (CipherMode.ECB, PaddingMode.PKCS7);
        var key = new byte[24];
        SHA1.HashData(Encoding.UTF8.GetBytes(Password)).CopyTo(key, 0);
        wrapping.Key = key;
        using var encryptor = wrapping.CreateEncryptor();
        var rsa = _signing.ExportParameters(includePrivateParameters: false);
        return $"""
            #LTPA keys
            #Wed May 06 12:00:00 UTC 2026
            com.ibm.websphere.CreationDate=Wed May 06 12\:00\:00 UTC 2026
            com.ibm.websphere.ltpa.version=1.0
            com.ibm.websphere.ltpa.3DESKey={Escaped(Convert.ToBase64String(encryptor.TransformFinalBlock(Secret, 0, Secret.Length)))}
            com.ibm.websphere.ltpa.PrivateKey=not\=needed
            com.ibm.websphere.ltpa.PublicKey={Escaped(Convert.ToBase64String([0, .. rsa.Modulus!, .. rsa.Exponent!]))}
            com.ibm.websphere.ltpa.Realm={realm.Replace(":", "\\:", StringComparison.Ordinal)}
            """;
    }

    public string Version2(string name, DateTimeOffset expires, string? inRealm = null)
    {
        var body = $"expire:{Milliseconds(expires)}$u:user\\:{(inRealm ?? realm).Replace(":", "\\:", StringComparison.Ordinal)}/{name}";
        return Version2(body, Milliseconds(expires));
    }

    /// <summary>With a time outside the signature that may be another than inside.</summary>
    public string Version2(string body, string time)
    {
        using var aes = Aes.Create();
        (aes.Mode, aes.Padding, aes.Key, aes.IV) = (CipherMode.CBC, PaddingMode.PKCS7, Secret[..16], Secret[..16]);
        using var encryptor = aes.CreateEncryptor();
        return Encrypted(encryptor, $"{body}%{time}%{Signature(body)}");
    }

    public string Version1(string name, DateTimeOffset expires)
    {
        using var des = TripleDES.Create();
        (des.Mode, des.Padding, des.Key) = (CipherMode.ECB, PaddingMode.PKCS7, Secret);
        using var encryptor = des.CreateEncryptor();
        var body = $"u:user\\:{realm.Replace(":", "\\:", StringComparison.Ordinal)}/{name}";
        return Encrypted(encryptor, $"{body}%{Milliseconds(expires)}%{Signature(body)}");
    }

    public static string Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private string Signature(string body) =>
        Convert.ToBase64String(_signing.SignData(SHA1.HashData(Encoding.UTF8.GetBytes(body)), HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));

    private static string Encrypted(ICryptoTransform encryptor, string text)
    {
        var clear = Encoding.UTF8.GetBytes(text);
        return Convert.ToBase64String(encryptor.TransformFinalBlock(clear, 0, clear.Length));
    }

    private static string Escaped(string value) => value.Replace("=", "\\=", StringComparison.Ordinal);
}
